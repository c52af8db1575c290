"""Reward rules with mistakes in, every mistake with its place out."""

import pytest

from tests.schemas.test_policy_file import mistakes
from tests.schemas.test_reward_document import FIRST, POINTS, policy

ON: dict[str, tuple[str, str]] = {
    "": ("", "give exactly one of first_order, nth_order, order_value, engaged, transition"),
    f"{FIRST}, engaged: yodelled": ("", "give exactly one of first_order, nth_order"),
    f"{FIRST}, rating: {{min: 1}}": ("", "rating belongs to engaged"),
    "first_order: false": (".first_order", "Input should be True"),
    "engaged: Yodelled": (".engaged", "String should match"),
    "engaged: [a, b]": (".engaged", "Input should be a valid string"),
    "engaged: a, rating: {}": (".rating", "give min, max or both"),
    "engaged: a, rating: {min: 2, max: 1}": (".rating", "min is above max"),
    "engaged: a, rating: {min: 101}": (".rating.min", "Input should be less than or equal to 100"),
    "engaged: a, rating: {min: 4.5}": (".rating.min", "Input should be a valid integer"),
    "engaged: a, rating: {min: true}": (".rating.min", "Input should be a valid integer"),
    "transition: {}": (".transition", "give at least one of to, from, direction, cause"),
    "transition: {to: null}": (".transition", "give at least one of to, from, direction, cause"),
    "transition: {to: []}": (".transition.to", "List should have at least 1 item"),
    "transition: {to: [good, good]}": (".transition.to", "good stands twice"),
    "transition: {to: best}": (".transition.to.0", "there is no segment best"),
    "transition: {from: [rest, worst]}": (".transition.from.1", "there is no segment worst"),
    "transition: {origin: rest}": (".transition.origin", "Extra inputs are not permitted"),
    "transition: {direction: sideways}": (".transition.direction", "Input should be 'up', 'down'"),
    "transition: {cause: []}": (".transition.cause", "List should have at least 1 item"),
    "transition: {cause: order}": (".transition.cause", "Input should be a valid list"),
    "transition: {cause: [order, order]}": (".transition.cause", "order stands twice"),
    "transition: {cause: [whim]}": (".transition.cause.0", "Input should be 'order', 'refund'"),
    "transition: {to: good, direction: down}": (".transition", "no move can ever fit"),
    "transition: {to: good, from: good}": (".transition", "no move can ever fit"),
    "transition: {to: good, direction: exit}": (".transition", "no move can ever fit"),
    "transition: {from: good, direction: entry}": (".transition", "no move can ever fit"),
    "transition: {direction: lateral}": (".transition", "no move can ever fit"),
    "weather: fine": (".weather", "Extra inputs are not permitted"),
    "nth_order: 1": (".nth_order", "Input should be greater than or equal to 2"),
    "order_value: {}": (".order_value", "give min, max or both"),
    "order_value: {min: 1.001}": (".order_value.min", "an amount has at most 2 decimals"),
    "order_value: {min: true}": (".order_value.min", "an amount is a number"),
    "scores: {}": (".scores", "give at least one of r, f, m"),
    "scores: {r: {min: 3}}": (".scores.r.min", "r goes from 1 to 2"),
    "scores: {r: {min: 0}}": (".scores.r.min", "Input should be greater than or equal to 1"),
    "brink: {}": (".brink", "brink names no lead times"),
    "birthday: false": (".birthday", "Input should be True"),
    "time_in_segment: {segment: best, after: 30d}": (".time_in_segment.segment", "there is no segment best"),
    "time_in_segment: {segment: good, after: 0d}": (".time_in_segment.after", "a stretch of time is longer than 0"),
}
GIVE: dict[str, tuple[str, str]] = {
    "points: 1": (".kind", "Field required"),
    "kind: points": ("", "points needs points"),
    "kind: gift": ("", "gift needs sku"),
    "kind: points, points: 1, sku: A": ("", "points has no sku"),
    "kind: gift, sku: A, points: 1": ("", "gift has no points"),
    "kind: discount": ("", "discount needs percent or amount"),
    "kind: discount, percent: 10%, amount: 5.00": ("", "discount needs percent or amount"),
    "kind: discount, percent: 10": (".percent", "a share is written like 33% or 12.5%"),
    "kind: discount, percent: 0%": (".percent", "a share is over 0% and at most 100%"),
    "kind: discount, amount: 0": (".amount", "Input should be greater than 0"),
    "kind: discount, amount: 0.001": (".amount", "an amount has at most 2 decimals"),
    "kind: free_shipping, sku: A": ("", "free_shipping has no sku"),
    "kind: early_access": ("", "early_access needs offer"),
    "kind: invitation": ("", "invitation needs event"),
    "kind: letter": ("", "letter needs letter"),
    "kind: points, points: 0": (".points", "Input should be greater than or equal to 1"),
    "kind: points, points: 1.5": (".points", "Input should be a valid integer"),
    "kind: points, points: '1'": (".points", "Input should be a valid integer"),
    "kind: points, points: 9007199254740992": (".points", "Input should be less than or equal to 9007199254740991"),
    "kind: gift, sku: ''": (".sku", "String should have at least 1 character"),
    'kind: gift, sku: "a\\n"': (".sku", "String should match pattern"),
    "kind: love": (".kind", "Input should be 'points', 'discount'"),
    f"{POINTS}, expires: 60": (".expires", "a duration is written like"),
    f"{POINTS}, expires: 0s": (".expires", "a stretch of time is longer than 0"),
    f"{POINTS}, remind: [7d]": ("", "a reminder comes before it expires"),
    f"{POINTS}, expires: 7d, remind: [1d, 7d]": ("", "a reminder comes before it expires"),
    f"{POINTS}, expires: 7d, remind: []": (".remind", "List should have at least 1 item"),
    f"{POINTS}, expires: 7d, remind: [0d]": (".remind.0", "a stretch of time is longer than 0"),
}
REST: dict[str, tuple[str, str]] = {
    "limit: {}": (".limit.times", "Field required"),
    "limit: {times: 0}": (".limit.times", "Input should be greater than or equal to 1"),
    "limit: {times: 1001}": (".limit.times", "Input should be less than or equal to 1000"),
    "limit: {times: 1, per: 0d}": (".limit.per", "a stretch of time is longer than 0"),
    "limit: {times: 1, per: fortnight}": (".limit.per", "a duration is written like"),
    "message: {channels: [email]}": (".message.template", "Field required"),
    "message: {template: t}": (".message.channels", "Field required"),
    "message: {template: t, channels: []}": (".message.channels", "List should have at least 1 item"),
    "message: {template: t, channels: [a, a]}": (".message.channels", "a stands twice"),
    "message: {template: t, channels: email}": (".message.channels", "Input should be a valid list"),
    "whim: 1": (".whim", "Extra inputs are not permitted"),
    "budget: none": (".budget", "there is no budget none"),
    "holdout: 10": (".holdout", "a share is written like 33% or 12.5%"),
    "clawback: half": (".clawback", "Input should be 'never', 'full' or 'unredeemed'"),
    "conditions: {}": (
        ".conditions",
        "give at least one of segment, when, country, consent, list, not_on_list",
    ),
    "conditions: {segment: best}": (".conditions.segment.0", "there is no segment best"),
    "conditions: {country: Norway}": (".conditions.country.0", "String should match pattern"),
    "conditions: {consent: []}": (".conditions.consent", "List should have at least 1 item"),
}


def told(text: str) -> tuple[str, str]:
    """Give the path and the words of the only mistake."""
    (line,) = mistakes(text)
    _, path, message = line.split(": ", 2)
    return path, message


@pytest.mark.parametrize(("on", "expected"), ON.items(), ids=ON)
def test_an_occasion_that_is_none_is_told(on: str, expected: tuple[str, str]) -> None:
    path, message = told(policy(on))
    assert path == f"rewards.0.on{expected[0]}"
    assert message.startswith(expected[1])


@pytest.mark.parametrize(("give", "expected"), GIVE.items(), ids=GIVE)
def test_what_cannot_be_given_is_told(give: str, expected: tuple[str, str]) -> None:
    path, message = told(policy(give=give))
    assert path == f"rewards.0.give{expected[0]}"
    assert message.startswith(expected[1])


@pytest.mark.parametrize(("rest", "expected"), REST.items(), ids=REST)
def test_a_limit_or_a_message_that_cannot_be_is_told(rest: str, expected: tuple[str, str]) -> None:
    path, message = told(policy(rest=f", {rest}"))
    assert path == f"rewards.0{expected[0]}"
    assert message.startswith(expected[1])


def test_all_mistakes_of_the_shape_come_at_once_each_with_its_place() -> None:
    text = policy("engaged: A", "kind: points, points: 0, remind: [7x]", ", limit: {times: 0}, holdout: b")
    assert sorted(line.split(": ")[:2] for line in mistakes(text)) == [
        ["p.yaml:9:100", "rewards.0.holdout"],
        ["p.yaml:9:21", "rewards.0.on.engaged"],
        ["p.yaml:9:55", "rewards.0.give.points"],
        ["p.yaml:9:75", "rewards.0.give.remind.0"],
        ["p.yaml:9:89", "rewards.0.limit.times"],
    ]


def test_all_mistakes_of_the_whole_come_at_once_each_with_its_place() -> None:
    text = policy("transition: {to: [good, best], from: worst}") + policy().splitlines()[-1] + "\n"
    assert [line.split(": ", 2) for line in mistakes(text)] == [
        ["p.yaml:9:45", "rewards.0.on.transition.to.1", "there is no segment best"],
        ["p.yaml:9:52", "rewards.0.on.transition.from.0", "there is no segment worst"],
        ["p.yaml:10:6", "rewards.1.id", "an id stands twice: rule"],
    ]


@pytest.mark.parametrize("name", ["Rule", "1st", "a_b", "", "a" * 65])
def test_the_id_of_a_rule_is_short_lower_case_and_without_spaces(name: str) -> None:
    path, message = told(policy().replace("id: rule", f"id: '{name}'"))
    assert path == "rewards.0.id"
    assert message.startswith("String should match pattern")
