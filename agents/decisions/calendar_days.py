"""A day of a month and a time zone in; the instants at which that day begins, year after year, out."""

from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from mypy_extensions import mypyc_attr

from agents.decisions.local_time import local_date
from schemas.instants import DAY_MS

BELATED: int = 2 * DAY_MS
"""So long after its beginning a day is still kept if the customer's profile has changed: zones are 26 hours apart."""
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_LAST_YEAR = 9998  # the calendar ends with 9999, and a zone may reach beyond


@mypyc_attr(acyclic=True, free_list_len=1)
class Day:
    """A day in a year."""

    __slots__ = ("at", "year")

    def __init__(self, at: int, year: int) -> None:
        """`at`: its first moment, epoch ms."""
        self.at = at
        self.year = year


def next_day(of: date, after: int, zone: str) -> Day | None:
    """Give the next anniversary of a date whose first moment is later than an instant; None: the calendar ends.

    The date itself is none. 29 February is kept on 28 February where there is no such day.
    """
    year = max(of.year + 1, local_date(after, zone).year)
    while year <= _LAST_YEAR:
        at = _begins(of.month, of.day, year, zone)
        if at > after:
            return Day(at, year)
        year += 1
    return None


@lru_cache(maxsize=16_384)  # the days of a year, for some zones
def _begins(month: int, day: int, year: int, zone: str) -> int:
    leaps = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
    kept = 28 if month == 2 and day == 29 and not leaps else day  # 29 February
    begins = datetime(year, month, kept, tzinfo=ZoneInfo(zone))  # where midnight is skipped: what follows it
    return (begins.astimezone(UTC) - _EPOCH) // timedelta(milliseconds=1)
