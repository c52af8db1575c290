"""Key families of a partition's table: one byte, the customer, NUL, the rest. Ids hold no NUL.

The families in upper case are local: they are not in the changelog, they are derived while rows are restored.
"""

from struct import Struct
from typing import Final

CUSTOMER: Final = b"c"
ORDER: Final = b"o"
REFUND: Final = b"r"
WAITING: Final = b"w"
AHEAD: Final = b"a"
ENGAGEMENT: Final = b"e"
ENGAGED_DAY: Final = b"d"
PROFILE: Final = b"f"
OCCASION: Final = b"g"
LOYALTY: Final = b"l"
TOMBSTONE: Final = b"x"
BEHIND_TOMBSTONES: Final = b"y"
PROGRESS: Final = b"p\0progress"
IDENTITY: Final = b"p\0identity"
FREEZE: Final = b"p\0freeze"
SWEEP: Final = b"p\0sweep"
BUDGETS: Final = b"p\0budgets"

BY_TIME: Final = b"T"
DUE: Final = b"D"
POSITION: Final = b"P\0changelog"

_INSTANT = Struct(">q")
_NUMBER = Struct(">I")


def nested_key(family: bytes, customer: bytes, rest: str) -> bytes:
    """Key of a row that belongs to a customer: an order, a refund, what waits for an order."""
    return family + customer + b"\0" + rest.encode()


def nested_prefix(family: bytes, customer: bytes) -> bytes:
    """What all keys of one family of a customer begin with."""
    return b"%b%b\0" % (family, customer)


def ahead_prefix(customer: bytes, at: int) -> bytes:
    """What all keys of the facts of a customer begin with that wait for one instant."""
    return nested_prefix(AHEAD, customer) + _INSTANT.pack(at)


def ahead_key(customer: bytes, at: int, number: int) -> bytes:
    """Key of a fact that waits for the clock: by its instant, then by its number, 0.., among those that wait for it."""
    return ahead_prefix(customer, at) + _NUMBER.pack(number)


def ahead_instant(key: bytes, customer: bytes) -> int:
    """Read the instant from the key of a waiting fact."""
    (at,) = _INSTANT.unpack_from(key, len(customer) + 2)
    return int(at)


def engaged_day_key(customer: bytes, day: int) -> bytes:
    """Key of the engagements of one day since 1970 that acted on the timeline; ascends with time."""
    return nested_prefix(ENGAGED_DAY, customer) + _INSTANT.pack(day)


def engaged_day(key: bytes, customer: bytes) -> int:
    """Read the day from the key of a day's engagements."""
    (day,) = _INSTANT.unpack_from(key, len(customer) + 2)
    return int(day)


def by_time_prefix(customer: bytes) -> bytes:
    """What all by-time keys of a customer begin with."""
    return b"%b%b\0" % (BY_TIME, customer)


def by_time_key(customer: bytes, kind: bytes, at: int, rest: bytes) -> bytes:
    """Key of a step in a customer's history: by its kind (one byte), then its instant, then the order or refund."""
    return b"%b%b\0%b%b%b" % (BY_TIME, customer, kind, _INSTANT.pack(at), rest)


def split_by_time(key: bytes, customer: bytes) -> tuple[int, str]:
    """Read instant and id from a by-time key."""
    start = len(customer) + 3
    (at,) = _INSTANT.unpack_from(key, start)
    return at, key[start + _INSTANT.size :].decode()


def split_nested(key: bytes) -> tuple[bytes, bytes]:
    """Read customer and rest from a nested key."""
    customer, _, rest = key[1:].partition(b"\0")
    return customer, rest


def due_key(at: int, customer: bytes) -> bytes:
    """Key of a due entry: big-endian, so that keys ascend with time."""
    return DUE + _INSTANT.pack(at) + customer


def split_due(key: bytes) -> tuple[int, bytes]:
    """Read instant and customer from a due key."""
    (at,) = _INSTANT.unpack_from(key, 1)
    return at, key[1 + _INSTANT.size :]
