"""What an earlier build has left on a broker, as it was kept: inputs, changelog, control topic and outputs.

The build is that of commit 4f6f419, whose customers' rows had no appointments, journeys, points and accounts. It worked
the first part of `ShopLoad(seed=11, customers=24, orders=240, whole=True)`. Of the rest only orders came in later:
several topics fed beside a worker under `clock: stream` overtake one another, which makes facts late.
"""

import lzma
from pathlib import Path
from typing import Any, Final, NamedTuple

import orjson
from confluent_kafka import Producer

from schemas.topics import Topics
from tests.kafka.feeding import FLUSH_S, Sent
from tests.kafka.shop import Shop

GOLDEN: Final = Path(__file__).parent / "golden" / "earlier_build.ndjson.xz"
NAMES: Final = Topics("tupgraded00.", "tupgraded00-app")
"""The identity row of a changelog names its application."""
PARTITIONS: Final = 2
CUSTOMERS: Final = 24


class EarlierBuild(NamedTuple):
    """What there is of it."""

    kept: list[dict[str, Any]]
    """Records of all topics but the inputs, as JSON; key and value in hexadecimal."""
    worked: list[Sent]
    later: list[Sent]

    @property
    def rows(self) -> dict[bytes, bytes]:
        """The newest row of each key of the changelog that has one."""
        changelog = [one for one in self.kept if _topic(one) == NAMES.changelog]
        newest = {bytes.fromhex(one["key"]): one["value"] for one in changelog}
        return {key: bytes.fromhex(value) for key, value in newest.items() if value is not None}

    def publish(self, shop: Shop) -> None:
        """Write it where it stood, in its order."""
        producer = Producer({"bootstrap.servers": shop.bootstrap, "enable.idempotence": True})
        for one in self.kept:
            producer.produce(
                _topic(one),
                key=None if one["key"] is None else bytes.fromhex(one["key"]),
                value=None if one["value"] is None else bytes.fromhex(one["value"]),
                partition=one["partition"],
                timestamp=one["timestamp"],
                headers=[(name, text.encode()) for name, text in one["headers"]],
            )
        assert producer.flush(FLUSH_S) == 0


def _topic(one: dict[str, Any]) -> str:
    name: str = one["topic"]
    return f"{NAMES.app_id if name.startswith('-') else NAMES.prefix}{name}"


def earlier_build() -> EarlierBuild:
    """Read the golden file."""
    lines = [orjson.loads(line) for line in lzma.decompress(GOLDEN.read_bytes()).splitlines()]
    told = [
        (
            one["later"],
            Sent(one["key"].encode(), one["value"].encode(), one["timestamp"], one["partition"], (), one["feed"]),
        )
        for one in lines
        if "feed" in one
    ]
    return EarlierBuild(
        [one for one in lines if "topic" in one],
        [sent for later, sent in told if not later],
        [sent for later, sent in told if later],
    )
