"""`segue lift`: a shop in which it is known what the rewards did."""

from pathlib import Path
from random import Random
from typing import Any

import orjson
import pytest
import typer
from typer.testing import CliRunner, Result

from app.lift_command import lift
from tests.builders import DAY, T0
from tests.oracle.events import erasure, order
from tests.simulate.files import ndjson, written

SEGUE = typer.Typer()
SEGUE.command()(lift)
POLICY = """
version: 1
id: shop
currency: GBP
segments: [{id: all, otherwise: true}]
rewards:
  - id: winback
    on: {transition: {to: all}}
    holdout: 33.333333%
    variants: [{id: large, share: 50%, give: {kind: letter, letter: a}}]
    give: {kind: letter, letter: b}
"""
HORIZON = 30 * DAY
AS_OF = T0 + 100 * DAY
ARMS = {"held": 0.4, "large": 0.7, "plain": 0.4}
"""The share of customers of each arm who order once within the time; those of `large` for twice the money."""
EACH = 300


def reward(customer: str, at: int = T0, reason: str | None = None, variant: str | None = None, **more: Any) -> Any:
    told = {
        "customer_id": customer,
        "detected_at": at + 5,
        "effective_at": at,
        "from": "a",
        "give": {"kind": "letter", "letter": "x"},
        "policy": {"id": "shop", "version": 1},
        "reward_id": f"r {customer} {at}",
        "rule": "winback",
        "to": "b",
        "variant": variant,
        **({} if reason is None else {"reason": reason}),
    }
    return {name: value for name, value in (told | more).items() if value is not ...}


def shop() -> tuple[list[Any], list[Any]]:
    """Give events and rewards: in each arm exactly its share orders."""
    chance, events, rewards = Random(5), list[Any](), list[Any]()
    for arm, share in ARMS.items():
        for number in range(EACH):
            name = f"{arm} {number}"
            reason = "holdout" if arm == "held" else "limit" if number % 10 == 0 else None
            rewards.append(reward(name, reason=reason, variant="large" if arm == "large" else None))
            events.append(order(f"{name} first", T0, 1_000, customer_id=name))
            events.append(order(f"{name} late", T0 + HORIZON + 1, 9_999, customer_id=name))
            if number < EACH * share:
                minor = round(chance.gauss(2_000 if arm == "large" else 1_000, 100))
                events.append(order(name, T0 + HORIZON, minor, customer_id=name))
    return events, rewards


def run(tmp_path: Path, events: list[Any], rewards: list[Any], *more: str, policy: str = POLICY) -> Result:
    files = {"policy": "shop.yaml", "events": "events.ndjson", "rewards": "rewards.ndjson"}
    written(tmp_path / files["policy"], policy.encode())
    written(tmp_path / files["events"], ndjson(events))
    written(tmp_path / files["rewards"], ndjson(rewards))
    options = [part for option, name in files.items() for part in (f"--{option}", str(tmp_path / name))]
    return CliRunner().invoke(SEGUE, [*options, "--as-of", str(AS_OF), "--horizon", "30d", *more])


def told(tmp_path: Path, events: list[Any], rewards: list[Any], **more: Any) -> Any:
    done = run(tmp_path, events, rewards, "--json", **more)
    assert done.exit_code == 0, done.stderr
    return orjson.loads(done.stdout)


@pytest.fixture(scope="module")
def known(tmp_path_factory: pytest.TempPathFactory) -> Any:
    return told(tmp_path_factory.mktemp("lift"), *shop())


def arm(found: Any, variant: str | None) -> Any:
    return next(one for one in found["comparisons"] if one["variant"] == variant)


def test_the_arms_are_those_to_which_customers_were_assigned(known: Any) -> None:
    assert [(one["given"], one["held_out"]) for one in known["comparisons"]] == [(EACH, EACH)] * 2
    assert known["doubtful"] == []


def test_a_known_effect_is_found(known: Any) -> None:
    large = arm(known, "large")
    assert (large["retention"]["given"], large["retention"]["held_out"]) == pytest.approx((0.7, 0.4))
    assert large["orders_per_customer"]["difference"] == pytest.approx(0.3)
    for measure, true in (("retention", 0.3), ("orders_per_customer", 0.3), ("average_order_minor", 1_000)):
        assert 0 < large[measure]["low"] < true < large[measure]["high"]


def test_no_effect_is_none(known: Any) -> None:
    plain = arm(known, None)
    for measure in ("retention", "orders_per_customer", "average_order_minor"):
        assert plain[measure]["low"] < 0 < plain[measure]["high"]


def test_intervals_are_wider_the_more_of_them_are_told(known: Any) -> None:
    assert known["intervals"] == 2 * 3
    assert known["level"] == pytest.approx(1 - 0.05 / 6)


def few_orders() -> tuple[list[Any], list[Any]]:
    """Give the same shop, in which 21 customers who were held out did not order after all."""
    events, rewards = shop()
    return [event for event in events if event["order_id"] not in {f"held {n}" for n in range(21)}], rewards


def test_too_few_are_no_answer_and_no_interval(tmp_path: Path) -> None:
    found = told(tmp_path, *few_orders())
    assert arm(found, None)["average_order_minor"] == {"too_few": {"given": 120, "held_out": 99}}
    assert found["intervals"] == 2 * 2


def test_people_are_told_the_same(tmp_path: Path) -> None:
    lines = run(tmp_path, *few_orders()).stdout.splitlines()
    assert lines[0] == "shop: what happened within 30d of the first occasion"
    assert "winback, large" in lines
    assert "  300 given, 300 held out" in lines
    assert any("70.0% against 33.0%: +37.0% (+" in line for line in lines)
    assert any("too few who ordered: n=120 and 99, at least 100 of each" in line for line in lines)
    assert any("may be chance" in line for line in lines)


def test_whoever_cannot_be_judged_is_left_out_and_counted(tmp_path: Path) -> None:
    events, rewards = shop()
    rewards += [
        reward("stranger"),
        reward("large 0", T0 + DAY, "holdout"),
        reward("ann", AS_OF - HORIZON + 1),
        reward("bob"),
        reward("held 1", reason="consent", rule="other"),
        reward("held 1", policy={"id": "before", "version": 1}),
        reward("held 2", T0 + DAY, give=..., points=3),
    ]
    events += [
        order("a", T0, 1, customer_id="ann"),
        order("b", T0, 1, customer_id="bob"),
        erasure("x", T0 + 1, customer_id="bob"),
    ]
    found = told(tmp_path, events, rewards)
    assert found["left_out"] == {"without_facts": 1, "not_over": 1, "erased": 1}
    assert (found["rewards"]["of_other_policies"], found["rewards"]["decided"]) == (1, 3 * EACH + 4)
    assert [(one["given"], one["held_out"]) for one in found["comparisons"]] == [(EACH, EACH)] * 2


def test_each_move_is_told_by_itself_where_a_rule_has_several(tmp_path: Path) -> None:
    events, rewards = shop()
    rewards += [reward(f"{name} {n}", T0 + DAY, "holdout" if name == "held" else None, **{"from": "b", "to": "c"})
                for name in ("held", "plain") for n in range(120)]  # fmt: skip
    found = told(tmp_path, events, rewards)
    ways = {(one["from"], one["to"], one["variant"]): one["held_out"] for one in found["comparisons"]}
    assert ways == {
        (None, None, None): EACH,
        (None, None, "large"): EACH,
        ("a", "b", None): EACH,
        ("a", "b", "large"): EACH,
        ("b", "c", None): 120,
    }


def test_arms_of_another_size_than_the_policy_says_are_doubted(tmp_path: Path) -> None:
    found = told(tmp_path, *shop(), policy=POLICY.replace("33.333333%", "10%"))
    assert found["doubtful"] == ["winback"]


def test_simulated_rewards_are_refused(tmp_path: Path) -> None:
    done = run(tmp_path, [order("1", T0, 1)], [reward("ann", detected_at=...)])
    assert done.exit_code == 1
    assert "rewards.ndjson:1: this reward was simulated and never given" in done.stderr


def test_what_is_no_reward_is_named_by_its_line(tmp_path: Path) -> None:
    done = run(tmp_path, [order("1", T0, 1)], [reward("ann"), {"type": "order_placed"}])
    assert done.exit_code == 1
    assert "rewards.ndjson:2: is no published reward" in done.stderr
