"""The broker inside the confluent-kafka wheel: enough Kafka for a demo, no server to install."""

from typing import TYPE_CHECKING, Self

from app.runtime.errors import ExtraMissing

if TYPE_CHECKING:
    from confluent_kafka import Producer


class BrokerUnavailableError(RuntimeError):
    """The embedded broker cannot run in this environment."""


class EmbeddedBroker:
    """librdkafka's mock cluster on loopback, alive as long as the `with` block.

    Its limits, which make it good for a demo and a quick test and for nothing else:

    - one worker only: a second producer with the same transactional id is not fenced;
    - transactions are a show: records can be read before the commit and after an abort, and
      offsets sent to a transaction are never stored (those of a plain commit are);
    - 5 MiB or 100,000 batches a partition, the oldest then dropped without a word;
    - no topic administration: a topic has 4 partitions and exists from its first use;
    - no compaction, and all is gone at the end of the block;
    - wrong CRCs in transactional batches: consumers need `check_crcs=False`.
    """

    def __init__(self) -> None:
        self._cluster: Producer | None = None
        self._bootstrap = ""

    @property
    def bootstrap(self) -> str:
        if self._cluster is None:
            raise BrokerUnavailableError("the embedded broker has not been entered")
        return self._bootstrap

    def __enter__(self) -> Self:
        self._cluster = _mock_cluster()
        brokers = self._cluster.list_topics(timeout=10).brokers.values()
        self._bootstrap = ",".join(f"{broker.host}:{broker.port}" for broker in brokers)
        return self

    def __exit__(self, *_: object) -> None:
        # The cluster lives and ends with its producer; there is no call to close it.
        self._cluster = None


def _mock_cluster() -> "Producer":
    try:
        from confluent_kafka import Producer  # noqa: PLC0415 - only the demo extra brings it
    except ImportError as missing:
        raise ExtraMissing("the embedded broker", "confluent-kafka", "demo") from missing
    # Level 0: the library otherwise writes to stderr that its cluster is a mock.
    return Producer({"test.mock.num.brokers": 1, "log_level": 0})
