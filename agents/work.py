"""One transaction in the making: the draft of its rows, its records, and what metrics want to know."""

from collections import Counter
from dataclasses import dataclass, field

from agents.decisions.endings import Ending
from agents.freezing import Freeze
from agents.outgoing import Outgoing
from schemas.transitions import CauseType, Direction
from tables.draft import Draft


@dataclass(slots=True)
class Tally:
    """What metrics want to know of one transaction."""

    read: Counter[tuple[str, str]] = field(default_factory=Counter)
    """Accepted records by topic and type."""
    endings: list[Ending] = field(default_factory=list)
    rejected: Counter[tuple[str, str]] = field(default_factory=Counter)
    """Rejected records by topic and code."""
    late: int = 0
    ancient: int = 0
    """Late facts older than the horizon."""
    retracted: int = 0
    brinks: Counter[str] = field(default_factory=Counter)
    """Moves announced, and announcements cleared."""
    moved: Counter[tuple[str | None, str | None, Direction, CauseType]] = field(default_factory=Counter)
    decayed_at: list[int] = field(default_factory=list)
    """Instants of the moves that silence made."""
    entered: Counter[str] = field(default_factory=Counter)
    """Change of the number of customers per segment; the empty name counts those without one."""
    rewarded: Counter[tuple[str, str]] = field(default_factory=Counter)
    """Decided rewards by rule and outcome."""


@dataclass(slots=True)
class Work:
    """What a transaction will write and send; `clock` and `detected_at` are epoch ms."""

    draft: Draft
    clock: int = 0
    """What time it was for the partition before this transaction: facts ahead of it wait."""
    detected_at: int = 0
    outgoing: list[Outgoing] = field(default_factory=list)
    tally: Tally = field(default_factory=Tally)
    freeze: Freeze | None = None
    """What customers hold at a freeze that is under way: whoever changes is taken down first."""
