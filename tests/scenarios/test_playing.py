"""Scenarios in; every expectation met when it is right, and told with what came about when it is not."""

import pytest

from tests.scenarios.stage import Desk

STAYED_AWAY = """
given:
  - {day: 0, order: 120.00}
  - {day: 3, order: 80.00, id: second}
  - {day: 10, engaged: review_posted, rating: 5}
  - {day: 12, cancel: second}
when: 95d
"""


@pytest.mark.parametrize(
    "then",
    [
        "segment: at_risk",
        "transitions: [recent, loyal, recent, at_risk]",
        "transitions: [{to: recent, from: null, direction: entry}, loyal, {to: recent, day: 12}, at_risk]",
        "transitions: [recent, {to: loyal, at: 2026-01-04T01:00:00+01:00}, recent, {to: at_risk, after: 90d1ms}]",
        "transitions: [recent, loyal, {to: recent, cause: cancellation}, {to: at_risk, cause: decay, due: recency}]",
        "brinks: []",
        "rewards: [welcome, review-points]",
        "next: {to: inactive, after: 150d1ms}",
        "next: {to: inactive}",
        "points: 150",
        "measures: {recency: 107d, tenure: 107d, frequency: 1, monetary: 120, average_order_value: 120.00, r: 2, f: 1}",
    ],
)
def test_what_is_right_is_no_difference(desk: Desk, then: str) -> None:
    assert desk.play(f"{STAYED_AWAY}then: {{{then}}}") == {}


@pytest.mark.parametrize(
    ("then", "path", "told"),
    [
        ("segment: null", "segment", "null, got at_risk"),
        (
            "transitions: [recent, null, recent, at_risk]",
            "transitions.1",
            "null, got {to: loyal, from: recent, direction: up, cause: order, after: 3d}",
        ),
        (
            "transitions: [recent, loyal, recent, {to: at_risk, day: 90}]",
            "transitions.3",
            (
                "{to: at_risk, day: 90}, got {to: at_risk, from: recent, direction: down, cause: decay, due: recency, "
                "after: 90d1ms}"
            ),
        ),
        (
            "transitions: [{to: recent, from: loyal}, loyal, recent, at_risk]",
            "transitions.0",
            "{to: recent, from: loyal}, got {to: recent, from: null, direction: entry, cause: order, after: 0s}",
        ),
        ("rewards: [review-points, welcome]", "rewards.0", "review-points, got welcome"),
        ("rewards: [welcome]", "rewards", "[welcome], got [welcome, review-points]"),
        (
            "rewards: [welcome, {rule: review-points, withheld: limit}]",
            "rewards.1",
            "{rule: review-points, withheld: limit}, got review-points",
        ),
        ("next: null", "next", "null, got {to: inactive, after: 150d1ms}"),
        (
            "next: {to: inactive, at: 2026-05-31T00:00:00Z}",
            "next",
            "{to: inactive, at: 2026-05-31T00:00:00.000Z}, got {to: inactive, after: 150d1ms}",
        ),
        ("measures: {recency: 107d1ms}", "measures.recency", "107d1ms, got 107d"),
        ("measures: {average_order_value: null}", "measures.average_order_value", "null, got 120.00"),
        ("measures: {m: 3}", "measures.m", "3, got 2"),
    ],
)
def test_what_is_wrong_is_told_with_what_came_about(desk: Desk, then: str, path: str, told: str) -> None:
    found = desk.play(f"{STAYED_AWAY}then: {{{then}}}")
    assert found[path] == told


def test_lists_of_another_length_are_told_as_a_whole(desk: Desk) -> None:
    found = desk.play("given: [{day: 0, order: 1.00}]\nthen: {transitions: [recent, {to: null, cause: refund}]}")
    assert found == {
        "transitions": "[recent, {to: null, cause: refund}], got "
        "[{to: recent, from: null, direction: entry, cause: order, after: 0s}]"
    }


BRINK = """
version: 1
id: watchful
currency: GBP
brink: [14d, 3d]
segments:
  - {id: here, when: {recency: {max: 30d}}}
  - {id: gone, otherwise: true}
"""
THANKS = """
delivery: {attempts: 1}
rewards: [{id: thanks, on: {first_order: true}, message: {template: hello, channels: [email]}}]
"""
LEFT = "given: [{day: 0, order: 1.00}, {day: 20, order: 1.00}]\nuntil: 2026-03-01T00:00:00Z\n"


def test_announcements_and_clearings_are_compared_in_order(desk: Desk) -> None:
    desk.write("watchful.yaml", BRINK)
    right = """
    brinks:
      - {announced: gone, lead: 14d, after: 16d1ms}
      - {cleared: gone, day: 20}
      - {announced: gone, lead: 14d}
      - {announced: gone, lead: 3d, after: 47d1ms}
    """
    assert desk.play(f"{LEFT}then: {{brinks: [], segment: gone}}", "watchful.yaml") == {
        "brinks": "[], got [{announced: gone, lead: 14d, after: 16d1ms}, {cleared: gone, after: 20d}, "
        "{announced: gone, lead: 14d, after: 36d1ms}, {announced: gone, lead: 3d, after: 47d1ms}]"
    }
    assert desk.play(f"{LEFT}then:{right}", "watchful.yaml") == {}
    spoiled = right.replace("14d, after: 16d1ms", "3d").replace("{cleared: gone, day: 20}", "{announced: gone}")
    assert desk.play(f"{LEFT}then:{spoiled}", "watchful.yaml") == {
        "brinks.0": "{announced: gone, lead: 3d}, got {announced: gone, lead: 14d, after: 16d1ms}",
        "brinks.1": "{announced: gone}, got {cleared: gone, after: 20d}",
    }


def test_silent_moves_are_not_among_the_published_ones(desk: Desk) -> None:
    desk.write("quiet.yaml", BRINK + "silent_until: 2026-01-10T00:00:00Z\n")
    then = "then: {transitions: [{to: gone, from: here}], rewards: []}"
    assert desk.play(f"given: [{{day: 0, order: 1.00}}]\nwhen: 40d\n{then}", "quiet.yaml") == {}


@pytest.mark.parametrize(
    ("given", "then"),
    [
        ("[{day: 0, order: 5.00, id: a}, {day: 0, order: 5.00, id: a}]", "measures: {frequency: 1, monetary: 5.00}"),
        ("[{day: 0, order: 5.00}, {day: 0, order: 5.00}]", "measures: {frequency: 2, monetary: 10.00}"),
        ("[{day: 1, refund: 2.00, of: a}, {day: 0, order: 5.00, id: a}]", "measures: {monetary: 3.00}"),
        ("[{day: 0, order: 5.00}, {day: 1, refund: 7.00}]", "measures: {monetary: 0.00, frequency: 1}"),
        ("[{day: 0, order: 700, currency: JPY}]", "measures: {frequency: 1, average_order_value: null}"),
        ("[{day: 0, order: 700, currency: JPY, base: 4.20}]", "measures: {monetary: 4.20}"),
        ("[{day: 0, engaged: review_posted}]", "segment: null, rewards: [], measures: {frequency: 0, recency: null}"),
        ("[{day: 0, order: 5.00}, {day: 1, erased: true}]", "segment: null, next: null, measures: {frequency: 0}"),
        ("[{after: 1d12h, order: 5.00}]", "transitions: [{to: recent, at: 2026-01-02T12:00:00Z}]"),
    ],
)
def test_deeds_count_as_they_do_for_a_shop(desk: Desk, given: str, then: str) -> None:
    assert desk.play(f"given: {given}\nthen: {{{then}}}") == {}


def test_messages_go_where_the_profile_says(desk: Desk) -> None:
    """A profile is taken as a topic would take it; nothing of it can be asked for yet but that it does no harm."""
    profile = "{birthday: 1990-02-28, country: GB, consents: {email: false}, preferred_channel: push, lists: [vip]}"
    given = f"[{{day: 0, profile: {profile}}}, {{day: 1, order: 5.00}}]"
    assert desk.play(f"given: {given}\nthen: {{segment: recent, rewards: [welcome]}}") == {}


def test_without_when_the_last_deed_is_the_end(desk: Desk) -> None:
    given = "given: [{day: 5, order: 5.00}, {day: 0, order: 5.00}]"
    assert desk.play(f"{given}\nthen: {{measures: {{recency: 0s, tenure: 5d}}}}") == {}


def test_days_count_from_the_start_of_the_file(desk: Desk) -> None:
    text = """
    policy: seed
    start: 2024-02-28T12:00:00Z
    scenarios:
      - name: leap
        given: [{day: 1, order: 5.00}]
        then: {transitions: [{to: recent, at: 2024-02-29T12:00:00Z}]}
    """
    assert desk.run(text).exit_code == 0


def test_an_answer_to_a_message_that_nobody_has_asked_for_is_a_difference(desk: Desk) -> None:
    found = desk.play("given: [{day: 0, order: 1.00}, {day: 1, delivered: hello}]\nthen: {messages: []}")
    assert found == {"given.1": "hello, got no such message was asked for by then"}


def test_a_message_that_is_given_up_is_compared(desk: Desk) -> None:
    desk.write("thanks.yaml", BRINK + THANKS)
    given = "given: [{day: 0, order: 1.00}, {after: 1h, failed: hello, permanent: true}]\nwhen: 1d\n"
    assert desk.play(f"{given}then: {{undeliverable: [{{template: hello, reason: unknown}}]}}", "thanks.yaml") == {}
    assert desk.play(f"{given}then: {{undeliverable: [{{template: hello, reason: full}}]}}", "thanks.yaml") == {
        "undeliverable.0": "{template: hello, reason: full}, got {template: hello, reason: unknown, after: 1h}"
    }
