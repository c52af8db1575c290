"""What is odd about reward rules: each warning with its place, and none where a limit, a cap or a condition helps."""

from pathlib import Path

import pytest

from agents.decisions.occasions import Decided
from agents.decisions.outcomes import outcome
from agents.decisions.whole_life import live
from app.policies.linting import lint
from schemas.policy_file import parse_policy
from tests.builders import DAY, T0, fact_of
from tests.oracle.events import engaged

GOLDEN = Path(__file__).parent / "golden"
ODD = (GOLDEN / "odd.yaml").read_text("utf-8")


def warnings(text: str) -> list[str]:
    return lint(text, "odd.yaml").warnings


def of(rule: str, text: str) -> list[str]:
    """Give what is said of one rule, without its place."""
    told = [line.split(": ", 2)[2] for line in warnings(text)]
    return [line for line in told if f"{rule} " in line]


def test_every_odd_rule_and_journey_is_told_with_its_place() -> None:
    assert warnings(ODD) == (GOLDEN / "odd.txt").read_text("utf-8").splitlines()


HELP: dict[tuple[str, str], str] = {
    ("endless", "points: 5}"): "points: 5}, limit: {times: 4, per: month}",
    ("chatty", "caps:"): "caps:\n  - {id: gifts, kinds: [gift], times: 1, per: week}",
    ("swinging", "{transition: {direction: down}}, "): "{transition: {direction: down}}, cooldown: 90d, ",
    ("nobody", "holdout: 100%"): "holdout: 99%",
    ("elsewhere", "conditions: {segment: fresh}"): "conditions: {segment: gone}",
    ("away", "segment: [fading, gone]"): "segment: [fading, fresh]",
    ("drifted", "cause: [drift]"): "cause: [drift, policy]",
    ("for-nothing", "id: odd"): "id: odd\norders: {zero_value: count}",
    ("hidden", "priority: 2}"): "priority: 2, chance: 50%}",
    ("fifth conflicts", "percent: 10%}}"): "percent: 10%}, conditions: {country: GB}}",
    ("hasty", "steps: ["): "steps: [{wait: 1d}, ",
}


@pytest.mark.parametrize(("odd", "better"), HELP.items(), ids=[rule for rule, _ in HELP])
def test_nothing_is_odd_any_more_where_it_is_mended(odd: tuple[str, str], better: str) -> None:
    rule, written = odd
    assert of(rule, ODD)
    mended = ODD.replace(written, better)
    if rule == "fifth conflicts":
        mended = mended.replace("priority: 9}", "priority: 9, conditions: {country: FR}}")
    assert mended != ODD
    assert [line for line in of(rule, mended) if "priority" not in line] == []


def test_a_rule_that_another_hides_is_indeed_never_given() -> None:
    events = [engaged(f"e{n}", T0 + n * DAY // 3, "site_visited", rating=5) for n in range(30)]
    policy = parse_policy(ODD, "odd.yaml")
    rewards = live("ann", [fact_of(event) for event in events], policy, T0 + 99 * DAY).rewards
    decided = [(one.rule.id, outcome(one)) for one in rewards if isinstance(one, Decided)]
    assert {found for rule, found in decided if rule == "hidden"} == {"cap"}
    assert ("first", "granted") in decided
