"""Orders of a number and of an amount: whatever the slices and the crashes, what they pay is what the oracle says."""

from dataclasses import replace
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from schemas.limits import Limit
from schemas.reward_occasions import OnNthOrder, OnOrderValue
from schemas.reward_rules import RewardRule
from schemas.rewards import Points
from tests import oracle
from tests.agents.histories import Moment
from tests.agents.stage import Stage, payload
from tests.agents.test_reward_law import check_what_is_paid, paid
from tests.agents.whole_histories import whole_histories
from tests.builders import DAY, SEED, T0, TOPICS
from tests.oracle.events import cancellation, order, refund

GIVEN = {"kind": "points", "points": 1}
OURS = replace(
    SEED,
    rewards=(
        RewardRule(id="second", on=OnNthOrder(number=2), give=Points(1)),
        RewardRule(id="third", on=OnNthOrder(number=3), give=Points(1)),
        RewardRule(id="large", on=OnOrderValue(min_minor=10_000), give=Points(1), limit=Limit(2, 30 * DAY)),
        RewardRule(id="small", on=OnOrderValue(max_minor=4_999), give=Points(1)),
        RewardRule(id="middling", on=OnOrderValue(min_minor=5_000, max_minor=9_999), give=Points(1)),
    ),
)
THEIRS = replace(
    oracle.SEED,
    rewards=(
        oracle.RewardRule("second", oracle.OnNthOrder(2), GIVEN),
        oracle.RewardRule("third", oracle.OnNthOrder(3), GIVEN),
        oracle.RewardRule("large", oracle.OnOrderValue(min_minor=10_000), GIVEN, limit=oracle.Limit(2, 30 * DAY)),
        oracle.RewardRule("small", oracle.OnOrderValue(max_minor=4_999), GIVEN),
        oracle.RewardRule("middling", oracle.OnOrderValue(5_000, 9_999), GIVEN),
    ),
)


@settings(max_examples=200, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(whole_histories(), st.data())
def test_what_is_paid_is_what_the_oracle_says(history: list[Moment], data: st.DataObject) -> None:
    check_what_is_paid(OURS, THEIRS, history, data)


def test_a_number_that_is_come_to_again_after_a_cancellation_is_not_paid_again(tmp_path: Path) -> None:
    stage = Stage(tmp_path / "db", OURS)
    stage.absorb([order("1", T0, 5_000), order("2", T0 + DAY, 5_000)])
    stage.absorb([cancellation("2", T0 + 2 * DAY), order("3", T0 + 3 * DAY, 5_000)])
    assert causes(stage) == ["o-1", "o-2", "o-2", "o-3"], "three of middling amount, one of them the second"
    stage.close()


def test_what_becomes_of_an_order_is_nothing_to_what_its_amount_has_paid(tmp_path: Path) -> None:
    stage = Stage(tmp_path / "db", OURS)
    stage.absorb([order("1", T0, 10_000), refund("r", "1", T0 + DAY, 9_000), order("1", T0, 10_000)])
    assert causes(stage) == ["o-1"]
    stage.close()


def test_of_early_orders_of_one_millisecond_the_log_says_which_is_the_second(tmp_path: Path) -> None:
    stage = Stage(tmp_path / "db", OURS)
    early = [{**order(str(number), T0 + 9, 0 if number < 5 else 1), "recorded_at": T0} for number in range(20)]
    stage.absorb(early[:7])
    stage.absorb(early[7:])
    stage.pass_time(T0 + 9)
    assert numbered(stage) == {"second": "o-6", "third": "o-7"}
    stage.close()


def test_an_early_order_comes_after_one_of_its_millisecond_that_the_log_has_before_it(tmp_path: Path) -> None:
    stage = Stage(tmp_path / "db", OURS)
    stage.absorb([order("1", T0, 1), {**order("2", T0, 1), "recorded_at": T0 - 1}])
    assert numbered(stage) == {"second": "o-2"}
    stage.close()


def numbered(stage: Stage) -> dict[str, str]:
    told = [payload(out) for out in stage.outgoing if out.topic == TOPICS.rewards]
    return {one["rule"]: one["cause"]["event_id"] for one in told if one["rule"] in ("second", "third")}


def causes(stage: Stage) -> list[str]:
    return sorted(told[3]["event_id"] for told in paid(stage.outgoing))
