"""What reward rules wait for besides orders and moves, and what must hold of a customer: by hand, on whole lives."""

import pytest

from agents.decisions.outcomes import outcome
from agents.decisions.whole_life import live
from schemas.instants import parse_instant
from schemas.policy import Policy
from tests.agents.small_policies import LADDER, SPENT, small
from tests.builders import DAY, T0, fact_of
from tests.oracle.events import engaged, order, profile
from tests.oracle.orders import Event

NEW_YEAR = int(parse_instant("2023-01-01T00:00:00Z"))


def rule(on: str, more: str = "", segments: str = LADDER, head: str = "") -> Policy:
    given = f"rewards: [{{id: rule, on: {{{on}}}, give: {{kind: points, points: 1}}{more}}}]\n"
    return small(segments, head + given)


def decided(policy: Policy, events: list[Event], until: int) -> list[tuple[int, str]]:
    """When the rule decided, and what."""
    lived = live("ann", [fact_of(event) for event in events], policy, until)
    return [(one.at, outcome(one)) for one in lived.rewards]


def begins(*days: str) -> list[tuple[int, str]]:
    return [(int(parse_instant(day)), "granted") for day in days]


def born(event_id: str, at: int | str, birthday: str, zone: str | None = None, **more: object) -> Event:
    return {**profile(event_id, at), "birthday": birthday, "timezone": zone, **more}


def test_29_february_is_kept_on_28_february_in_other_years() -> None:
    events = [born("p", NEW_YEAR, "1980-02-29"), order("1", NEW_YEAR + DAY, 100)]
    kept = begins("2023-02-28T00:00:00Z", "2024-02-29T00:00:00Z")
    assert decided(rule("birthday: true"), events, NEW_YEAR + 500 * DAY) == kept


@pytest.mark.parametrize(
    ("zone", "begin"),
    [
        ("Asia/Tokyo", "2023-05-09T15:00:00Z"),
        ("America/New_York", "2023-05-10T04:00:00Z"),
        (None, "2023-05-09T23:00:00Z"),
    ],
)
def test_a_birthday_begins_where_she_is_else_where_the_policy_is(zone: str | None, begin: str) -> None:
    policy = rule("birthday: true", head="timezone: Europe/London\n")
    events = [born("p", NEW_YEAR, "1980-05-10", zone), order("1", NEW_YEAR + DAY, 100)]
    assert decided(policy, events, NEW_YEAR + 300 * DAY) == begins(begin)


def test_a_birthday_comes_once_a_calendar_year_whatever_the_profile_says() -> None:
    events = [
        born("p1", NEW_YEAR, "1980-05-10", "Asia/Tokyo"),
        order("1", NEW_YEAR + DAY, 100),
        born("p2", "2023-05-09T16:00:00Z", "1980-05-10", "America/New_York"),
        born("p3", "2023-07-01T00:00:00Z", "1980-09-01"),
    ]
    kept = begins("2023-05-09T15:00:00Z", "2024-09-01T00:00:00Z")
    assert decided(rule("birthday: true"), events, NEW_YEAR + 700 * DAY) == kept


@pytest.mark.parametrize(
    ("at", "kept"),
    [
        ("2023-05-10T00:00:00Z", "2023-05-10T00:00:00Z"),
        ("2023-05-10T10:00:00Z", "2023-05-10T10:00:00Z"),
        ("2023-05-12T00:00:00Z", "2024-05-10T00:00:00Z"),
    ],
)
def test_whoever_becomes_known_on_her_birthday_has_it_at_once(at: str, kept: str) -> None:
    told, came = born("p", NEW_YEAR, "1980-05-10"), order("1", at, 100)
    assert decided(rule("birthday: true"), [told, came], NEW_YEAR + 500 * DAY)[:1] == begins(kept)


def test_whoever_travels_past_the_beginning_of_her_birthday_has_it_at_once() -> None:
    events = [
        born("p1", NEW_YEAR, "1980-05-10", "America/New_York"),
        order("1", NEW_YEAR + DAY, 100),
        born("p2", "2023-05-09T20:00:00Z", "1980-05-10", "Asia/Tokyo"),
    ]
    assert decided(rule("birthday: true"), events, NEW_YEAR + 300 * DAY) == begins("2023-05-09T20:00:00Z")


def test_an_anniversary_is_the_day_of_the_first_counted_order_in_later_years() -> None:
    events = [order("1", "2023-03-05T23:30:00Z", 100), order("2", "2023-06-01T00:00:00Z", 100)]
    policy = rule("anniversary: true", head="timezone: Europe/Oslo\n")
    kept = begins("2024-03-05T23:00:00Z", "2025-03-05T23:00:00Z")
    assert decided(policy, events, NEW_YEAR + 1000 * DAY) == kept


def test_a_silence_of_twice_her_usual_gap_is_noticed_once() -> None:
    events = [order(str(n), T0 + day * DAY, 100) for n, day in enumerate([0, 10, 20, 22, 32])]
    silent = T0 + 32 * DAY + 20 * DAY + 1
    assert decided(rule("cadence: {times: 2}"), events, silent - 1) == []
    assert decided(rule("cadence: {times: 2}"), events, silent + 900 * DAY) == [(silent, "granted")]


def test_three_gaps_make_a_usual_one() -> None:
    events = [order(str(n), T0 + n * DAY, 100) for n in range(3)]
    assert decided(rule("cadence: {times: 1.5}"), events, T0 + 900 * DAY) == []
    events.append(order("3", T0 + 3 * DAY, 100))
    assert decided(rule("cadence: {times: 1.5}"), events, T0 + 900 * DAY) == [(T0 + 4 * DAY + DAY // 2 + 1, "granted")]


@pytest.mark.parametrize(
    ("scores", "days"),
    [("r: {max: 1}", [60]), ("r: {fell: 1}", [30, 60]), ("r: {rose: 2}", [80]), ("r: {min: 2, fell: 1}", [30])],
)
def test_scores_are_an_occasion_when_they_come_to_fit_or_turn(scores: str, days: list[int]) -> None:
    came = decided(rule(f"scores: {{{scores}}}"), [order("1", T0, 1), order("2", T0 + 80 * DAY, 1)], T0 + 90 * DAY)
    assert came == [(T0 + day * DAY + (day != 80), "granted") for day in days]  # the day of the order


def test_an_announcement_and_the_order_that_clears_it_are_occasions() -> None:
    events = [order("1", T0, 1), order("2", T0 + 28 * DAY, 1)]
    lead = T0 + 27 * DAY + 1
    for on, at in ((("brink: {to: fading, lead: 3d}"), lead), ("brink_cleared: {from: fresh}", T0 + 28 * DAY)):
        assert decided(rule(on, head="brink: [3d]\n"), events, T0 + 29 * DAY) == [(at, "granted")]


def test_a_survey_pays_for_the_answers_that_are_named() -> None:
    events = [
        engaged(f"e{n}", T0 + n, "survey_answered", answer=answer) for n, answer in enumerate(["yes", "no", None])
    ]
    assert decided(rule("engaged: survey_answered, answer: [no, maybe]"), events, T0 + DAY) == [(T0 + 1, "granted")]


CONDITIONS = {
    "segment: big": [T0 + DAY, T0 + 2 * DAY],
    "segment: small": [],
    "when: {frequency: {min: 2}, monetary: {max: 150.00}}": [T0 + DAY],
    "list: [club, vip]": [T0 + 2 * DAY],
    "not_on_list: vip": [T0, T0 + DAY],
    "channel: email": [T0 + 2 * DAY],
}


@pytest.mark.parametrize("conditions", CONDITIONS)
def test_where_a_condition_does_not_hold_there_is_no_occasion(conditions: str) -> None:
    events = [
        order("1", T0, 5_000),
        order("2", T0 + DAY, 6_000),
        {**profile("p", T0 + DAY + 1, "email"), "lists": ["vip"]},
        order("3", T0 + 2 * DAY, 7_000),
    ]
    policy = rule("order_value: {min: 1.00}", f", conditions: {{{conditions}}}", SPENT)
    assert decided(policy, events, T0 + 3 * DAY) == [(at, "granted") for at in CONDITIONS[conditions]]


@pytest.mark.parametrize(
    ("conditions", "told"),
    [("country: [GB, NO]", {"country": "NO"}), ("consent: email", {"consents": {"email": True}})],
)
def test_without_the_country_or_the_consent_the_reward_is_withheld(conditions: str, told: dict[str, object]) -> None:
    events = [order("1", T0, 100), {**profile("p", T0 + 1), **told}, order("2", T0 + DAY, 100)]
    policy = rule("order_value: {min: 1.00}", f", conditions: {{{conditions}}}")
    reason = conditions.partition(":")[0]
    assert decided(policy, events, T0 + 3 * DAY) == [(T0, reason), (T0 + DAY, "granted")]


def test_a_condition_on_measures_is_read_when_the_engagement_occurs_though_it_moves_nobody() -> None:
    policy = rule("engaged: review_posted", ", conditions: {when: {frequency: {max: 1}}}", head="window: 10d\n")
    events = [order("1", T0, 1), order("2", T0 + 8 * DAY, 1), engaged("a", T0 + 9 * DAY), engaged("b", T0 + 11 * DAY)]
    assert decided(policy, events, T0 + 12 * DAY) == [(T0 + 11 * DAY, "granted")]
