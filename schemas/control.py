"""The control topic: policies and cut points that are in force, each from its instant on, for ever.

It is one order for all partitions: whoever publishes something that takes effect does so at least NOTICE_MS ahead (but
under `clock: stream`, where tasks wait for it), so a reader who has seen the end of the topic at one instant knows
everything that takes effect up to NOTICE_MS later.
"""

from typing import Annotated, Final

import msgspec
import orjson
from msgspec import Meta, Struct

from schemas.cut_points import CutPoints

FORMAT: Final = 1
"""Written into every value; a reader refuses a higher one."""
NOTICE_MS: Final = 30_000
FREEZES: Final = "freezes"
"""Key of the one record that says which freezes are decided."""

LARGEST: Final = 2**63 - 1
"""What rows and records can hold."""

Number = Annotated[int, Meta(ge=1, le=LARGEST)]
Instant = Annotated[int, Meta(ge=0, le=LARGEST)]
Values = tuple[Annotated[int, Meta(ge=0, le=LARGEST)], ...] | None


class Unreadable(Exception):
    """A record of the control topic that this version of Segue does not understand; the text says in what."""


class PolicyRecord(Struct, frozen=True, tag_field="kind", tag="policy"):
    """A policy, in force from an instant until the next one."""

    number: Number
    """1, 2, 3 ...; the first is in force from the beginning (0) on."""
    effective_at: Instant
    silent: bool
    """Whether the moves that the change of policy causes stay unpublished."""
    fingerprint: str
    id: str
    version: Number
    document: str
    """Its text in YAML."""


class CutPointsRecord(Struct, frozen=True, tag_field="kind", tag="cut_points"):
    """A version of cut points, in force from an instant on; see `CutPoints`."""

    version: Number
    """1, 2, 3 ... over all policies."""
    frozen_at: Instant
    effective_at: Instant
    recency: Values
    frequency: Values
    monetary: Values
    customers: Number
    """How many were counted."""
    policy: Number
    """Number of the policy whose quantiles they are."""

    @property
    def cut_points(self) -> CutPoints:
        """Give what the scores are won by."""
        return CutPoints(self.version, self.frozen_at, self.effective_at, self.recency, self.frequency, self.monetary)


class FreezesRecord(Struct, frozen=True, tag_field="kind", tag="freezes"):
    """Every freeze up to and including `decided` (an instant) has led to a version, or to none."""

    decided: Instant
    read_from: Instant = 0
    """Offset on the freezes topic before which nothing is needed any more."""


class BudgetRecord(Struct, frozen=True, tag_field="kind", tag="budget"):
    """How a budget stands, and what each partition has been granted of it over all time.

    Amounts are in what the budget counts: minor units, or grants. Unlike other records it takes effect when it is read:
    a partition pays from what it knows to have been granted, so knowing late only makes it wait.
    """

    app: str
    """Of which state: the id of the application."""
    budget: str
    number: Number
    """1, 2, 3 ...; the highest holds."""
    limit: Instant
    """What there is to spend."""
    spent: int
    """What partitions had told to be spent, less what was taken back, when this was written."""
    granted: tuple[Instant, ...]
    """By partition; never less than before. Less what came back, the sum is at most the limit."""
    recall: Instant = 0
    """Rises when partitions are to give back what they do not need."""
    favoured: int = -1
    """The partition for whose need the last recall was; -1 = there was none."""
    told: Instant = 0
    """How many of the shares of the limit an alert has told; records of 0.1.0 say no more of them than that."""
    broken: bool = False
    """Whether nothing can be paid any more: the breaker is open."""
    alerted: tuple[str, ...] = ()
    """Such as 80%: these shares."""


ControlRecord = PolicyRecord | CutPointsRecord | FreezesRecord | BudgetRecord


class _Versioned(Struct):
    format: int


_decode_format: Final = msgspec.json.Decoder(_Versioned).decode
_decode: Final = msgspec.json.Decoder(ControlRecord).decode


def control_key(record: ControlRecord) -> bytes:
    """Name what a record says; a later record of the same name replaces it."""
    match record:
        case PolicyRecord():
            return f"policy/{record.number}".encode()
        case CutPointsRecord():
            return f"cut_points/{record.version}".encode()
        case FreezesRecord():
            return FREEZES.encode()
        case BudgetRecord():
            return f"budget/{record.app}/{record.budget}".encode()


def encode_control(record: ControlRecord) -> tuple[bytes, bytes]:
    """Write a record: its key and its value, always the same bytes."""
    told = {"format": FORMAT, **msgspec.to_builtins(record)}
    return control_key(record), orjson.dumps(told, option=orjson.OPT_SORT_KEYS)


def decode_control(key: bytes | None, value: bytes | None) -> ControlRecord:
    """Read a record; Unreadable says what is wrong with it."""
    name = (key or b"").decode("utf-8", "replace")
    if value is None:
        raise Unreadable(f"{name}: has no value")
    try:
        found = _decode_format(value).format
        if found > FORMAT:
            raise Unreadable(f"{name}: has format {found}, this version of Segue knows formats up to {FORMAT}")
        record: ControlRecord = _decode(value)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise Unreadable(f"{name}: {error}") from error
    if control_key(record) != key:
        raise Unreadable(f"{name}: holds what belongs under {control_key(record).decode()}")
    return record
