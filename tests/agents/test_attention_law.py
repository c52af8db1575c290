"""Rules that ask for more than what has just happened: they change no move of hers, and no reward of other rules."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from schemas.limits import Limit
from schemas.policy import Policy
from schemas.reward_occasions import OnAnniversary, OnCadence, OnEngaged, OnNthOrder, OnOrderValue, OnStay
from schemas.reward_rules import Conditions, RewardRule
from schemas.rewards import Points
from schemas.when import Range, When
from tests.agents.histories import Moment
from tests.agents.policies import policies
from tests.agents.stage import Stage, payload
from tests.agents.test_late_law import delayed
from tests.agents.whole_histories import whole_histories
from tests.builders import DAY, SEED, T0, TOPICS, new_directory
from tests.oracle.compare import TRANSITIONED, Record
from tests.oracle.events import engaged, order
from tests.oracle.orders import Event

RULES = (
    *SEED.rewards,
    RewardRule(id="second", on=OnNthOrder(number=2), give=Points(1)),
    RewardRule(id="large", on=OnOrderValue(min_minor=10_000), give=Points(1), limit=Limit(2, 30 * DAY)),
)
LONG = 3650 * DAY
CALM = replace(SEED, rewards=RULES, horizon_ms=LONG)
WINDOWED = replace(CALM, window_ms=90 * DAY)
TWICE = Conditions(when=When({"frequency": Range(2)}))
ASKING = {
    "a stay": RewardRule(id="asks", on=OnStay(segment="recent", after_ms=30 * DAY), give=Points(1)),
    "a silence": RewardRule(id="asks", on=OnCadence(thousandths=2000), give=Points(1)),
    "an anniversary": RewardRule(id="asks", on=OnAnniversary(), give=Points(1)),
    "measures": RewardRule(id="asks", on=OnEngaged(kind="review_posted"), give=Points(1), conditions=TWICE),
}
ANY = policies().map(lambda both: replace(both.ours, rewards=RULES))


def asking(policy: Policy, rule: RewardRule) -> Policy:
    """Make a policy attentive by one rule more."""
    return replace(policy, rewards=(*policy.rewards, rule))


@settings(max_examples=40, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(
    st.sampled_from([CALM, WINDOWED]) | ANY,
    st.sampled_from(sorted(ASKING)),
    whole_histories(steps=20),
    st.none() | st.randoms(use_true_random=False),
    st.data(),
)
def test_who_is_attended_to_moves_and_is_paid_like_everybody(
    policy: Policy, asks: str, history: list[Moment], chance: Random | None, data: st.DataObject
) -> None:
    """`chance`: many facts come late. Then a reward of a move depends on how far a customer had come."""
    with new_directory() as directory:
        calm = Stage(directory / "calm", policy)
        attentive = Stage(directory / "attentive", asking(policy, ASKING[asks]))
        log = logged(history, chance, reviewed=data.draw(st.booleans(), "reviewed"))
        live((calm, attentive), log, data)
        of = standing if chance is not None else exactly
        assert of(attentive) == of(calm)
        but = {"asks", "champion-gift"} if chance is not None else {"asks"}
        assert paid_but(attentive, but) == paid_but(calm, but)
        calm.close()
        attentive.close()


Arriving = tuple[int, list[Event]]
"""What no slice splits, and when it arrives."""


def logged(history: list[Moment], chance: Random | None, *, reviewed: bool) -> list[Arriving]:
    """`reviewed`: whoever places an order has written a review in that very millisecond, first."""
    if chance is not None:
        return [(arrived, [event]) for arrived, event in delayed(history, chance)[1]]
    return [
        (moment.first, [one for event in moment.events for one in (*(_review(event) if reviewed else ()), event)])
        for moment in history
    ]


def _review(event: Event) -> Iterator[Event]:
    if event["type"] == "order_placed" and "recorded_at" not in event:
        yield engaged(f"before-{event['event_id']}", event["occurred_at"], rating=5, customer_id=event["customer_id"])


def live(stages: tuple[Stage, ...], log: list[Arriving], data: st.DataObject) -> None:
    """Cut a log into slices; between two of them time passes, the same for all."""
    clock = 0
    while log:
        count = data.draw(st.integers(1, min(8, len(log))), "moments in a slice")
        part, log = log[:count], log[count:]
        clock = max(clock, *(arrived for arrived, _ in part))
        passes = data.draw(st.booleans(), "time passes") or not log
        until = clock if log else clock + 200 * DAY
        for stage in stages:
            stage.absorb([event for _, events in part for event in events])
            if passes:
                stage.pass_time(until)


def moves(stage: Stage) -> Iterator[Record]:
    """What became of her segment: announcements depend on when facts showed that time had come so far."""
    return (one for one in stage.published() if "brink" not in one[0])


def exactly(stage: Stage) -> list[Any]:
    """Of each customer in the order of the log."""
    return sorted(moves(stage), key=lambda one: str(one[1]["customer_id"]))


def standing(stage: Stage) -> list[Any]:
    """Published minus retracted."""
    there: dict[str, Any] = {}
    for kind, told in moves(stage):
        if kind == TRANSITIONED:
            there[told["transition_id"]] = (told["customer_id"], told["effective_at"], told["from"], told["to"])
        else:
            del there[told["transition_id"]]
    return sorted(there.values(), key=str)


def paid_but(stage: Stage, rules: set[str]) -> list[Any]:
    """Rewards as they were published, but those of some rules."""
    told = [payload(out) for out in stage.outgoing if out.topic == TOPICS.rewards]
    return sorted((one for one in told if one["rule"] not in rules), key=lambda one: str(one["reward_id"]))


DECAY = T0 + 90 * DAY + 1
ENTRY = (T0, None, "recent")


def ways(stage: Stage) -> list[tuple[int, str | None, str | None]]:
    return [(told["effective_at"], told["from"], told["to"]) for _, told in stage.published()]


def test_an_order_saves_a_customer_in_the_millisecond_in_which_something_else_was_rewarded(tmp_path: Path) -> None:
    stage = Stage(tmp_path / "db", asking(WINDOWED, ASKING["measures"]))
    stage.absorb([order("1", T0, 60_000), engaged("e", DECAY, rating=5), order("2", DECAY, 20_000)])
    assert ways(stage) == [ENTRY], "the first order leaves the window as the second comes"
    stage.close()


@pytest.mark.parametrize("saved", [False, True])
def test_an_engagement_is_rewarded_by_where_its_millisecond_has_brought_her(tmp_path: Path, *, saved: bool) -> None:
    fading = Conditions(segments=frozenset({"needs_attention"}))
    rule = RewardRule(id="asks", on=OnEngaged(kind="review_posted"), give=Points(1), conditions=fading)
    stage = Stage(tmp_path / "db", asking(CALM, rule))
    saving = [order("2", DECAY, 1)] if saved else []
    stage.absorb([order("1", T0, 60_000), engaged("e", DECAY), *saving])
    paid = [one["rule"] for one in map(payload, stage.outgoing) if one.get("rule") == "asks"]
    assert paid == ([] if saved else ["asks"])
    assert ways(stage)[1:] == [(DECAY, "recent", "champions" if saved else "needs_attention")]
    stage.close()
