"""Answers about days and about everybody together: members are the contract, as in `answers`."""

from msgspec import Struct

from app.serving.answers import Day
from app.serving.workers import WorkerHealth
from schemas.budgets import Unit
from schemas.transitions import Direction


class MatrixCell(Struct, frozen=True, rename={"origin": "from"}):
    """So many moves; `from` null: entries, `to` null: exits."""

    origin: str | None
    to: str | None
    direction: Direction
    moves: int


class CauseCount(Struct, frozen=True):
    """So many moves of one cause."""

    type: str
    direction: Direction
    moves: int


class Matrix(Struct, frozen=True, rename={"first": "from", "last": "to"}):
    """Who went where in days, both included: published minus retracted, by effective_at."""

    first: Day
    last: Day
    moves: int
    cells: list[MatrixCell]
    causes: list[CauseCount]


class SizeLine(Struct, frozen=True):
    """A segment's size at the end of each day."""

    id: str
    rank: int | None
    customers: list[int]


class Sizes(Struct, frozen=True):
    """Sizes at the ends of days, reckoned back from today's by published moves."""

    days: list[Day]
    segments: list[SizeLine]


class Outflow(Struct, frozen=True):
    """Share of the high group that fell; `usual_share` is the mean of the four stretches before."""

    share: float
    usual_share: float | None
    limit: float
    alarm: bool


class Flow(Struct, frozen=True, rename={"first": "from", "last": "to"}):
    """Flow between the better and the worse half of the ranks, in days, both included."""

    first: Day
    last: Day
    high: list[str]
    low: list[str]
    in_high: int
    in_low: int
    rising: int
    falling: int
    entering_high: int
    leaving_all: int
    net: int
    temperature: float | None
    outflow: Outflow


class RuleCount(Struct, frozen=True):
    """What a reward rule gave and did not give, by reason."""

    rule: str
    granted: int
    withheld: dict[str, int]
    points: int


class RewardCounts(Struct, frozen=True, rename={"first": "from", "last": "to"}):
    """What reward rules gave in days, both included."""

    first: Day
    last: Day
    rules: list[RuleCount]


class BudgetLine(Struct, frozen=True):
    """How a budget stands: `spent` of `limit`, in minor units or in grants as `unit` says."""

    id: str
    limit: int
    unit: Unit
    spent: int
    grants: int
    withheld: int


class BudgetList(Struct, frozen=True):
    """The budgets that have paid for anything, less what was taken back unused."""

    budgets: list[BudgetLine]


class Processor(Struct, frozen=True):
    """What workers told of themselves when they were asked last; `workers` null: SEGUE_SERVING__WORKERS names none.

    `ended_at`: since then nobody is asked, for whoever ran the workers has ended them, as the demo does.
    """

    workers: list[WorkerHealth] | None
    ended_at: int | None


class Status(Struct, frozen=True):
    """How the read side itself does."""

    ready: bool
    behind_records: int
    customers: int
    partitions: int
    streams: int
    newest_record_at: int | None
