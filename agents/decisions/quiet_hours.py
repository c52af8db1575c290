"""An instant and the quiet hours of a policy in, the first instant at which a customer may be written to out.

Quiet is what her clock shows: from `start` up to before `end`. A clock that is put forward over `end` ends them at that
moment, unless it shows a quiet time then; one that is put back to before `end` makes it quiet once more, until it has
come to `end` again.
"""

from datetime import UTC, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from agents.decisions.local_time import ahead_ms, steadily_ahead
from schemas.instants import DAY_MS
from schemas.message_rules import Quiet

_MINUTE_MS: Final = 60_000
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MS: Final = timedelta(milliseconds=1)
_DAY: Final = timedelta(days=1)


def not_before(at: int, quiet: Quiet | None, zone: str) -> int:
    """Give `at` itself, or if it is quiet then the first later instant at which her clock reaches or skips `end`."""
    if quiet is None or not _is_quiet(at + ahead_ms(at, zone), quiet):
        return at
    ahead = steadily_ahead(at, at + DAY_MS, zone)
    return _first_end(at, quiet, zone) if ahead is None else _end(at + ahead, quiet) - ahead


def _end(shown: int, quiet: Quiet) -> int:
    """Say what her clock shows at the end of quiet hours that it is in, if nobody puts it: ms of local time."""
    end = shown - shown % DAY_MS + quiet.end * _MINUTE_MS
    return end if end > shown else end + DAY_MS


def _first_end(at: int, quiet: Quiet, zone: str) -> int:
    """Find the same instant where her clock may be put meanwhile."""
    clock = ZoneInfo(zone)
    shown = _shown(at, clock)
    midnight = datetime(shown.year, shown.month, shown.day)  # noqa: DTZ001  # what the clock shows, in no zone yet
    ends = (
        _instant(midnight + days * _DAY + timedelta(minutes=quiet.end), clock, fold)
        for days in (0, 1, 2)  # the next day may be one that is skipped
        for fold in (0, 1)
    )
    return min(end for end in ends if end > at and not _is_quiet(end + ahead_ms(end, zone), quiet))


def _is_quiet(shown: int, quiet: Quiet) -> bool:
    """Tell whether a clock that shows so many ms shows a quiet time."""
    minute = shown % DAY_MS // _MINUTE_MS
    if quiet.start < quiet.end:
        return quiet.start <= minute < quiet.end
    return minute >= quiet.start or minute < quiet.end


def _instant(shown: datetime, clock: ZoneInfo, fold: int) -> int:
    """Say when a clock shows something, the first or the second time; if it skips that, when it does so."""
    first, second = (_epoch_ms(shown.replace(tzinfo=clock, fold=time)) for time in (0, 1))
    if second < first:  # only what is skipped reads so: by the offset before the skip, then by the one after
        return _skip_between(second, first, clock)
    return second if fold else first


def _skip_between(low: int, high: int, clock: ZoneInfo) -> int:
    """Find the first millisecond of another offset in (low, high]."""
    before = _shown(low, clock).utcoffset()
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if _shown(middle, clock).utcoffset() == before else (low, middle)
    return high


def _shown(at: int, clock: ZoneInfo) -> datetime:
    return (_EPOCH + at * _MS).astimezone(clock)


def _epoch_ms(shown: datetime) -> int:
    return (shown - _EPOCH) // _MS
