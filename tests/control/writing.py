"""Records on the control and freezes topics of a test's deployment, as tasks and others write them."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from confluent_kafka import Producer

from schemas.control import ControlRecord, decode_control, encode_control
from schemas.freezes import FreezeChunk, chunk_key, encode_chunk
from tests.kafka.reading import read_all
from tests.kafka.shop import Shop

FLUSH_S = 30


def control(*records: ControlRecord) -> list[tuple[bytes, bytes]]:
    """Give keys and values of control records."""
    return [encode_control(record) for record in records]


def write(shop: Shop, topic: str, pairs: Iterable[tuple[bytes, bytes]]) -> None:
    """Write and commit."""
    with transaction(shop) as producer:
        for key, value in pairs:
            producer.produce(topic, value, key, partition=0)
        producer.flush(FLUSH_S)
        producer.commit_transaction(FLUSH_S)


def write_chunks(shop: Shop, *told: FreezeChunk) -> None:
    """Write and commit chunks."""
    write(shop, shop.topics.freezes, ((chunk_key(chunk), encode_chunk(chunk)) for chunk in told))


@contextmanager
def transaction(shop: Shop) -> Iterator[Producer]:
    """Give a producer with an open transaction; what the block does not commit is aborted."""
    producer = Producer({"bootstrap.servers": shop.bootstrap, "transactional.id": f"{shop.topics.app_id}-test"})
    producer.init_transactions(FLUSH_S)
    producer.begin_transaction()
    committed = False
    try:
        yield producer
        committed = True
    finally:
        if not committed:
            producer.abort_transaction(FLUSH_S)


def published(shop: Shop) -> list[ControlRecord]:
    """Read everything that is committed on the control topic."""
    return [decode_control(record.key, record.value) for record in read_all(shop, shop.topics.control)]
