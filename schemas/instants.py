"""RFC 3339 text or epoch milliseconds in, an instant (integer epoch milliseconds UTC) out, and back."""

import re
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Final

from schemas.instant import Instant

DAY_MS: Final = 86_400_000
EARLIEST: Final = 631_152_000_000  # 1990-01-01T00:00:00Z: older instants are typing errors, not commerce

LATEST: Final = 253_402_300_799_999  # 9999-12-31T23:59:59.999Z: what RFC 3339 can write

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_RFC3339 = re.compile(r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(\.\d+)?(?P<zone>[Zz]|[+-]\d\d:\d\d)?", re.ASCII)
# Nearly every time on the wire is "YYYY-MM-DDTHH:MM:SSZ": three dictionary look-ups instead of a datetime.
_DATES: dict[str, int] = {}
_DATES_LIMIT: Final = 20_000
_MINUTES = {f"{m // 60:02d}:{m % 60:02d}:": m * 60_000 for m in range(1440)}
_SECONDS = {f"{s:02d}Z": s * 1000 for s in range(60)}
# And back, for formatting numbers costs more than everything else of an event's headers.
_MINUTE_TEXTS = [f"T{m // 60:02d}:{m % 60:02d}:" for m in range(1440)]
_SECOND_TEXTS = [f"{s:02d}." for s in range(60)]
_MS_TEXTS = [f"{ms:03d}Z" for ms in range(1000)]


class TimeError(ValueError):
    """A time on the wire that is not an instant; `code` is the rejection code."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


def parse_instant(wire: object) -> Instant:
    """Read a time of the wire, truncated to milliseconds; TimeError for text without offset or no time at all."""
    if isinstance(wire, str):
        try:
            return Instant(_DATES[wire[:11]] + _MINUTES[wire[11:17]] + _SECONDS[wire[17:]])
        except KeyError:
            return _parse_text(wire)
    if type(wire) is int:
        return Instant(wire)
    raise TimeError("wrong_type", "Expected an RFC 3339 time or integer epoch milliseconds")


def _parse_text(text: str) -> Instant:
    shape = _RFC3339.fullmatch(text)
    if shape is None:
        raise TimeError("invalid_time", "Expected an RFC 3339 time")
    if shape["zone"] is None:
        raise TimeError("naive_time", "A time needs an offset: Z or +hh:mm")
    try:
        moment = datetime.fromisoformat(text.upper())
        instant = (moment - _EPOCH) // timedelta(milliseconds=1)
    except (ValueError, OverflowError) as error:
        raise TimeError("invalid_time", "Expected a time of the calendar") from error
    if len(text) == 20 and text[10] == "T" and len(_DATES) < _DATES_LIMIT:
        _DATES[text[:11]] = instant // DAY_MS * DAY_MS
    return Instant(instant)


def rfc3339(instant: int) -> str:
    """Write an instant as RFC 3339 with milliseconds and Z."""
    rest = instant % DAY_MS
    ms = rest % 60_000
    return f"{_date(instant // DAY_MS)}{_MINUTE_TEXTS[rest // 60_000]}{_SECOND_TEXTS[ms // 1000]}{_MS_TEXTS[ms % 1000]}"


@lru_cache(maxsize=_DATES_LIMIT)
def _date(day: int) -> str:
    return (_EPOCH + timedelta(days=day)).date().isoformat()
