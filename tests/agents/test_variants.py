"""Variants: shares of the customers are given something else, always the same to each; what would have been is told."""

from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.decisions.experimenting import is_held_out, variant_for
from agents.decisions.outcomes import outcome
from agents.decisions.whole_life import live
from schemas.policy import Policy
from schemas.policy_file import PolicyError
from schemas.reward_rules import RewardRule
from schemas.rewards import Points
from tests.agents.golden_files import canonical, golden, told
from tests.agents.small_policies import LADDER, small
from tests.agents.stage import Stage, payload
from tests.builders import DAY, T0, TOPICS, fact_of
from tests.oracle.events import cancellation, engaged, order

CUSTOMERS = [f"customer {n}" for n in range(4_000)]
ON = "on: {engaged: review_posted}"
NAMES = st.text(min_size=1, max_size=12)


def variants(*shares: str) -> str:
    each = (
        f"{{id: v{n}, share: {share}, give: {{kind: points, points: {n}, expires: {n}d}}}}"
        for n, share in enumerate(shares, 1)
    )
    return f"variants: [{', '.join(each)}]"


def policy(*parts: str, rule: str = "thanks") -> Policy:
    return small(LADDER + f"rewards: [{{id: {rule}, {ON}, {', '.join(parts)}}}]\n")


def rule(*parts: str, name: str = "thanks") -> RewardRule:
    (only,) = policy(*parts, rule=name).rewards
    return only


def divided(of: RewardRule) -> dict[str, str | None]:
    return {customer: variant_for(of, customer, "small").variant for customer in CUSTOMERS}


REST = "give: {kind: points, points: 50}"
THREE = rule(variants("30%", "12.5%"), REST)


def test_each_variant_gets_about_its_share_and_the_rest_what_the_rule_gives() -> None:
    found = list(divided(THREE).values())
    for name, share in (("v1", 0.3), ("v2", 0.125), (None, 0.575)):
        assert abs(found.count(name) - 4_000 * share) <= 4 * (4_000 * share * (1 - share)) ** 0.5


def test_shares_of_all_leave_nobody_to_the_rule_itself() -> None:
    assert set(divided(rule(variants("33.333333%", "33.333333%", "33.333334%"))).values()) == {"v1", "v2", "v3"}


def test_who_is_held_out_is_divided_like_everybody_else() -> None:
    found = rule(variants("50%"), REST, "holdout: 50%")
    left_out = [customer for customer in CUSTOMERS if is_held_out(found, customer, "small")]
    names = divided(found)
    both = [customer for customer in left_out if names[customer] == "v1"]
    assert abs(len(both) - len(left_out) / 2) <= 4 * (len(left_out) / 4) ** 0.5


def test_a_larger_first_share_takes_nobody_out_of_it() -> None:
    for smaller, larger in pairwise(divided(rule(variants(share), REST)) for share in ("1%", "20%", "99%")):
        assert {c for c, name in smaller.items() if name} < {c for c, name in larger.items() if name}


OTHERWISE = [rule(variants("30%", "12.5%"), REST, f"holdout: {n}%", f"limit: {{times: {n}}}") for n in (1, 50, 100)]


@given(customer=NAMES, other=st.sampled_from(OTHERWISE))
def test_a_variant_is_hers_whatever_else_the_rule_says(customer: str, other: RewardRule) -> None:
    assert variant_for(other, customer, "small").variant == variant_for(THREE, customer, "small").variant


AUTUMN = [rule(variants("50%"), REST, "holdout: 50%", "experiment: autumn", name=name) for name in ("a", "b")]


@given(customer=NAMES)
def test_rules_of_one_experiment_divide_alike_and_others_by_themselves(customer: str) -> None:
    one, two = AUTUMN
    assert is_held_out(one, customer, "small") == is_held_out(two, customer, "small")
    assert variant_for(one, customer, "small").variant == variant_for(two, customer, "small").variant


def test_another_rule_divides_others() -> None:
    one, two = (divided(rule(variants("50%"), REST, name=name)) for name in ("a", "b"))
    same = sum(one[customer] == two[customer] for customer in CUSTOMERS)
    assert abs(same - 2_000) <= 4 * 1_000**0.5


def test_a_variant_is_granted_with_its_points_and_its_expiry(tmp_path: Path) -> None:
    stage = Stage(tmp_path / "db", policy(variants("50%", "50%")))
    stage.absorb([order("1", T0, 100), engaged("e", T0 + 1)])
    stage.close()
    (reward,) = (payload(out) for out in stage.outgoing if out.topic == TOPICS.rewards)
    number = int(reward["variant"].removeprefix("v"))
    assert reward["give"] == {"kind": "points", "points": number}
    assert reward["expires_at"] - reward["effective_at"] == number * DAY


def test_points_of_a_variant_are_hers() -> None:
    facts = [fact_of(order("1", T0, 100)), fact_of(engaged("e", T0 + 1))]
    lived = live("ann", facts, policy(variants("100%")), T0 + 2)
    assert lived.row.points == 1


HELD_OUT = f"""
rewards:
  - id: thanks
    on: {{transition: {{to: [fading]}}}}
    holdout: 100%
    {variants("100%")}
    message: {{template: thanks, channels: [email]}}
"""


def test_what_a_held_out_customer_would_have_been_given_is_that_of_its_golden_file(tmp_path: Path) -> None:
    stage = Stage(tmp_path / "db", small(LADDER + HELD_OUT))
    stage.absorb([order("1", T0, 100)])
    stage.pass_time(T0 + 31 * DAY)
    stage.close()
    (held,) = (out for out in stage.outgoing if out.topic in {TOPICS.rewards, TOPICS.messages})
    assert told(held) == golden("held_out")
    assert held.value == canonical(golden("held_out")["value"])


CAPPED = f"""
caps: [{{id: one-gift, times: 1, kinds: [gift]}}]
rewards:
  - id: thanks
    on: {{nth_order: 2}}
    clawback: full
    variants: [{{id: mug, share: 100%, give: {{kind: gift, sku: MUG}}}}]
  - {{id: rated, {ON}, give: {{kind: gift, sku: PEN}}}}
"""


@pytest.mark.parametrize(
    ("undone", "outcomes"), [(False, ["granted", "cap"]), (True, ["granted", "revoked", "granted"])]
)
def test_a_variant_counts_under_the_caps_of_its_kind_until_it_is_taken_back(
    *, undone: bool, outcomes: list[str]
) -> None:
    events = [order("1", T0, 100), order("2", T0 + 1, 100), engaged("e", T0 + 3)]
    events += [cancellation("2", T0 + 2)] if undone else []
    rewards = live("ann", [fact_of(event) for event in events], small(LADDER + CAPPED), T0 + DAY).rewards
    assert [outcome(one) for one in rewards] == outcomes


OFFERS = "offers: {give: {a: {kind: letter, letter: a}, b: {kind: letter, letter: b}}, rotate: [a, b]}"


@pytest.mark.parametrize(
    ("parts", "message"),
    [
        ((variants("60%", "50%"), REST), "the shares of all variants come to over 100%"),
        ((variants("50%"),), "give is what the customers get who are in no variant"),
        ((variants("100%"), REST), "give is what the customers get who are in no variant"),
        ((variants("50%").replace("}]", "}, {id: v1, share: 1%, give: {kind: points, points: 1}}]"), REST), "twice"),
        ((REST, "experiment: autumn"), "give holdout or variants"),
        ((variants("100%"), OFFERS), "give variants or offers"),
    ],
)
def test_a_mistake_is_told(parts: tuple[str, ...], message: str) -> None:
    with pytest.raises(PolicyError, match=message):
        policy(*parts)


def test_the_rule_keeps_an_account_where_only_a_variant_asks_for_one() -> None:
    letter = "give: {kind: letter, letter: thanks}"
    assert policy(variants("10%"), letter).keeps_account
    assert isinstance(rule(variants("10%"), letter).variants[0].rule.give, Points)
    assert not policy(letter).keeps_account
