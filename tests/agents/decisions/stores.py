"""A store that holds nothing, for fakes to give it something: compiled classes take no subclass from a test."""

from collections.abc import Iterator

from agents.decisions.customer import EngagedAt
from schemas.history import Kind, Step
from schemas.rows import EngagementRow, OrderRow, ProfileRow, RefundRow, WaitingRow


class EmptyStore:
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
        return False

    def engaged_from(self, at: int) -> list[EngagedAt]:
        return []

    def engaged_before(self, at: int) -> int:
        return 0

    def steps(self, kind: Kind, start: int, end: int, *, newest_first: bool = False) -> Iterator[Step]:
        return iter(())
