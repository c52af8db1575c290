"""A day of a month and a time zone in; the instants at which that day begins, year after year, out."""

from datetime import UTC, date, datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from schemas.instants import DAY_MS

BELATED: int = 2 * DAY_MS
"""So long after its beginning a day is still kept if the customer's profile has changed: zones are 26 hours apart."""
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_LAST_YEAR = 9998  # the calendar ends with 9999, and a zone may reach beyond


class Day(NamedTuple):
    """A day in a year."""

    at: int
    """Its first moment, epoch ms."""
    year: int


def local_date(instant: int, zone: str) -> date:
    """Give the date that an instant has in a time zone."""
    return (_EPOCH + timedelta(milliseconds=instant)).astimezone(ZoneInfo(zone)).date()


def next_day(of: date, after: int, zone: str) -> Day | None:
    """Give the next anniversary of a date whose first moment is later than an instant; None: the calendar ends.

    The date itself is none. 29 February is kept on 28 February where there is no such day.
    """
    year = max(of.year + 1, local_date(after, zone).year)
    while year <= _LAST_YEAR:
        at = _begins(of, year, zone)
        if at > after:
            return Day(at, year)
        year += 1
    return None


def _begins(of: date, year: int, zone: str) -> int:
    leaps = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
    day = 28 if of.month == 2 and of.day == 29 and not leaps else of.day  # 29 February
    begins = datetime(year, of.month, day, tzinfo=ZoneInfo(zone))  # where midnight is skipped: what follows it
    return (begins.astimezone(UTC) - _EPOCH) // timedelta(milliseconds=1)
