"""What a policy says about time and quantiles in, what the decisions read out, or the mistake."""

from fractions import Fraction

import pytest

from schemas.message_rules import Quiet
from schemas.policy import Dwell, Refresh
from schemas.policy_file import parse_policy
from schemas.scales import Quantiles
from schemas.shares import parse_share, write_share
from tests.builders import DAY
from tests.schemas.test_policy_file import SMALL, mistakes

RECENCY = "recency: {within: [90d]}"
FREQUENCY = "frequency: {at_least: [2]}"


def test_the_window_is_a_lifetime_or_an_age() -> None:
    assert parse_policy(SMALL + "window: lifetime\n", "p").window_ms is None
    assert parse_policy(SMALL + "window: 365d1ms\n", "p").window_ms == 365 * DAY + 1


def test_cut_points_are_taken_anew_when_the_policy_says() -> None:
    text = SMALL + "cut_points: {refresh: 7d, apply_after: 0s, min_customers: 1, drift: silent}\n"
    assert parse_policy(text, "p").refresh == Refresh(7 * DAY, 0, 1, silent=True)
    assert parse_policy(SMALL + "cut_points: {drift: emit}\n", "p").refresh == Refresh()


def test_dwell_brink_and_late_facts_have_lengths() -> None:
    assert parse_policy(SMALL + "dwell: {down: 7d}\n", "p").dwell == Dwell(0, 7 * DAY)
    assert parse_policy(SMALL + "brink: [3d, 14d, 1h]\n", "p").brink_ms == (14 * DAY, 3 * DAY, DAY // 24)
    late = parse_policy(SMALL + "late: {horizon: 30d, grace: 1s}\n", "p")
    assert (late.horizon_ms, late.grace_ms) == (30 * DAY, 1000)


@pytest.mark.parametrize(
    "written",
    [
        "2026-01-01T00:00:00Z",
        "2026-01-01T01:00:00+01:00",
        "'2026-01-01T00:00:00.000Z'",
        "2026-01-01 00:00:00Z",
        "1767225600000",
        "1_767_225_600_000",
    ],
)
def test_silence_ends_at_an_instant(written: str) -> None:
    assert parse_policy(f"{SMALL}silent_until: {written}\n", "p").silent_until == 1_767_225_600_000


def test_silence_may_be_none() -> None:
    assert parse_policy(SMALL + "silent_until: null\n", "p").silent_until is None


def test_a_time_zone_is_one_of_the_iana_database() -> None:
    assert parse_policy(SMALL + "timezone: Europe/London\n", "p").timezone == "Europe/London"
    assert parse_policy(SMALL, "p").timezone is None


def test_every_score_may_hang_on_quantiles_ages_too() -> None:
    text = SMALL.replace(RECENCY, "recency: {quantiles: [20%], initial: [30d], unit: day, method: linear}")
    text = text.replace(FREQUENCY, "frequency: {quantiles: [12.5%], initial: [2]}")
    policy = parse_policy(text, "p")
    assert policy.recency is not None
    assert (policy.recency.bounds, policy.recency.whole_days) == ((30 * DAY,), True)
    assert policy.recency.quantiles == Quantiles((Fraction(1, 5),), "linear")
    assert policy.frequency is not None
    assert policy.frequency.quantiles == Quantiles((Fraction(1, 8),), "nearest_rank")
    assert policy.has_quantiles
    assert not parse_policy(SMALL, "p").has_quantiles


def test_shares_are_exact_and_written_as_they_are_read() -> None:
    assert parse_share("33.333333%") == Fraction(33_333_333, 100_000_000)
    for text in ("33%", "12.5%", "100%", "0.000001%"):
        assert write_share(parse_share(text)) == text
    for wrong in ("33", 33, "0%", "100.1%", "-1%", "1e1%", " 5%", "", None, "\u0661%"):
        with pytest.raises(ValueError, match="a share is"):
            parse_share(wrong)


MISTAKES: dict[str, tuple[str, str]] = {
    "window: 0d": ("", "p.yaml:8:1: window: a window is longer than 0, or lifetime"),
    "window: forever": ("", "p.yaml:8:1: window: a duration is written like"),
    "window: 90": ("", "p.yaml:8:1: window: a duration is written like"),
    "cut_points: {refresh: 0s}": ("", "p.yaml:8:14: cut_points.refresh: a stretch of time is longer than 0"),
    "cut_points: {min_customers: 0}": ("", "cut_points.min_customers: Input should be greater than or equal to 1"),
    "cut_points: {drift: loud}": ("", "cut_points.drift: Input should be 'emit' or 'silent'"),
    "dwell: {sideways: 1d}": ("", "p.yaml:8:9: dwell.sideways: Extra inputs"),
    "brink: [3d, 72h]": ("", "p.yaml:8:1: brink: 3d stands twice"),
    "brink: [0d]": ("", "p.yaml:8:9: brink.0: a stretch of time is longer than 0"),
    "brink: 3d": ("", "brink: Input should be a valid list"),
    "silent_until: 2026-01-01T00:00:00": ("", "p.yaml:8:1: silent_until: A time needs an offset"),
    "silent_until: 2026-01-01": ("", "silent_until: Expected an RFC 3339 time"),
    "silent_until: 2026-02-30T00:00:00Z": ("", "silent_until: Expected a time of the calendar"),
    "silent_until: 1970-01-01T00:00:00Z": ("", "silent_until: an instant lies between"),
    "silent_until: true": ("", "silent_until: Expected an RFC 3339 time or integer"),
    "timezone: Europe/Atlantis": ("", "p.yaml:8:1: timezone: there is no time zone Europe/Atlantis"),
    "timezone: ../London": ("", "timezone: there is no time zone ../London"),
    "timezone: localtime": ("", "timezone: there is no time zone localtime"),
    "late: {horizon: 90}": ("", "late.horizon: a duration is written like"),
    "quantiles without initial": ("recency: {quantiles: [20%]}", "scores.recency: quantiles need as many initial"),
    "neither": ("recency: {unit: day}", "scores.recency: give either within or quantiles"),
    "both": ("recency: {within: [1d], quantiles: [20%], initial: [1d]}", "give either within or quantiles"),
    "initial without quantiles": ("recency: {within: [1d], initial: [1d]}", "initial belongs to quantiles"),
    "method without quantiles": ("recency: {within: [1d], method: linear}", "method belongs to quantiles"),
    "another method": (
        "recency: {quantiles: [20%], initial: [1d], method: cubic}",
        "scores.recency.method: Input should be 'nearest_rank' or 'linear'",
    ),
    "another unit": ("recency: {within: [1d], unit: hour}", "scores.recency.unit: Input should be 'day'"),
    "one day": ("recency: {within: [1d, 1d12h], unit: day}", "with unit: day, bounds lie on different days"),
    "over all": ("recency: {quantiles: [101%], initial: [1d]}", "scores.recency.quantiles.0: a share is over 0%"),
    "none": ("recency: {quantiles: [0%], initial: [1d]}", "scores.recency.quantiles.0: a share is over 0%"),
    "ten scores": ("recency: {within: [1d, 2d, 3d, 4d, 5d, 6d, 7d, 8d, 9d]}", "should have at most 8 items"),
}


@pytest.mark.parametrize("case", MISTAKES)
def test_a_mistake_is_told(case: str) -> None:
    recency, told = MISTAKES[case]
    text = SMALL.replace(RECENCY, recency) if recency else f"{SMALL}{case}\n"
    found = mistakes(text)
    assert [line for line in found if told in line], found


def test_quiet_hours_are_read_in_minutes_of_the_day() -> None:
    assert parse_policy(SMALL + 'quiet_hours: {from: "21:30", to: "08:00"}\n', "p.yaml").quiet == Quiet(1290, 480)
    assert parse_policy(SMALL, "p.yaml").quiet is None


@pytest.mark.parametrize(
    ("hours", "told"),
    [
        ('{from: "21:00", to: "21:00"}', "quiet_hours: from and to are the same"),
        ('{from: "24:00", to: "08:00"}', "quiet_hours.from: String should match pattern"),
        ('{from: "21:00"}', "quiet_hours.to: Field required"),
    ],
)
def test_quiet_hours_that_are_none_are_mistakes(hours: str, told: str) -> None:
    assert [line for line in mistakes(f"{SMALL}quiet_hours: {hours}\n") if told in line]
