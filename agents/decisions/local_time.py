"""An instant and a time zone in; how far a clock there is ahead of UTC, and the date that it shows, out."""

from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo

from schemas.instants import DAY_MS, LATEST

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MS: Final = timedelta(milliseconds=1)
_HOUR_MS: Final = 3_600_000
_EPOCH_ORDINAL: Final = date(1970, 1, 1).toordinal()
_LAST_DAY: Final = LATEST // DAY_MS - 1  # behind it a zone may reach beyond the calendar


def ahead_ms(at: int, zone: str) -> int:
    """Say by how much local time is ahead of UTC at an instant, in ms."""
    steady = _steady(zone, at // DAY_MS)
    return steady if steady is not None else _ahead(at, ZoneInfo(zone))


def steadily_ahead(since: int, until: int, zone: str) -> int | None:
    """Say by how much local time is ahead of UTC, in ms, over all days (UTC) of a short stretch; None: that changes."""
    first, last = since // DAY_MS, until // DAY_MS
    steady = _steady(zone, first)
    for day in range(first + 1, last + 1):
        if _steady(zone, day) != steady:
            return None
    return steady


def local_date(at: int, zone: str) -> date:
    """Give the date that an instant has in a time zone."""
    return date.fromordinal(_EPOCH_ORDINAL + (at + ahead_ms(at, zone)) // DAY_MS)


# One date costs a microsecond and a half, and every order of a customer asks for some: nearly all are of few days.
@lru_cache(maxsize=16_384)
def _steady(zone: str, day: int) -> int | None:
    """Look at every hour of a day (UTC): no zone has ever gone there and back between two of them."""
    if day >= _LAST_DAY:
        return None
    clock = ZoneInfo(zone)
    begin = day * DAY_MS
    shown = {_ahead(at, clock) for at in range(begin, begin + DAY_MS + 1, _HOUR_MS)}
    return shown.pop() if len(shown) == 1 else None


def _ahead(at: int, clock: ZoneInfo) -> int:
    offset = (_EPOCH + at * _MS).astimezone(clock).utcoffset()
    assert offset is not None, "a zone has one at every instant"
    return offset // _MS
