"""The topics of a deployment: their names are spelled here and nowhere else."""

from dataclasses import dataclass
from typing import Literal

Feed = Literal["orders", "engagement", "customers", "receipts"]
"""Which facts a topic carries."""


@dataclass(frozen=True, slots=True)
class TopicPlan:
    """How a topic has to be: `partitions` of None means as many as the orders topic has."""

    name: str
    cleanup: Literal["compact", "delete"]
    partitions: int | None
    settings: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Topics:
    """Names under an optional prefix; the changelog carries the id of the application that owns it."""

    prefix: str = ""
    app_id: str = "segue"

    @property
    def orders(self) -> str:
        """Orders placed, cancelled, refunded."""
        return f"{self.prefix}commerce.orders.v1"

    @property
    def engagement(self) -> str:
        """What customers do besides ordering."""
        return f"{self.prefix}commerce.engagement.v1"

    @property
    def customers(self) -> str:
        """Profiles, and whom to forget."""
        return f"{self.prefix}commerce.customers.v1"

    @property
    def receipts(self) -> str:
        """What messaging systems tell of the messages that they were asked to send."""
        return f"{self.prefix}loyalty.receipts.v1"

    @property
    def transitions(self) -> str:
        """Changes of segment."""
        return f"{self.prefix}loyalty.segment-transitions.v1"

    @property
    def customer_segments(self) -> str:
        """The current standing of every customer, compacted."""
        return f"{self.prefix}loyalty.customer-segments.v1"

    @property
    def rewards(self) -> str:
        """Rewards granted and withheld."""
        return f"{self.prefix}loyalty.rewards.v1"

    @property
    def messages(self) -> str:
        """What messaging systems are asked to send."""
        return f"{self.prefix}loyalty.messages.v1"

    @property
    def alerts(self) -> str:
        """What people in the shop should look at."""
        return f"{self.prefix}loyalty.alerts.v1"

    @property
    def dead_letters(self) -> str:
        """Rejected input."""
        return f"{self.prefix}segue.dlq.v1"

    @property
    def changelog(self) -> str:
        """The rows of the one table, as Faust names its changelog."""
        return f"{self.app_id}-{TABLE}-changelog"

    @property
    def control(self) -> str:
        """Policies and cut points that are in force; read by every worker."""
        return f"{self.prefix}segue.control.v1"

    @property
    def freezes(self) -> str:
        """What partitions tell of their customers, for new cut points."""
        return f"{self.prefix}segue.freezes.v1"

    @property
    def budgets(self) -> str:
        """What partitions tell of what they have spent, and need."""
        return f"{self.prefix}segue.budgets.v1"

    def bridge(self, name: str) -> str:
        """What a bridge remembers of orders: whose they are, and what waits for them; compacted, one partition."""
        return f"{self.prefix}segue.bridge-{name}.v1"

    @property
    def inputs(self) -> tuple[str, ...]:
        """What a partition task reads; all have the same number of partitions and the same keys."""
        return (self.orders, self.engagement, self.customers, self.receipts)

    @property
    def outputs(self) -> tuple[str, ...]:
        """What a partition task writes to besides its changelog."""
        published = (self.transitions, self.customer_segments, self.rewards, self.messages, self.alerts)
        return (*published, self.dead_letters, self.freezes, self.budgets)

    @property
    def feeds(self) -> dict[str, Feed]:
        """Say which facts each input carries."""
        return {
            self.orders: "orders",
            self.engagement: "engagement",
            self.customers: "customers",
            self.receipts: "receipts",
        }

    def plan(self) -> tuple[TopicPlan, ...]:
        """Say which topics a deployment needs."""
        rows = (("delete.retention.ms", str(DELETE_RETENTION_MS)), ("min.cleanable.dirty.ratio", "0.3"))
        return (
            *(TopicPlan(name, "delete", None) for name in self.inputs),
            TopicPlan(self.changelog, "compact", None, rows),
            TopicPlan(self.transitions, "delete", None),
            TopicPlan(self.customer_segments, "compact", None),
            TopicPlan(self.rewards, "delete", None),
            TopicPlan(self.messages, "delete", None),
            TopicPlan(self.alerts, "delete", None),
            TopicPlan(self.dead_letters, "delete", None),
            TopicPlan(self.control, "compact", 1),
            TopicPlan(self.freezes, "delete", 1, (("retention.ms", str(FREEZES_RETENTION_MS)),)),
            TopicPlan(self.budgets, "compact", 1),
        )


TABLE = "customers"
DELETE_RETENTION_MS = 7 * 86_400_000
FREEZES_RETENTION_MS = 2 * 86_400_000
