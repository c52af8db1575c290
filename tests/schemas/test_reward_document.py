"""Reward rules as they are written in, what the decisions read out."""

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
from tests.schemas.test_policy_file import SMALL

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
