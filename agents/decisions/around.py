"""The rows around a customer's own that a decision changes, as it leaves them: few orders touch any."""

from collections.abc import Iterable

from mypy_extensions import mypyc_attr

from agents.decisions.steps import Steps
from schemas.history import Kind, order_steps, refund_steps
from schemas.loyalty_rows import OccasionRow
from schemas.rows import OrderRow, RefundRow, WaitingRow

EngagedAt = tuple[int, int, str, str]
"""When an engagement acted, when it occurred, its event id and its kind."""


@mypyc_attr(acyclic=True)
class Around:
    """Made at the first change."""

    __slots__ = ("_steps", "engaged_now", "occasions", "orders", "refunds", "waiting")

    def __init__(self) -> None:
        self.orders: dict[str, OrderRow] = {}
        """Orders that have rows of their own; change them by `put_order`."""
        self.refunds: dict[str, RefundRow] = {}
        """The same of refunds: `put_refund`."""
        self.waiting: dict[str, WaitingRow | None] = {}
        self.occasions: dict[str, OccasionRow] = {}
        """Occasions decided now, by reward id."""
        self.engaged_now: list[EngagedAt] = []
        """Engagements that act, new in this decision."""
        self._steps: Steps | None = None

    @property
    def steps(self) -> Steps:
        """When these orders and refunds act; sorted at the first question, for where time is of ages nobody asks."""
        if self._steps is None:
            self._steps = Steps()
            for order_id, order in self.orders.items():
                self._act(self._steps, order_id, (), order_steps(order))
            for refund_id, refund in self.refunds.items():
                self._act(self._steps, refund_id, (), refund_steps(refund))
        return self._steps

    def put_order(self, order_id: str, order: OrderRow) -> None:
        """Set the row of an order."""
        if self._steps is not None:
            before = self.orders.get(order_id)
            self._act(self._steps, order_id, order_steps(before) if before is not None else (), order_steps(order))
        self.orders[order_id] = order

    def put_refund(self, refund_id: str, refund: RefundRow) -> None:
        """Set the row of a refund."""
        if self._steps is not None:
            before = self.refunds.get(refund_id)
            self._act(self._steps, refund_id, refund_steps(before) if before is not None else (), refund_steps(refund))
        self.refunds[refund_id] = refund

    @staticmethod
    def _act(steps: Steps, name: str, before: Iterable[tuple[Kind, int]], now: Iterable[tuple[Kind, int]]) -> None:
        """Let an order or a refund act at other instants than before."""
        for kind, at in before:
            steps.discard(kind, at, name)
        for kind, at in now:
            steps.add(kind, at, name)
