"""One customer's facts in the order of the log in; her whole life in full knowledge, with nothing ever late, out."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from agents.decisions.customer import Customer, EngagedAt
from agents.decisions.endings import UNCHANGED, Ending
from agents.decisions.full_timeline import timeline
from agents.decisions.in_force import InForce
from agents.decisions.life import Life
from agents.decisions.moves import Publication, Standing
from agents.decisions.occasions import Decided
from agents.decisions.standing import standing
from schemas.customer_row import CustomerRow
from schemas.cut_points import CutPoints
from schemas.facts import Fact
from schemas.history import Kind, Step
from schemas.policy import Policy
from schemas.rows import EngagementRow, OrderRow, ProfileRow, RefundRow, WaitingRow

STRANGE = UNCHANGED | {Ending.NOTED}
"""Endings that do not make a customer known."""


class NothingStored:
    """A whole life is in hand: there is nothing to ask a store for, but what was decided before an erasure."""

    __slots__ = ("_decided",)

    def __init__(self, decided: frozenset[str] = frozenset()) -> None:
        self._decided = decided

    def order(self, order_id: str) -> OrderRow | None:
        return None

    def refund(self, refund_id: str) -> RefundRow | None:
        return None

    def waiting(self, order_id: str) -> WaitingRow | None:
        return None

    def engagement(self) -> EngagementRow | None:
        return None

    def profile(self) -> ProfileRow | None:
        return None

    def decided(self, reward_id: str) -> bool:
        """Tell whether an earlier life decided it."""
        return reward_id in self._decided

    def engaged_from(self, at: int) -> list[EngagedAt]:
        return []

    def engaged_before(self, at: int) -> int:
        return 0

    def steps(self, kind: Kind, start: int, end: int, *, newest_first: bool = False) -> Iterator[Step]:
        return iter(())


@dataclass(slots=True)
class Lived:
    """What came of a customer up to an instant."""

    standing: Standing
    row: CustomerRow
    known: bool
    """False: she was erased, or nothing has made her known."""
    publications: list[Publication] = field(default_factory=list)
    rewards: list[Decided] = field(default_factory=list)
    endings: list[Ending] = field(default_factory=list)
    """One for each fact up to the instant, in no order."""


def live(
    customer_id: str,
    facts: Sequence[Fact],
    policy: Policy | InForce,
    until: int,
    cut_points: Sequence[CutPoints] = (),
    *,
    scores: bool = False,
) -> Lived:
    """Live one customer through all her facts, in log order, up to and including an instant.

    What occurred later than that does not exist yet. Who lives many customers makes the InForce once and gives it
    instead of the policy.
    """
    in_force = policy if isinstance(policy, InForce) else InForce(policy, cut_points, scores=scores)
    left: Sequence[Fact] = [fact for fact in facts if fact.occurred_at <= until]
    row, decided = CustomerRow(), frozenset[str]()
    publications: list[Publication] = []
    rewards: list[Decided] = []
    endings: list[Ending] = []
    while True:
        customer = Customer(customer_id, row, NothingStored(decided))
        life = Life(customer, timeline(customer, in_force, punctual=True), in_force.policy)
        left = life.take(left)
        if not customer.erased:
            life.come_to(until)
        publications += life.timeline.told
        rewards += life.rewards
        endings += life.endings
        if not customer.erased:
            known = not STRANGE.issuperset(life.endings)
            return Lived(standing(customer, in_force), row, known, publications, rewards, endings)
        decided = decided.union(customer.occasions)
        row = reborn(row)


def reborn(row: CustomerRow) -> CustomerRow:
    """Begin a life after an erasure: the sequence goes on, and nothing acts before the end of the last one."""
    floor = row.at + (row.at == row.moved_at)
    born = CustomerRow()
    born.at, born.floor, born.sequence, born.erased_at = floor - 1, floor, row.sequence, row.erased_at
    return born
