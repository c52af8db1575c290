"""Whom a policy lets sleep, and until when: by her own clock, whatever is done to it."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agents.decisions.quiet_hours import not_before
from schemas.instants import parse_instant, rfc3339
from schemas.message_rules import Quiet

NIGHT = Quiet(21 * 60, 8 * 60)
SMALL_HOURS = Quiet(0, 2 * 60 + 30)
DAY_MINUTES = 1440
CASES = {
    "by day she may be written to at once": (NIGHT, "Europe/London", "2026-01-10T20:59:59.999Z", "20:59:59.999"),
    "the first quiet minute waits for the morning": (NIGHT, "Europe/London", "2026-01-10T21:00:00Z", "11T08:00"),
    "after midnight it is the same day's morning": (NIGHT, "Europe/London", "2026-01-10T03:00:00Z", "10T08:00"),
    "the first minute after is not quiet": (NIGHT, "Europe/London", "2026-01-10T08:00:00Z", "10T08:00"),
    "the customer's clock counts": (NIGHT, "Asia/Kathmandu", "2026-01-10T20:00:00Z", "11T02:15"),
    "a siesta ends on its day": (Quiet(13 * 60, 15 * 60), "Europe/Madrid", "2026-01-10T12:30:00Z", "10T14:00"),
    "a shorter night": (NIGHT, "Europe/London", "2026-03-28T22:00:00Z", "29T07:00"),
    "a longer night": (NIGHT, "Europe/London", "2026-10-24T21:00:00Z", "25T08:00"),
    "an end that is skipped is when it is skipped": (
        SMALL_HOURS,
        "America/New_York",
        "2026-03-08T06:00:00Z",
        "8T07:00",
    ),
    "an end that comes twice is the first": (Quiet(0, 90), "America/New_York", "2026-11-01T05:10:00Z", "1T05:30"),
    "between the two it is quiet once more": (Quiet(0, 90), "America/New_York", "2026-11-01T06:10:00Z", "1T06:30"),
    "a morning without a date": (NIGHT, "Pacific/Apia", "2011-12-30T08:00:00Z", "30T18:00"),
}


@pytest.mark.parametrize("case", CASES)
def test_a_message_waits_until_her_clock_has_come_to_the_end(case: str) -> None:
    quiet, zone, at, end = CASES[case]
    assert end in rfc3339(not_before(int(parse_instant(at)), quiet, zone))


def test_without_quiet_hours_nothing_waits() -> None:
    assert not_before(1, None, "Europe/London") == 1


ZONES = ["America/New_York", "Australia/Lord_Howe", "Europe/London", "Asia/Kathmandu", "Africa/Casablanca"]
TURNS = [
    "2026-03-08T00:00:00Z",
    "2026-03-29T00:00:00Z",
    "2026-04-04T12:00:00Z",
    "2026-10-25T00:00:00Z",
    "2026-11-01T00:00:00Z",
]


@settings(max_examples=60)
@given(
    st.sampled_from(ZONES),
    st.sampled_from(TURNS),
    st.integers(0, 2 * DAY_MINUTES),
    st.lists(st.integers(0, 47), min_size=2, max_size=2, unique=True),
)
def test_it_is_the_first_minute_that_a_clock_looked_at_every_minute_comes_to_or_skips(
    zone: str, turn: str, minutes: int, hours: list[int]
) -> None:
    quiet = Quiet(hours[0] * 30, hours[1] * 30)
    at = int(parse_instant(turn)) // 60_000 + minutes
    assert not_before(at * 60_000, quiet, zone) == _watched(at, quiet, ZoneInfo(zone)) * 60_000


def _watched(at: int, quiet: Quiet, zone: ZoneInfo) -> int:
    shown = _shown(at, zone)
    if _loud(shown, quiet):
        return at
    while True:
        at, before, shown = at + 1, shown, _shown(at + 1, zone)
        step = (shown - before) % DAY_MINUTES
        if 0 < (quiet.end - before) % DAY_MINUTES <= step < DAY_MINUTES // 2 and _loud(shown, quiet):
            return at


def _loud(shown: int, quiet: Quiet) -> bool:
    return (shown - quiet.start) % DAY_MINUTES >= (quiet.end - quiet.start) % DAY_MINUTES


def _shown(minute: int, zone: ZoneInfo) -> int:
    clock = datetime.fromtimestamp(minute * 60, UTC).astimezone(zone)
    return clock.hour * 60 + clock.minute
