"""Reward rules as they are written in, what the decisions read out, or every mistake with its place."""

from typing import get_args

import pytest

from schemas.facts import Money
from schemas.limits import Limit
from schemas.policy_file import parse_policy
from schemas.reward_occasions import OnEngaged, OnFirstOrder, OnNthOrder, OnOrderValue, OnTransition
from schemas.reward_rules import Message, RewardRule
from schemas.rewards import Discount, EarlyAccess, FreeShipping, Gift, Give, Invitation, Letter, Points
from schemas.transitions import CauseType, Direction
from tests.builders import DAY
from tests.schemas.test_policy_file import SMALL, mistakes

FIRST = "first_order: true"
POINTS = "kind: points, points: 1"


def policy(on: str = FIRST, give: str = POINTS, rest: str = "") -> str:
    """Write a small policy with one rule."""
    return f"{SMALL}rewards:\n  - {{id: rule, on: {{{on}}}, give: {{{give}}}{rest}}}\n"


def rule(on: str = FIRST, give: str = POINTS, rest: str = "") -> RewardRule:
    (only,) = parse_policy(policy(on, give, rest), "p.yaml").rewards
    return only


def test_a_rule_needs_an_occasion_and_what_is_given() -> None:
    assert rule() == RewardRule(id="rule", on=OnFirstOrder(), give=Points(1))


def test_a_rule_says_all_that_it_can() -> None:
    assert rule(
        "transition: {to: good, from: [rest], direction: up, cause: [order, refund]}",
        "kind: gift, sku: A 1, expires: 1d1ms",
        ", limit: {times: 2, per: 2d}, message: {template: You & us, channels: [push, e-mail]}",
    ) == RewardRule(
        id="rule",
        on=OnTransition(
            to=frozenset({"good"}),
            origin=frozenset({"rest"}),
            direction="up",
            causes=frozenset({"order", "refund"}),
        ),
        give=Gift("A 1"),
        expires_ms=DAY + 1,
        limit=Limit(2, 2 * DAY),
        message=Message("You & us", ("push", "e-mail")),
    )


@pytest.mark.parametrize(
    ("written", "give"),
    [
        ("kind: discount, percent: 12.5%", Discount(None, "12.5")),
        ("kind: discount, percent: 100%", Discount(None, "100")),
        ("kind: discount, amount: 4.99", Discount(Money(499, "GBP"), None)),
        ("kind: free_shipping", FreeShipping()),
        ("kind: early_access, offer: spring", EarlyAccess("spring")),
        ("kind: invitation, event: opening", Invitation("opening")),
        ("kind: letter, letter: thanks", Letter("thanks")),
    ],
)
def test_every_kind_of_gift_is_given(written: str, give: Give) -> None:
    assert rule(give=written).give == give


def test_so_much_off_is_counted_in_minor_units_of_the_currency() -> None:
    text = policy(give="kind: discount, amount: 500").replace("currency: GBP", "currency: JPY")
    (only,) = parse_policy(text, "p.yaml").rewards
    assert only.give == Discount(Money(500, "JPY"), None)


def test_a_limit_without_a_period_holds_for_ever() -> None:
    assert rule(rest=", limit: {times: 1}").limit == Limit(1, None)


def test_an_engagement_may_want_a_rating_from_below_above_or_both() -> None:
    assert rule("engaged: yodelled").on == OnEngaged(kind="yodelled")
    assert rule("engaged: yodelled, rating: {min: 0}").on == OnEngaged(kind="yodelled", rating_min=0)
    assert rule("engaged: yodelled, rating: {max: 100}").on == OnEngaged(kind="yodelled", rating_max=100)
    assert rule("engaged: yodelled, rating: {min: 3, max: 3}").on == OnEngaged(
        kind="yodelled", rating_min=3, rating_max=3
    )


def test_an_order_may_be_waited_for_by_its_number_or_its_amount() -> None:
    assert rule("nth_order: 3").on == OnNthOrder(number=3)
    assert rule("order_value: {min: 99.99}").on == OnOrderValue(min_minor=9_999)
    assert rule("order_value: {min: 1.00, max: 5}").on == OnOrderValue(min_minor=100, max_minor=500)


def test_the_kind_of_a_rule_is_one_that_the_policy_names() -> None:
    assert parse_policy(policy("engaged: yodelled"), "p.yaml").named_kinds == {"yodelled", "reward_redeemed"}


@pytest.mark.parametrize("way", get_args(Direction))
def test_a_transition_may_be_any_of_a_direction(way: Direction) -> None:
    ranked = policy(f"transition: {{direction: {way}}}")
    if way == "lateral":
        ranked = ranked.replace("id: good", "id: good, rank: 1").replace("id: rest", "id: rest, rank: 1")
    (only,) = parse_policy(ranked, "p.yaml").rewards
    assert only.on == OnTransition(direction=way)


@pytest.mark.parametrize("cause", get_args(CauseType))
def test_a_transition_may_be_any_of_a_cause(cause: CauseType) -> None:
    assert rule(f"transition: {{cause: [{cause}]}}").on == OnTransition(causes=frozenset({cause}))


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
