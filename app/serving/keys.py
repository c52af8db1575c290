"""Key families of the view: one byte, then what their rows are looked for by. Ids hold no NUL."""

from functools import lru_cache
from struct import Struct
from typing import Final

CUSTOMER: Final = b"c"
"""Customer: where she stands."""
IN_SEGMENT: Final = b"s"
"""Segment, NUL, customer."""
DUE: Final = b"d"
"""Segment, NUL, instant of her next move, customer: where it leads."""
MOVE: Final = b"t"
"""Customer, NUL, sequence: the published event, behind its place in the log."""
REWARD: Final = b"r"
"""Customer, NUL, instant, reward id, outcome: the published event."""
NEWS: Final = b"l"
"""Partition, offset: key of a published move, for those who come back to the stream."""
MOVES_OF_DAY: Final = b"m"
REWARDS_OF_DAY: Final = b"w"
"""Day since 1970, then what is counted: how many."""
BUDGET: Final = b"b"
"""Budget, NUL, what is counted: how much."""
BUDGET_LIMIT: Final = b"B"
"""Budget: what it has, and what it counts."""
SIZE: Final = b"n"
"""Segment: how many customers stand there."""
ERASED: Final = b"x"
"""Keyed digest of an erased customer: the instant up to which nothing of hers is shown."""
POSITION: Final = b"o"
"""Partition, topic: the next offset to read."""
NEWS_FROM: Final = b"k"
"""Partition: the offset from which on NEWS has everything."""
RANKS: Final = b"g\0ranks"
SECRET: Final = b"g\0secret"
LEVEL_AT: Final = b"g\0level"
UNINDEXED: Final = b"g\0unindexed"
"""There while customers are read for the first time: IN_SEGMENT, DUE and SIZE are still to be made."""
IDENTITY: Final = b"g\0identity"
BEHIND: Final = b"\xff"
"""Sorts behind every key."""

_LONG = Struct(">Q")
_pack = _LONG.pack
_DAY = Struct(">I")
_PLACE = Struct(">IQ")
LONG: Final = 8


def long(number: int) -> bytes:
    """Write what is not negative so that bytes sort as numbers do."""
    return _pack(max(0, number))


def read_long(key: bytes, at: int) -> int:
    """Read what `long` wrote."""
    (number,) = _LONG.unpack_from(key, at)
    return int(number)


def under(family: bytes, name: bytes) -> bytes:
    """What all keys of one customer or segment begin with."""
    return b"%b%b\0" % (family, name)


def end(family: bytes) -> bytes:
    """Give a key behind all of a family."""
    return family + BEHIND * 200


def behind(prefix: bytes) -> bytes:
    """Give the first key behind all that begin with a prefix ending in NUL."""
    return prefix[:-1] + b"\x01"


@lru_cache(maxsize=1024)
def prefixes(segment: str | None) -> tuple[bytes, bytes, bytes]:
    """Name a segment, b"" for none, and say what its two indexes begin with."""
    name = (segment or "").encode()
    return name, under(IN_SEGMENT, name), under(DUE, name)


def of_day(family: bytes, day: int) -> bytes:
    """What all counts of one day begin with."""
    return family + _DAY.pack(day)


def read_day(key: bytes) -> int:
    """Read the day of a count."""
    (day,) = _DAY.unpack_from(key, 1)
    return int(day)


def place(partition: int, offset: int) -> bytes:
    """Key of a place in the log of moves: its family, and 12 bytes that a move keeps too."""
    return NEWS + _PLACE.pack(partition, offset)


def read_place(key: bytes) -> tuple[int, int]:
    """Read partition and offset."""
    partition, offset = _PLACE.unpack_from(key, 1)
    return int(partition), int(offset)


def position_key(topic: str, partition: int) -> bytes:
    """Key of how far a partition has been read."""
    return POSITION + _DAY.pack(partition) + topic.encode()
