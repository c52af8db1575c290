"""What a test does not care about: records, policies and stores with everything filled in."""

import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import orjson

from schemas.customer_row import CustomerRow
from schemas.decoding import decode
from schemas.facts import Fact
from schemas.instants import parse_instant
from schemas.policy_file import load_policy
from schemas.rejections import Rejected
from schemas.topics import Topics
from tables.rocks import RocksMemory
from tables.tombstones import Tombstones

T0: Final = 1_291_191_960_000  # 2010-12-01T08:26:00Z
DAY: Final = 86_400_000
TOPICS: Final = Topics()
TOPIC_OF: Final = {
    "engaged": TOPICS.engagement,
    "profile_changed": TOPICS.customers,
    "customer_erased": TOPICS.customers,
    "message.delivered": TOPICS.receipts,
    "message.failed": TOPICS.receipts,
}
"""Where what is no order belongs."""
SEED: Final = load_policy("seed")
TOMBSTONES: Final = Tombstones(b"a secret of tests")
MEMORY: Final = RocksMemory(cache_mib=8, write_buffers_mib=8)


@dataclass(frozen=True, slots=True)
class Rec:
    """A Kafka record as it was fetched."""

    value: bytes | None = b"{}"
    key: bytes | None = b"ann"
    timestamp: int = T0
    topic: str = TOPICS.orders
    partition: int = 0
    offset: int = 0
    headers: Sequence[tuple[str, bytes]] = ()


FIELDS: Final = (
    "segment", "at", "sequence", "moved_at", "frequency", "known", "monetary", "counted", "first", "last", "due",
    "spilled", "refunds", "waiting", "newest", "ahead", "erased_at", "paid", "engaged", "met", "moves", "raised",
    "brink", "floor", "told", "frozen", "booked", "loyalty", "points",
    "entries",
)  # fmt: skip
"""Of a customer's row, in the order in which they are stored."""


def customer_row(*values: Any, **named: Any) -> CustomerRow:
    """A newborn's row but for some fields."""
    row = CustomerRow()
    for name, value in (*zip(FIELDS, values, strict=False), *named.items()):
        setattr(row, name, value)
    return row


def row_values(row: CustomerRow) -> list[Any]:
    """What a row holds, to be compared."""
    return [getattr(row, name) for name in FIELDS]


def record(event: Mapping[str, Any], offset: int = 0) -> Rec:
    """Put an event on the wire of its topic, keyed by its customer, with the time at which it occurred."""
    stamp = int(parse_instant(event.get("recorded_at", event["occurred_at"])))
    topic = TOPIC_OF.get(event["type"], TOPICS.orders)
    return Rec(orjson.dumps(event), event["customer_id"].encode(), stamp, topic, offset=offset)


def fact_of(event: Mapping[str, Any]) -> Fact:
    """Decode an event as the intake does."""
    sent = record(event)
    fact = decode(sent, TOPICS.feeds[sent.topic])
    assert not isinstance(fact, Rejected), fact
    return fact


def left_by_a_kill(database: Path, to: Path) -> Path:
    """Copy an open database as a kill at this moment would leave it; what RocksDB deletes meanwhile is not missed."""
    shutil.copytree(database, to, copy_function=_copy_if_there, ignore=shutil.ignore_patterns("LOCK"))
    return to


def _copy_if_there(source: str, target: str) -> None:
    with suppress(FileNotFoundError):
        shutil.copy2(source, target)


@contextmanager
def new_directory() -> Iterator[Path]:
    """Give a directory of its own to every example of a property; pytest's lasts for all of them."""
    memory = Path("/dev/shm")  # noqa: S108  # a hundred databases are opened three times as fast there
    with TemporaryDirectory(prefix="segue-test-", dir=memory if memory.is_dir() else None) as name:
        yield Path(name)
