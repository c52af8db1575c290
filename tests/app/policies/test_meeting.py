"""What two rules wait for that one order may bring at once: a discount of each is told, unless one cap holds both."""

import pytest

from app.policies.linting import lint
from tests.agents.small_policies import HEAD, LADDER

RULES = """\
rewards:
  - {id: one, on: {%s}, give: {kind: discount, percent: 10%%}, limit: {times: 1}}
  - {id: two, on: {%s}, give: {kind: discount, percent: 20%%}, limit: {times: 1}}
"""
CAP = "caps: [{id: discounts, kinds: [discount], times: 1, per: 1ms}]\n"
SEGMENTS = HEAD + LADDER + "brink: [3d]\n"
VALUE = "order_value: {min: 50.00}"
UP = "transition: {to: fresh, direction: up}"


def conflicts(one: str, two: str, more: str = "") -> bool:
    found = [line for line in lint(SEGMENTS + more + RULES % (one, two), "p.yaml").warnings if "conflicts" in line]
    assert all("rewards.1: two conflicts with one: one occasion may bring a discount of each" in line for line in found)
    return bool(found)


@pytest.mark.parametrize(
    ("one", "two"),
    [
        ("first_order: true", VALUE),
        ("nth_order: 3", VALUE),
        ("nth_order: 3", UP),
        (VALUE, UP),
        (VALUE, "transition: {to: fresh, cause: [order]}"),
        ("first_order: true", "transition: {to: fresh, direction: entry}"),
        (VALUE, "scores: {r: {rose: 1}}"),
        (UP, "brink_cleared: {to: fading}"),
    ],
)
def test_what_one_order_may_bring_at_once_conflicts_unless_a_cap_holds_both(one: str, two: str) -> None:
    assert conflicts(one, two)
    assert conflicts(two, one)
    assert not conflicts(one, two, CAP)


@pytest.mark.parametrize(
    ("one", "two"),
    [
        ("first_order: true", "nth_order: 3"),
        ("first_order: true", UP),
        ("nth_order: 3", "transition: {to: fresh, direction: entry}"),
        (VALUE, "transition: {to: gone, direction: down}"),
        (VALUE, "transition: {to: gone}"),
        (VALUE, "transition: {to: fresh, direction: up, cause: [engagement]}"),
        (VALUE, "scores: {r: {fell: 1}}"),
        (VALUE, "engaged: review_posted"),
        (VALUE, "birthday: true"),
    ],
)
def test_what_no_order_brings_at_once_does_not(one: str, two: str) -> None:
    assert not conflicts(one, two)
    assert not conflicts(two, one)
