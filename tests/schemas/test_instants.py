"""Times of the wire in, whole milliseconds out: the fast path is the slow one, only faster."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.instants import EARLIEST, TimeError, parse_instant, rfc3339
from tests.builders import T0

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
moments = st.datetimes(datetime(1, 1, 2), datetime(9999, 12, 30))  # noqa: DTZ001  # the zone is drawn beside them
offsets = st.integers(-23 * 60 - 59, 23 * 60 + 59).map(lambda minutes: timezone(timedelta(minutes=minutes)))


def milliseconds(moment: datetime) -> int:
    return (moment - EPOCH) // timedelta(milliseconds=1)


@given(moments, st.integers(0, 86_399))
def test_whole_seconds_with_z_equal_datetime_the_first_and_the_second_time(moment: datetime, second: int) -> None:
    whole = moment.replace(microsecond=0, tzinfo=UTC)
    other = whole.replace(hour=0, minute=0, second=0) + timedelta(seconds=second)
    for each in (whole, other, whole):
        assert parse_instant(each.strftime("%Y-%m-%dT%H:%M:%SZ").zfill(20)) == milliseconds(each)


@given(moments, offsets)
def test_fractions_and_offsets_equal_datetime(moment: datetime, zone: timezone) -> None:
    there = moment.replace(tzinfo=zone)
    assert parse_instant(there.isoformat()) == milliseconds(there)


@pytest.mark.parametrize(
    "text",
    [
        "2010-12-01T08:26:00Z",
        "2010-12-01t08:26:00z",
        "2010-12-01 08:26:00Z",
        "2010-12-01T08:26:00.000999999Z",
        "2010-12-01T08:26:00.0009+00:00",
        "2010-12-01T08:26:00-00:00",
        "2010-12-01T09:26:00+01:00",
        "2010-11-30T22:26:00.0-10:00",
        T0,
    ],
)
def test_an_instant_has_many_spellings_and_is_truncated(text: str | int) -> None:
    assert parse_instant(text) == T0


def test_truncation_goes_down_to_the_millisecond_before() -> None:
    assert parse_instant("2010-12-01T08:26:00.9999Z") == T0 + 999


@pytest.mark.parametrize(
    ("wire", "code"),
    [
        ("2010-12-01T08:26:00", "naive_time"),
        ("2010-12-01T08:26Z", "invalid_time"),
        ("2010-12-01T08:60:00Z", "invalid_time"),
        ("2010-13-01T08:26:00Z", "invalid_time"),
        ("0000-01-01T00:00:00Z", "invalid_time"),
        ("٢٠١٠-12-01T08:26:00Z", "invalid_time"),
        ("2010-12-01T08:26:00Z ", "invalid_time"),
        ("", "invalid_time"),
        (1.0, "wrong_type"),
        (True, "wrong_type"),
        (None, "wrong_type"),
        ([], "wrong_type"),
    ],
)
def test_what_is_no_instant_says_why(wire: object, code: str) -> None:
    with pytest.raises(TimeError) as raised:
        parse_instant(wire)
    assert raised.value.code == code


def test_a_date_seen_before_does_not_excuse_a_wrong_time() -> None:
    parse_instant("2011-03-04T00:00:00Z")
    for wrong in ("2011-03-04T24:00:00Z", "2011-03-04T00:00:61Z", "2011-03-04T00:00:0Z", "2011-03-04T00:00:00"):
        with pytest.raises(TimeError):
            parse_instant(wrong)


@given(st.integers(EARLIEST, 253_402_300_799_999))
def test_writing_and_reading_an_instant_gives_it_back(instant: int) -> None:
    text = rfc3339(instant)
    assert parse_instant(text) == instant
    assert text == datetime.fromtimestamp(instant // 1000, UTC).strftime(f"%Y-%m-%dT%H:%M:%S.{instant % 1000:03d}Z")


def test_a_date_seen_with_an_offset_is_not_taken_for_that_of_utc() -> None:
    """The days of the fast path are those of texts that end in Z."""
    for there in ("2013-05-06T23:30:00-05:00", "2013-05-06T00:30:00+05:00", "2013-05-06T23:59:59.9+00:00"):
        parse_instant(there)
        assert parse_instant("2013-05-06T00:00:00Z") == parse_instant("2013-05-06T00:00:00.0Z") == 1_367_798_400_000
