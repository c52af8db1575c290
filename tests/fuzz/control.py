"""Records of the control topic: what is in force, or Unreadable; nothing else ends a worker there."""

from random import Random
from typing import Final

import orjson

from app.control.documents import compiled
from schemas.control import (
    ControlRecord,
    FreezesRecord,
    PolicyRecord,
    Unreadable,
    control_key,
    decode_control,
    encode_control,
)
from tests.builders import T0
from tests.control.records import policy, version
from tests.fuzz.events import spoilt_event
from tests.fuzz.spoiling import spoil
from tests.fuzz.target import Input, Target
from tests.schemas.test_policy_file import SMALL

RECORDS: Final[tuple[ControlRecord, ...]] = (
    policy(1, 0, document=SMALL),
    policy(2, T0, document=SMALL, silent=True),
    version(1, T0),
    FreezesRecord(T0, 7),
)
VALUES: Final = tuple(encode_control(record)[1] for record in RECORDS)


class Told(Input, frozen=True, tag="control"):
    """A record of the control topic."""

    key: bytes | None
    value: bytes | None

    @property
    def size(self) -> int:
        return len(self.value or b"")


def make(random: Random) -> Told:
    """Write what may stand there and spoil it."""
    record = random.choice(RECORDS)
    key, value = encode_control(record)
    if random.random() < 0.5:
        return Told(key, spoilt_event(random, _members(record)))
    return Told(random.choice((key, key, None, spoil(random, key, (b"policy/2",)))), spoil(random, value, VALUES))


def judge(told: Told) -> None:
    """Read it as a worker does: the record, and of a policy its text."""
    try:
        record = decode_control(told.key, told.value)
        if isinstance(record, PolicyRecord):
            assert compiled.__wrapped__(record).fingerprint == record.fingerprint
    except Unreadable:
        return
    assert control_key(record) == told.key
    assert decode_control(*encode_control(record)) == record


def _members(record: ControlRecord) -> dict[str, object]:
    members: dict[str, object] = orjson.loads(encode_control(record)[1])
    return members


CONTROL: Final = Target("control", Told, make, judge, seconds=0.5, seconds_per_byte=1e-4)
