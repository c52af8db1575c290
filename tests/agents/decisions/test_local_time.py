"""What a clock shows in a time zone: what zoneinfo says, at every instant of every zone, however it is looked up."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.decisions.calendar_days import next_day
from agents.decisions.local_time import ahead_ms, local_date, steadily_ahead
from schemas.instants import DAY_MS, LATEST, parse_instant

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
FIRST = int(parse_instant("1990-01-01T00:00:00Z"))
ZONES = sorted(zone for zone in available_timezones() if zone != "localtime")
TURNS = ["2026-03-29T01:00:00Z", "2026-10-25T01:00:00Z", "2011-12-30T10:00:00Z", "2026-04-04T15:00:00Z"]
instants = st.integers(FIRST, int(parse_instant("2100-01-01T00:00:00Z")))
near_turns = st.builds(lambda turn, off: int(parse_instant(turn)) + off, st.sampled_from(TURNS), st.integers(-2, 2))


def shown(at: int, zone: str) -> datetime:
    return (EPOCH + timedelta(milliseconds=at)).astimezone(ZoneInfo(zone))


@given(instants | near_turns, st.sampled_from(ZONES))
def test_local_time_is_ahead_by_what_zoneinfo_says(at: int, zone: str) -> None:
    assert timedelta(milliseconds=ahead_ms(at, zone)) == shown(at, zone).utcoffset()
    assert local_date(at, zone) == shown(at, zone).date()


@given(instants, st.sampled_from(ZONES), st.integers(0, 2 * DAY_MS), st.floats(0, 1))
def test_who_is_steadily_ahead_is_so_all_the_time(at: int, zone: str, length: int, part: float) -> None:
    steady = steadily_ahead(at, at + length, zone)
    assert steady is None or steady == ahead_ms(at + int(length * part), zone)


@pytest.mark.parametrize("turn", TURNS[:2])
def test_where_the_clock_is_put_nobody_is_steadily_ahead(turn: str) -> None:
    at = int(parse_instant(turn))
    assert steadily_ahead(at - DAY_MS, at + DAY_MS, "Europe/London") is None


@pytest.mark.parametrize("zone", ["Etc/UTC", "Etc/GMT+12"])
def test_the_last_instant_of_the_calendar_has_a_date(zone: str) -> None:
    assert local_date(LATEST, zone) == shown(LATEST, zone).date()


def test_behind_the_last_year_no_day_comes_any_more() -> None:
    assert next_day(local_date(FIRST, "Etc/UTC"), LATEST - 800 * DAY_MS, "Etc/UTC") is not None
    assert next_day(local_date(FIRST, "Etc/UTC"), LATEST, "Etc/UTC") is None
