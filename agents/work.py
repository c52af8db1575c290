"""One transaction in the making: the draft of its rows, its records, and what metrics want to know.

Plain classes: compiled, their fields are found by their place in memory, several times an order.
"""

from collections import Counter

from agents.decisions.endings import Ending
from agents.decisions.purse import Purse
from agents.freezing import Freeze
from agents.outgoing import Outgoing
from schemas.transitions import CauseType, Direction
from tables.draft import Draft

Way = tuple[str | None, str | None, Direction, CauseType]


class Tally:
    """What metrics want to know of one transaction."""

    def __init__(self) -> None:
        self.read: Counter[tuple[str, str]] = Counter()
        """Accepted records by topic and type."""
        self.endings: list[Ending] = []
        self.rejected: Counter[tuple[str, str]] = Counter()
        """Rejected records by topic and code."""
        self.late = 0
        self.ancient = 0
        """Late facts older than the horizon."""
        self.retracted = 0
        self.brinks: Counter[str] = Counter()
        """Moves announced, and announcements cleared."""
        self.moved: dict[Way, int] = {}
        self.decayed_at: list[int] = []
        """Instants of the moves that silence made."""
        self.entered: dict[str, int] = {}
        """Change of the number of customers per segment; the empty name counts those without one."""
        self.rewarded: Counter[tuple[str, str]] = Counter()
        """What was decided of rewards and what became of them, by rule and outcome."""
        self.stepped: Counter[tuple[str, str]] = Counter()
        """Messages and alerts that journeys ask for, by journey."""
        self.messages: Counter[tuple[str, str]] = Counter()
        """What messages are asked for and what becomes of them, by channel and outcome."""


class Work:
    """What a transaction will write and send; `clock` and `detected_at` are epoch ms."""

    def __init__(self, draft: Draft, clock: int = 0, detected_at: int = 0) -> None:
        self.draft = draft
        self.clock = clock
        """What time it was for the partition before this transaction: facts ahead of it wait."""
        self.detected_at = detected_at
        self.outgoing: list[Outgoing] = []
        self.tally = Tally()
        self.purse: Purse | None = None
        """What can be spent of budgets; None: no policy has any."""
        self.freeze: Freeze | None = None
        """What customers hold at a freeze that is under way: whoever changes is taken down first."""
