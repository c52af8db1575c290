"""What time alone brings, and what asks how she stands: whatever the slices and crashes, it is what the oracle says."""

from dataclasses import replace

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from schemas.limits import Limit
from schemas.reward_occasions import OnAnniversary, OnCadence, OnOrderValue, OnStay
from schemas.reward_rules import Conditions, RewardRule
from schemas.rewards import Points
from schemas.when import Range, When
from tests import oracle
from tests.agents.histories import Moment
from tests.agents.test_reward_law import check_what_is_paid
from tests.agents.whole_histories import whole_histories
from tests.builders import DAY, SEED

GIVEN = {"kind": "points", "points": 1}
OFTEN = Conditions(segments=frozenset({"recent", "loyal"}), when=When({"frequency": Range(2)}))
OURS = replace(
    SEED,
    rewards=(
        RewardRule(id="stay", on=OnStay(segment="recent", after_ms=30 * DAY), give=Points(1)),
        RewardRule(id="lost", on=OnStay(segment="inactive", after_ms=1), give=Points(1), limit=Limit(1, 300 * DAY)),
        RewardRule(id="anniversary", on=OnAnniversary(), give=Points(1)),
        RewardRule(id="silent", on=OnCadence(thousandths=2000), give=Points(1)),
        RewardRule(id="often", on=OnOrderValue(min_minor=1), give=Points(1), conditions=OFTEN),
    ),
)
THEIRS = replace(
    oracle.SEED,
    rewards=(
        oracle.RewardRule("stay", oracle.OnStay("recent", 30 * DAY), GIVEN),
        oracle.RewardRule("lost", oracle.OnStay("inactive", 1), GIVEN, limit=oracle.Limit(1, 300 * DAY)),
        oracle.RewardRule("anniversary", oracle.OnAnniversary(), GIVEN),
        oracle.RewardRule("silent", oracle.OnCadence(2), GIVEN),
        oracle.RewardRule("often", oracle.OnOrderValue(1), GIVEN, segments=("recent", "loyal"), frequency_min=2),
    ),
)


@settings(max_examples=100, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(whole_histories(), st.data())
def test_what_is_paid_is_what_the_oracle_says(history: list[Moment], data: st.DataObject) -> None:
    check_what_is_paid(OURS, THEIRS, history, data)
