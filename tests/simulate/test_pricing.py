"""What rewards would have cost: an example reckoned by hand, on every surface that tells it."""

import io
from pathlib import Path
from typing import Any

import orjson
import pytest

from app.demo.style import Style
from app.simulate.program import Job, run_simulation
from app.simulate.progress import Progress
from app.simulate.telling import telling
from schemas.digests import reward_id
from schemas.instants import rfc3339
from schemas.policy_file import PolicyError, parse_policy
from tests.builders import DAY, T0
from tests.contracts.contract import schema
from tests.oracle.events import engaged, order
from tests.simulate.files import SHOP, Results, ndjson, simulated, written

TEXT = """
version: 1
id: priced
currency: GBP
segments: [{id: all, otherwise: true}]
rewards:
  - {id: welcome, on: {first_order: true}, give: {kind: points, points: 100, expires: 30d, cost: 0.50}}
  - {id: money-off, on: {nth_order: 2}, give: {kind: discount, amount: 5.00}}
  - {id: share-off, on: {order_value: {min: 50.00}}, give: {kind: discount, percent: 10%}, limit: {times: 1}}
  - {id: thanks, on: {engaged: review_posted}, holdout: 100%, give: {kind: gift, sku: MUG, cost: 2.50}}
  - {id: third, on: {nth_order: 3}, variants: [{id: mail, share: 100%, give: {kind: letter, letter: hi, cost: 1.25}}]}
"""
PRICED = parse_policy(TEXT, "priced.yaml")
DEARER = parse_policy(TEXT.replace("5.00", "7.00").replace("  - {id: thanks", "  - {id: mug"), "dearer.yaml")
WELCOME = reward_id("ann", "welcome", "first_order")
EVENTS = [
    order("1", T0, 1_000),
    order("2", T0 + DAY, 6_000),
    order("3", T0 + 2 * DAY, 7_000),
    engaged("e1", T0 + 3 * DAY),
    engaged("e2", T0 + 4 * DAY, "reward_redeemed", reward_id=WELCOME, points=40),
    order("b1", T0 + 10 * DAY, 1_000, customer_id="bob"),
]
"""Ann's welcome is spent in part and expires; Bob's does not yet."""
AS_OF = T0 + 31 * DAY


@pytest.fixture
def results(tmp_path: Path) -> Results:
    return simulated(
        tmp_path / "out",
        written(tmp_path / "events.ndjson", ndjson(EVENTS)),
        policy=PRICED,
        as_of=AS_OF,
        other=DEARER,
        html=True,
    )


def told_of(rule: str, results: Results) -> dict[str, Any]:
    told: dict[str, Any] = results.json("summary.json")["rewards"]["rules"][rule]
    return told


def test_all_that_was_granted_is_priced(results: Results) -> None:
    told = results.json("summary.json")["rewards"]
    assert told["cost_minor"] == 2 * 50 + 500 + 125
    assert told["unpriced"] == 1
    assert told["withheld_cost_minor"] == {"holdout": 250}
    assert told["points"] == {"granted": 200, "redeemed": 40, "expired": 60, "revoked": 0, "owed": 100}
    assert {kind: one["cost_minor"] for kind, one in told["kinds"].items()} == {
        "points": 100,
        "discount": 500,
        "gift": 0,
        "letter": 125,
    }


def test_each_rule_says_what_became_of_it(results: Results) -> None:
    welcome, share_off = told_of("welcome", results), told_of("share-off", results)
    assert (welcome["granted"], welcome["redeemed"], welcome["expired"], welcome["open"]) == (2, 1, 1, 0)
    assert (share_off["granted"], share_off["withheld"], share_off["unpriced"]) == (1, {"limit": 1}, 1)
    assert (told_of("money-off", results)["cost_minor"], told_of("money-off", results)["open"]) == (500, 1)
    assert told_of("thanks", results)["withheld"] == {"holdout": 1}
    third = told_of("third", results)
    assert third["variants"]["mail"] == {name: value for name, value in third.items() if name != "variants"}


TURNS = parse_policy(
    TEXT.partition("rewards:")[0]
    + """
rewards:
  - id: turn
    on: {engaged: review_posted}
    offers:
      rotate: [a, b]
      give: {a: {kind: letter, letter: a, cost: 1.00}, b: {kind: gift, sku: b, cost: 2.00}}
""",
    "turns.yaml",
)


def test_each_offer_of_a_rule_has_its_own_price(tmp_path: Path) -> None:
    clicks = [order("1", T0, 1), *(engaged(f"e{n}", T0 + n) for n in range(4))]
    told = simulated(tmp_path / "out", written(tmp_path / "e.ndjson", ndjson(clicks)), policy=TURNS)
    rewards = told.json("summary.json")["rewards"]
    assert (rewards["rules"]["turn"]["granted"], rewards["cost_minor"]) == (4, 2 * 100 + 2 * 200)
    assert {kind: one["granted"] for kind, one in rewards["kinds"].items()} == {"gift": 2, "letter": 2}


BUDGETED = parse_policy(
    TEXT.partition("rewards:")[0]
    + """
rewards:
  - {id: mug, on: {engaged: review_posted}, give: {kind: gift, sku: MUG}, budget: mugs}
  - {id: note, on: {engaged: review_posted}, give: {kind: letter, letter: hi, cost: 0.75}, budget: notes}
budgets:
  - {id: mugs, amount: 10.00, cost: {mug: 4.00}}
  - {id: notes, grants: 9}
""",
    "budgeted.yaml",
)


def test_a_budget_says_what_is_asked_of_it_and_when_it_would_be_spent(tmp_path: Path) -> None:
    reviews = [order("1", T0, 1), *(engaged(f"e{n}", T0 + n * DAY) for n in range(4))]
    told = simulated(
        tmp_path / "out", written(tmp_path / "e.ndjson", ndjson(reviews)), policy=BUDGETED, as_of=AS_OF, html=True
    )
    rewards = told.json("summary.json")["rewards"]
    third = rfc3339(T0 + 2 * DAY)[:10]
    assert rewards["budgets"] == {
        "mugs": {"unit": "minor", "limit": 1_000, "asked": 1_600, "short": 600, "spent_on": third},
        "notes": {"unit": "grants", "limit": 9, "asked": 4, "short": 0, "spent_on": None},
    }
    assert (rewards["rules"]["mug"]["cost_minor"], rewards["rules"]["note"]["cost_minor"]) == (1_600, 300)
    mugs = f"Budget mugs: 16.00 GBP asked for of 10.00 GBP; spent on {third}, 6.00 GBP short"
    assert mugs in told.text("report.html")
    assert "Budget notes: 4 grants asked for of 9 grants</p>" in told.text("report.html")


def test_a_comparison_says_what_each_rule_costs_under_both(results: Results) -> None:
    told = results.json("compare.json")["rewards"]
    assert told["money-off"]["more"] == {"granted": 0, "cost_minor": 200, "unpriced": 0}
    assert (told["thanks"]["other"], told["mug"]["policy"]) == (None, None)


def test_rewards_are_written_as_they_would_be_published(results: Results) -> None:
    lines = results.lines("rewards.ndjson")
    assert [line["effective_at"] for line in lines] == sorted(line["effective_at"] for line in lines)
    assert [(line["type"], line["rule"]) for line in lines] == [
        ("reward.granted", "welcome"),
        ("reward.granted", "share-off"),
        ("reward.granted", "money-off"),
        ("reward.withheld", "share-off"),
        ("reward.granted", "third"),
        ("reward.withheld", "thanks"),
        ("reward.granted", "welcome"),
        ("reward.expired", "welcome"),
    ]
    for line in lines:
        assert set(schema(line["type"])["properties"]) >= line.keys() - {"type"}
        assert "detected_at" not in line


def test_people_are_told_it_on_the_terminal_and_on_the_page(tmp_path: Path, results: Results) -> None:
    job = Job(policy=PRICED, files=(tmp_path / "events.ndjson",), as_of=AS_OF, out=tmp_path / "again", other=DEARER)
    lines = [" ".join(line.split()) for line in telling(run_simulation(job, Progress(io.StringIO())), Style())]
    page = results.text("report.html")
    assert "money-off 1 5.00 GBP 0 0 0 0 0" in lines
    assert "In all 7.25 GBP + ?" in lines
    assert "money-off 1 for 5.00 GBP 1 for 7.00 GBP" in lines
    assert "third / mail" in page
    assert "third / no variant" not in page
    assert "+2.00 GBP" in page
    assert '<th scope="row">share-off</th><td>1 for ?</td><td>1 for ?</td><td>?</td>' in page


def test_a_policy_without_rewards_is_not_priced(tmp_path: Path) -> None:
    told = simulated(tmp_path / "out", written(tmp_path / "e.ndjson", ndjson(EVENTS)), policy=SHOP, html=True)
    assert "rewards" not in told.json("summary.json")
    assert "rewards.ndjson" not in told.files
    assert b"would have given" not in told.files["report.html"]


def test_a_price_finer_than_the_currency_is_a_mistake() -> None:
    with pytest.raises(PolicyError, match="an amount has at most 2 decimals"):
        parse_policy(TEXT.replace("cost: 1.25", "cost: 1.255"), "priced.yaml")


def test_a_result_with_rewards_may_be_replaced(tmp_path: Path, results: Results) -> None:
    again = simulated(results.directory, tmp_path / "events.ndjson", policy=PRICED, as_of=T0)
    assert orjson.loads(again.text("summary.json"))["rewards"]["points"]["owed"] == 100
