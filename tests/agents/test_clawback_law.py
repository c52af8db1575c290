"""In whatever order facts come: what is granted less what is taken back is what holds when all of them are known."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from random import Random
from typing import Any, NamedTuple

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from agents.outgoing import Outgoing
from schemas.policy import Dwell, Policy
from schemas.reward_occasions import On, OnEngaged, OnFirstOrder, OnNthOrder, OnOrderValue, OnTransition
from schemas.reward_rules import RewardRule
from schemas.rewards import Points
from tests import oracle
from tests.agents.histories import CUSTOMERS, Moment
from tests.agents.stage import Stage, payload
from tests.agents.test_late_law import delayed
from tests.agents.test_timeline_law import disturb
from tests.agents.test_whole_life_law import end
from tests.agents.whole_histories import whole_histories
from tests.builders import DAY, SEED, TOPICS, new_directory
from tests.oracle.events import engaged
from tests.oracle.standing import Standing, standing_rewards

TOP = frozenset({"champions", "loyal"})
RULES: dict[str, On] = {
    "first": OnFirstOrder(),
    "third": OnNthOrder(number=3),
    "large": OnOrderValue(min_minor=10_000),
    "review": OnEngaged(kind="review_posted", rating_min=1),
    "risen": OnTransition(to=TOP, direction="up"),
    "fallen": OnTransition(direction="down"),
    "ordered": OnTransition(causes=frozenset({"order"})),
    "undone": OnTransition(causes=frozenset({"refund", "cancellation"})),
}
OURS = replace(
    SEED,
    horizon_ms=10_000 * DAY,
    rewards=tuple(
        RewardRule(
            id=name,
            on=on,
            give=Points(n),
            clawback="full" if name != "review" else "never",  # nothing undoes an engagement
            late=True,
            expires_ms=n * 40 * DAY,
        )
        for n, (name, on) in enumerate(RULES.items(), 1)
    ),
)
THEIRS = replace(
    oracle.SEED,
    rewards=(
        oracle.RewardRule("first", oracle.OnFirstOrder(), {}),
        oracle.RewardRule("third", oracle.OnNthOrder(3), {}),
        oracle.RewardRule("large", oracle.OnOrderValue(min_minor=10_000), {}),
        oracle.RewardRule("review", oracle.OnEngaged("review_posted", rating_min=1), {}),
        oracle.RewardRule("risen", oracle.OnTransition(to=tuple(TOP), direction="up"), {}),
        oracle.RewardRule("fallen", oracle.OnTransition(direction="down"), {}),
        oracle.RewardRule("ordered", oracle.OnTransition(causes=("order",)), {}),
        oracle.RewardRule("undone", oracle.OnTransition(causes=("refund", "cancellation")), {}),
    ),
)
STAYS = st.sampled_from([(0, 0), (0, 0), (30 * DAY, 0), (1, 100 * DAY)])
"""How long a least stay holds a move up, and one down."""


@settings(max_examples=50, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(whole_histories(), STAYS, st.randoms(use_true_random=False), st.data())
def test_granted_less_taken_back_is_what_holds_when_all_is_known(
    history: list[Moment], stays: tuple[int, int], chance: Random, data: st.DataObject
) -> None:
    ours, theirs = staying(*stays)
    events, log = delayed(history, chance)
    redemptions: list[Redemption] = []
    clock = 0
    with new_directory() as directory:
        stage = Stage(directory / "db", ours)
        while log:
            count = data.draw(st.integers(1, min(8, len(log))), "records in a slice")
            part, log = log[:count], log[count:]
            stage.absorb([event for _, event in part])
            clock = max(clock, *(arrived for arrived, _ in part))
            disturb(stage, data.draw(st.sampled_from(["", "", "flush", "lose disk"]), "then"))
            if data.draw(st.booleans(), "time passes"):
                stage.pass_time(clock)
            if data.draw(st.booleans(), "she redeems"):
                redemptions += redeemed(stage, chance, clock)
        until = end(events) + 500 * DAY
        stage.pass_time(until)
        assert standing(stage) == standing_rewards(events, theirs, until)
        assert {customer: stage.row(customer).points for customer in CUSTOMERS} == balances(stage, redemptions)
        stage.close()


def staying(up_ms: int, down_ms: int) -> tuple[Policy, oracle.Policy]:
    return (
        replace(OURS, dwell=Dwell(up_ms, down_ms)),
        replace(THEIRS, dwell_up_ms=up_ms, dwell_down_ms=down_ms),
    )


class Redemption(NamedTuple):
    """What was to be redeemed when so many records had left."""

    sent: int
    reward_id: str
    at: int
    points: int | None


def redeemed(stage: Stage, chance: Random, at: int) -> list[Redemption]:
    """Redeem something of what was granted, whatever has become of it."""
    granted = [reward for kind, reward in told(stage.outgoing) if kind == "granted"]
    if not granted:
        return []
    reward, points = chance.choice(granted), chance.choice([None, 1, 3, 100])
    more = {"reward_id": reward["reward_id"], "points": points, "customer_id": reward["customer_id"]}
    stage.absorb([engaged(f"x{len(stage.outgoing)}-{at}-{chance.random()}", at, "reward_redeemed", **more)])
    return [Redemption(len(stage.outgoing), reward["reward_id"], at, points)]


def told(outgoing: Iterable[Outgoing]) -> list[tuple[str, dict[str, Any]]]:
    rewards = [out for out in outgoing if out.topic == TOPICS.rewards]
    return [(dict(out.headers)["ce_type"].decode().removeprefix("reward."), payload(out)) for out in rewards]


def standing(stage: Stage) -> Standing:
    """Granted less taken back; an id is granted once, and taken back once, after that."""
    found: Standing = Counter()
    states: dict[str, str] = {}
    for kind, reward in told(stage.outgoing):
        name = reward["reward_id"]
        if kind in {"granted", "revoked"}:
            assert states.get(name) == {"granted": None, "revoked": "granted"}[kind], reward
            states[name] = kind
            found[reward["customer_id"], reward["rule"]] += 1 if kind == "granted" else -1
    return +found


def balances(stage: Stage, redemptions: list[Redemption]) -> dict[str, int]:
    """Sum up what was published and what was redeemed, at most what was left of it at that time."""
    found = dict.fromkeys(CUSTOMERS, 0)
    left: dict[str, int] = {}
    granted: dict[str, dict[str, Any]] = {}
    begin = 0
    for sent, name, at, points in [*redemptions, Redemption(len(stage.outgoing), "", 0, None)]:
        for kind, reward in told(stage.outgoing[begin:sent]):
            customer, reward_id = reward["customer_id"], reward["reward_id"]
            if kind == "granted":
                granted[reward_id], left[reward_id] = reward, reward["give"]["points"]
                found[customer] += left[reward_id]
            elif kind in {"expired", "revoked"}:
                assert kind == "revoked" or reward["points"] == left[reward_id]
                left[reward_id] = 0
                found[customer] -= reward["points"]
        begin = sent
        if name and at <= granted[name]["expires_at"]:
            spent = min(left[name], points or left[name])
            left[name] -= spent
            found[granted[name]["customer_id"]] -= spent
    return found
