"""A store with nothing in it: for whole lives, and for fakes to put something in."""

from collections.abc import Iterator

from agents.decisions.around import EngagedAt
from schemas.history import Kind, Step
from schemas.loyalty_rows import LoyaltyRow, OccasionRow
from schemas.rows import EngagementRow, OrderRow, ProfileRow, RefundRow, WaitingRow


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

    def loyalty(self) -> LoyaltyRow | None:
        return None

    def occasion(self, reward_id: str) -> OccasionRow | None:
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
