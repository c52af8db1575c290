"""Rewards that wait for a budget while the policy changes: what it gives no more is withheld, and uses up nothing."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Final

import pytest

from agents.decisions.in_force import InForce
from schemas.digests import variant_place
from schemas.policy import Policy
from schemas.policy_file import parse_policy
from schemas.rollout import Rollout
from tests.agents.stage import payload
from tests.agents.test_budgets import PART, Spender, order
from tests.builders import DAY, T0, TOPICS
from tests.schemas.test_policy_file import SMALL

BUDGET: Final = """\
budgets: [{id: year, amount: 30.00, cost: {gift: 12.50}}]
"""
CAPPED: Final = "caps: [{id: few, kinds: [gift], times: 1}]\n"
OTHER: Final = "  - {id: other, on: {order_value: {min: 1.00}}, give: {kind: gift, sku: B}}\n"
GIVES: Final = "give: {kind: gift, sku: A}"
VARIED: Final = "variants: [{id: dear, share: 1%, give: {kind: gift, sku: B}}], give: {kind: gift, sku: A}"
TURNS: Final = "offers: {give: {one: {kind: gift, sku: A}, two: {kind: gift, sku: B}}, rotate: [one, two]}"
CHANGED_AT: Final = T0 + 500


def rule(gives: str, limit: str = "") -> str:
    return f"rewards:\n  - {{id: gift, on: {{order_value: {{min: 1.00}}}}, {gives}, budget: year{limit}}}\n"


def policy(rules: str, name: str) -> Policy:
    return replace(parse_policy(SMALL + rules, "p.yaml"), fingerprint=name)


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Spender]:
    spender = Spender(tmp_path / "db")
    yield spender
    spender.close()


def change(stage: Spender, before: Policy, *after: Policy) -> None:
    """Let her first order wait under a policy, and others come into force then."""
    stage.obey(InForce(before))
    stage.absorb([order("ann", T0)])
    assert (stage.told(), stage.account.needed) == ([], 1_250)
    stage.obey(InForce(before, rollouts=[Rollout(one, CHANGED_AT + n) for n, one in enumerate(after)]))


def withheld(stage: Spender) -> list[dict[str, object]]:
    sent = [out for out in stage.outgoing if out.topic == TOPICS.rewards]
    assert {dict(out.headers)["ce_type"] for out in sent} == {b"reward.withheld"}
    return [payload(out) for out in sent]


def test_what_waits_is_withheld_when_the_policy_has_its_rule_no_more(stage: Spender) -> None:
    gone = policy("", "b")
    change(stage, policy(rule(GIVES, ", limit: {times: 1}") + BUDGET, "a"), gone)
    stage.grant(1_250)
    stage.pass_time(T0 + DAY)
    (told,) = withheld(stage)
    assert (told["rule"], told["reason"], told["budget"]) == ("gift", "budget", "year")
    assert told["give"] == {"kind": "gift", "sku": "A"}
    assert (stage.account.needed, stage.account.spent) == (0, 0)


def test_the_place_in_limits_and_caps_that_it_held_is_free_again(stage: Spender) -> None:
    both = rule(GIVES, ", limit: {times: 1}") + CAPPED + BUDGET
    only_other = policy("rewards:\n" + OTHER + CAPPED, "b")
    change(stage, policy(both, "a"), only_other)
    stage.pass_time(T0 + DAY)
    stage.absorb([order("ann", T0 + 2 * DAY, "2")])
    assert [kind for kind, _, _ in stage.told()] == ["reward.withheld", "reward.granted"]
    assert stage.row("ann").paid == {"gift": []}


def test_an_offer_that_its_rule_has_no_more_is_withheld_and_was_never_had(stage: Spender) -> None:
    others = TURNS.replace("one", "three").replace("two", "four")
    before = policy(rule(TURNS) + BUDGET, "a")
    change(stage, before, policy(rule(others) + BUDGET, "b"))
    stage.pass_time(T0 + DAY)
    (told,) = withheld(stage)
    stage.obey(InForce(before))
    stage.grant(3_000)
    stage.absorb([order("ann", T0 + 2 * DAY, "2")])
    assert payload(stage.outgoing[-1])["give"] == told["give"], "it is her next one"


def test_it_is_told_by_the_last_policy_that_gave_it(stage: Spender) -> None:
    before, dearer = (policy(rule(f"give: {{kind: gift, sku: {sku}}}") + BUDGET, sku) for sku in "AB")
    change(stage, before, dearer, policy("", "c"))
    stage.pass_time(T0 + DAY)
    assert [told["give"] for told in withheld(stage)] == [{"kind": "gift", "sku": "B"}]


def test_what_no_known_policy_ever_gave_is_told_by_the_name_of_its_rule(stage: Spender) -> None:
    """The control topic was lost, and the first policy is another one."""
    stage.absorb([order("ann", T0)])
    stage.obey(InForce(policy("", "b")))
    stage.pass_time(T0 + DAY)
    (told,) = withheld(stage)
    assert (told["rule"], told["give"], stage.account.needed) == ("gift", None, 0)


def test_whoever_is_in_no_variant_waits_and_is_paid_like_the_others(stage: Spender) -> None:
    varied = policy(rule(VARIED) + BUDGET, "a")
    (variant,) = varied.rewards[0].variants
    assert variant_place("ann", varied.id, "gift") >= variant.below
    stage.obey(InForce(varied))
    stage.absorb([order("ann", T0)])
    stage.grant(1_250)
    stage.pass_time(T0 + DAY)
    assert stage.told() == [("reward.granted", "ann", PART)]
