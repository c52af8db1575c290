"""A deployment's names in, the rights that each process needs at the brokers out: the one table of them.

`segue acls` and `deploy/kafka/acls.md` are written from it, and processes are checked against it before they begin.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final, Literal

from app.transactional_ids import budgets_id, control_id, promotion_id, task_ids
from schemas.topics import Topics

Operation = Literal["Read", "Write", "Create", "Describe", "DescribeConfigs", "AlterConfigs"]
Kind = Literal["topic", "group", "transactional-id", "cluster"]
Process = Literal[
    "worker",
    "feeder",
    "messaging",
    "backfill",
    "dlq",
    "replay",
    "verify",
    "explain",
    "audit",
    "lift",
    "export",
    "history",
    "promote",
    "topics",
    "dump",
    "serve",
    "bridge",
    "doctor",
]


@dataclass(frozen=True, slots=True)
class Right:
    """What may be done to one thing; Read and Write bring Describe along, AlterConfigs brings DescribeConfigs."""

    kind: Kind
    name: str
    operations: tuple[Operation, ...]
    why: str
    prefixed: bool = False
    """Whether it holds for all names that begin so."""

    def __str__(self) -> str:
        return f"{' and '.join(self.operations)} on {self.kind} {self.name}{'*' if self.prefixed else ''}"


READ: Final[tuple[Operation, ...]] = ("Read",)
WRITE: Final[tuple[Operation, ...]] = ("Write",)
BOTH: Final[tuple[Operation, ...]] = ("Read", "Write")


def rights_of(process: Process, topics: Topics) -> tuple[Right, ...]:
    """Give all that a process needs, and nothing else."""
    return tuple(PROCESSES[process].needs(topics))


def _worker(topics: Topics) -> Iterator[Right]:
    for name in topics.inputs:
        yield Right("topic", name, READ, "its input")
    yield Right("topic", topics.changelog, BOTH, "its state")
    yield Right("topic", topics.transitions, WRITE, "what it publishes")
    yield Right("topic", topics.customer_segments, WRITE, "what it publishes")
    yield Right("topic", topics.rewards, WRITE, "what it publishes")
    yield Right("topic", topics.messages, WRITE, "what it publishes")
    yield Right("topic", topics.alerts, WRITE, "what people should look at")
    yield Right("topic", topics.dead_letters, WRITE, "what it rejects")
    yield Right("topic", topics.control, BOTH, "which policy and cut points are in force")
    yield Right("topic", topics.freezes, BOTH, "what new cut points are made of")
    yield Right("topic", topics.budgets, BOTH, "what partitions have spent, and what they are granted of")
    yield Right("group", topics.app_id, READ, "membership, and the offsets in its transactions")
    yield Right("transactional-id", task_ids(topics.app_id), WRITE, "one producer per partition", prefixed=True)
    yield Right("transactional-id", control_id(topics.app_id), WRITE, "the first policy, and cut points")
    yield Right("transactional-id", budgets_id(topics.app_id), WRITE, "slices of budgets, and alerts of them")


def _feeder(topics: Topics) -> Iterator[Right]:
    for name in (topics.orders, topics.engagement, topics.customers):
        yield Right("topic", name, WRITE, "what the shop tells")


def _messaging(topics: Topics) -> Iterator[Right]:
    yield Right("topic", topics.messages, READ, "what it is asked to send")
    yield Right("topic", topics.receipts, WRITE, "what has become of it")


def _backfill(topics: Topics) -> Iterator[Right]:
    for name in topics.inputs:
        yield Right("topic", name, ("Read", "Write", "DescribeConfigs"), "where to go on; history; retention")


def _dlq(topics: Topics) -> Iterator[Right]:
    yield Right("topic", topics.dead_letters, READ, "dead letters")


def _replay(topics: Topics) -> Iterator[Right]:
    yield from _dlq(topics)
    for name in topics.inputs:
        yield Right("topic", name, BOTH, "originals too large to copy; where they go back to")


def _verify(topics: Topics) -> Iterator[Right]:
    for name in (*topics.inputs, topics.transitions, topics.rewards, topics.changelog, topics.control):
        yield Right("topic", name, READ, "what it compares")


def _explain(topics: Topics) -> Iterator[Right]:
    for name in (*topics.inputs, topics.control):
        yield Right("topic", name, READ, "what one customer did, and what is in force")


def _audit(topics: Topics) -> Iterator[Right]:
    yield from _explain(topics)
    yield Right("topic", topics.rewards, READ, "what was published of her rewards")


def _lift(topics: Topics) -> Iterator[Right]:
    for name in (topics.rewards, topics.orders, topics.customers, topics.control):
        yield Right("topic", name, READ, "what was given, what was ordered, who was erased, and what is in force")


def _export(topics: Topics) -> Iterator[Right]:
    for name in (
        *topics.inputs,
        topics.customer_segments,
        topics.transitions,
        topics.rewards,
        topics.messages,
        topics.alerts,
    ):
        yield Right("topic", name, READ, "what is held of one customer")
    yield Right("topic", topics.dead_letters, READ, "what was rejected of her")


def _history(topics: Topics) -> Iterator[Right]:
    yield Right("topic", topics.control, READ, "the history of policies")


def _promote(topics: Topics) -> Iterator[Right]:
    yield Right("topic", topics.control, BOTH, "the history of policies, and the next one")
    yield Right("transactional-id", promotion_id(topics.app_id), WRITE, "one promotion at a time")


def _topics(topics: Topics) -> Iterator[Right]:
    for plan in topics.plan():
        yield Right(
            "topic",
            plan.name,
            ("Create", "Describe", "AlterConfigs"),
            "to compare it, to create it and to set it right",
        )


def _dump(topics: Topics) -> Iterator[Right]:
    for name in topics.inputs:
        yield Right("topic", name, READ, "what it writes down")


def _serve(topics: Topics) -> Iterator[Right]:
    for name in (topics.transitions, topics.customer_segments, topics.rewards):
        yield Right("topic", name, READ, "what it shows")
    yield Right("topic", topics.control, READ, "labels, and what would lift a customer")


def _bridge(topics: Topics) -> Iterator[Right]:
    """Besides Read on the topics that its mapping names."""
    for name in topics.inputs:
        yield Right("topic", name, WRITE, "the facts that it makes")
    yield Right("topic", topics.dead_letters, WRITE, "what it cannot map")
    yield Right(
        "topic", f"{topics.prefix}segue.bridge-", ("Create", "Read", "Write"), "whose orders were whose", prefixed=True
    )
    named = f"{topics.app_id}-bridge-"
    yield Right("group", named, READ, "the offsets in its transactions", prefixed=True)
    yield Right("transactional-id", named, WRITE, "one process per name", prefixed=True)


def _doctor(topics: Topics) -> Iterator[Right]:
    """Besides those of the worker: it looks at what the worker's own user may do."""
    for plan in topics.plan():
        yield Right("topic", plan.name, ("DescribeConfigs",), "how it is set")
    yield Right("cluster", "kafka-cluster", ("DescribeConfigs",), "how the brokers are set")


@dataclass(frozen=True, slots=True)
class Needs:
    """A process as operators know it."""

    what: str
    needs: Callable[[Topics], Iterator[Right]]


PROCESSES: Final[dict[Process, Needs]] = {
    "worker": Needs("`segue worker`", _worker),
    "feeder": Needs("whatever sends orders, engagement and profiles", _feeder),
    "messaging": Needs("whatever sends messages and answers with receipts", _messaging),
    "backfill": Needs("`segue backfill`", _backfill),
    "dlq": Needs("`segue dlq list` and `show`", _dlq),
    "replay": Needs("`segue dlq replay`", _replay),
    "verify": Needs("`segue verify`", _verify),
    "explain": Needs("`segue explain` without `--events`", _explain),
    "audit": Needs("`segue rewards audit` without `--events`", _audit),
    "lift": Needs("`segue lift` without `--events`", _lift),
    "export": Needs("`segue export`", _export),
    "history": Needs("`segue policy history`", _history),
    "promote": Needs("`segue policy promote` and `rollback`", _promote),
    "topics": Needs("`segue topics plan` and `apply`", _topics),
    "dump": Needs("`segue topics dump`", _dump),
    "serve": Needs("`segue serve`, or any consumer of what is published, of nobody's group", _serve),
    "bridge": Needs("`segue bridge`, besides Read on the topics of its mapping", _bridge),
    "doctor": Needs("`segue doctor`, besides those of the worker, as whose user it runs", _doctor),
}
