"""Budgets and journeys: checked in full, or every mistake with its place."""

from fractions import Fraction

import pytest

from schemas.budgets import Budget
from schemas.journeys import Await
from schemas.policy_file import parse_policy
from schemas.reward_rules import Draw
from tests.builders import DAY, T0
from tests.schemas.test_policy_file import SMALL, mistakes

REWARDS = """\
rewards:
  - {id: gift, on: {first_order: true}, give: {kind: gift, sku: A}, budget: year}
  - {id: off, give: {kind: discount, percent: 10%}}
"""
BUDGETS = "budgets: [{id: year, amount: 20000.00, cost: {gift: 12.50}, alert_at: [80%, 100%]}]\n"
JOURNEYS = """\
journeys:
  - id: back
    on: {transition: {to: rest, direction: down}}
    stop_on: [order_placed, erased, link_clicked]
    steps:
      - {message: {template: miss-you}}
      - {wait: 14d}
      - {branch: {on: support_resolved, within: 7d, then: [{wait: 7d}, {reward: off}], otherwise: [{reward: gift}]}}
"""
TEXT = SMALL + REWARDS + BUDGETS + JOURNEYS


def test_a_budget_says_what_each_reward_that_draws_on_it_costs() -> None:
    policy = parse_policy(TEXT, "p.yaml")
    year = Budget(
        id="year", limit=2_000_000, unit="minor", until=None, costs=(1_250,), alert_at=(Fraction(4, 5), Fraction(1))
    )
    assert policy.budgets == (year,)
    assert [rule.draws for rule in policy.rewards] == [Draw("year", 1_250), None]


def test_a_budget_may_count_grants_have_an_end_and_let_occasions_wait() -> None:
    text = TEXT.replace("amount: 20000.00, cost: {gift: 12.50}", "grants: 500, until: 2010-12-31T23:59:59Z")
    policy = parse_policy(text.replace("budget: year", "budget: year, when_spent: wait"), "p.yaml")
    until = T0 // DAY * DAY + 31 * DAY - 1_000
    (year,) = policy.budgets
    assert (year.limit, year.unit, year.costs, year.until) == (500, "grants", (1,), until)
    assert policy.rewards[0].draws == Draw("year", 1, until, waits=True)


@pytest.mark.parametrize(
    "give", ["kind: gift, sku: A, cost: 12.50", "kind: discount, amount: 50.00, cost: 2.00", "kind: letter, letter: L"]
)
def test_a_budget_draws_what_one_costs_or_more(give: str) -> None:
    """What is off on paper may cost the shop less, if it says so."""
    policy = parse_policy(TEXT.replace("kind: gift, sku: A", give), "p.yaml")
    assert policy.rewards[0].draws == Draw("year", 1_250)


def test_a_budget_that_counts_grants_asks_nothing_of_what_they_cost() -> None:
    text = TEXT.replace("amount: 20000.00, cost: {gift: 12.50}", "grants: 500")
    assert parse_policy(text.replace("sku: A", "sku: A, cost: 200"), "p.yaml").rewards[0].draws == Draw("year", 1)


def test_every_step_of_a_journey_knows_what_follows_it() -> None:
    (journey,) = parse_policy(TEXT, "p.yaml").journeys
    assert journey.first == "1"
    assert {name: step.following for name, step in journey.steps.items()} == {
        "1": "2",
        "2": "3",
        "3": None,
        "3.then.1": "3.then.2",
        "3.then.2": None,
        "3.otherwise.1": None,
    }
    assert journey.steps["3"].act == Await("support_resolved", 7 * DAY, "3.then.1", "3.otherwise.1")
    assert journey.facts == {"order_placed", "link_clicked", "support_resolved"}


MISTAKES: dict[str, tuple[str, str, str]] = {
    "no such budget": ("budget: year", "budget: decade", "p.yaml:9:69: rewards.0.budget: there is no budget decade"),
    "a cost for no rule": ("cost: {gift:", "cost: {gif: 1, gift:", "budgets.0.cost.gif: there is no reward gif"),
    "a rule without its cost": ("cost: {gift:", "cost: {off:", "rewards.0.budget: budget year has no cost for gift"),
    "a cost of another's": ("{gift: 12.50}", "{gift: 12.50, off: 1}", "cost.off: reward off does not draw on budget"),
    "alerts that descend": ("[80%, 100%]", "[100%, 80%]", "budgets.0.alert_at: values must ascend"),
    "an alert at nothing": ("[80%, 100%]", "[0%]", "budgets.0.alert_at.0: a share is over 0%"),
    "more than there is": ("12.50", "20000.01", "budgets.0.cost.gift: one reward costs more than the budget has"),
    "a gift that costs more than is drawn": (
        "sku: A}",
        "sku: A, cost: 12.51}",
        "p.yaml:9:68: rewards.0.give.cost: it costs more than the 12.50 that its budget draws for one",
    ),
    "more off than is drawn": (
        "kind: gift, sku: A",
        "kind: discount, amount: 50.00",
        "rewards.0.give.amount: it costs more than the 12.50",
    ),
    "a variant that costs more than is drawn": (
        "budget: year",
        "budget: year, variants: [{id: dear, share: 50%, give: {kind: gift, sku: B, cost: 200}}]",
        "rewards.0.variants.0.give.cost: it costs more than the 12.50",
    ),
    "an offer that costs more than is drawn": (
        "give: {kind: gift, sku: A}",
        "offers: {give: {one: {kind: gift, sku: A}, two: {kind: discount, amount: 13}}, rotate: [one, two]}",
        "rewards.0.offers.give.two.amount: it costs more than the 12.50",
    ),
    "neither money nor grants": ("amount: 20000.00, ", "", "budgets.0: give amount and cost, or grants"),
    "money and grants": ("cost: {", "grants: 5, cost: {", "budgets.0: give amount and cost, or grants"),
    "no budget to wait for": ("budget: year", "when_spent: wait", "rewards.0.when_spent: no budget pays for this"),
    "nothing to spend": ("20000.00", "0", "budgets.0.amount: Input should be greater than 0"),
    "half a penny": ("20000.00", "0.005", "budgets.0.amount: an amount has at most 2 decimals"),
    "half a penny each": ("12.50", "0.005", "budgets.0.cost.gift: an amount has at most 2 decimals"),
    "a budget twice": ("budgets: [", "budgets: [{id: year, amount: 1, cost: {gift: 1}}, ", "an id stands twice: year"),
    "no such reward": ("{reward: gift}", "{reward: nil}", "steps.2.branch.otherwise.0.reward: there is no reward nil"),
    "no wait": ("{wait: 14d}", "{wait: 0d}", "journeys.0.steps.1.wait: a stretch of time is longer than 0"),
    "two steps in one": ("{wait: 14d}", "{wait: 14d, reward: off}", "journeys.0.steps.1: give exactly one of message"),
    "no step": ("{wait: 14d}", "{}", "journeys.0.steps.1: give exactly one of message, wait, reward, alert, branch"),
    "a name twice": (
        "{wait: 14d}",
        "{wait: 14d, id: a}\n      - {wait: 1d, id: a}",
        "steps.2.id: a step of this journey is called a",
    ),
    "another step": ("{wait: 14d}", "{sleep: 14d}", "journeys.0.steps.1.sleep: Extra inputs"),
    "no fact": ("on: support_resolved", "on: sunrise", "steps.2.branch.on: sunrise is no fact, and no kind"),
    "stopped by no fact": ("erased,", "deleted,", "journeys.0.stop_on.1: deleted is no fact, and no kind"),
    "stopped twice": ("erased,", "order_placed,", "journeys.0.stop_on: order_placed stands twice"),
    "no such segment": ("to: rest", "to: worst", "journeys.0.on.transition.to.0: there is no segment worst"),
    "a branch to nowhere": (
        ", then: [{wait: 7d}, {reward: off}], otherwise: [{reward: gift}]",
        "",
        "journeys.0.steps.2.branch: give then, otherwise or both",
    ),
    "no steps": (
        JOURNEYS[JOURNEYS.index("    steps:") :],
        "    steps: []\n",
        "journeys.0.steps: List should have at least 1 item",
    ),
}


@pytest.mark.parametrize("case", MISTAKES)
def test_a_mistake_is_told(case: str) -> None:
    old, new, told = MISTAKES[case]
    assert old in TEXT
    found = mistakes(TEXT.replace(old, new, 1))
    assert [line for line in found if told in line], found


def test_a_kind_that_the_policy_names_is_a_fact() -> None:
    text = TEXT.replace("erased,", "yodelled,")
    assert mistakes(text)
    assert parse_policy(text + "engagement: {kinds: [yodelled]}\n", "p.yaml").journeys
