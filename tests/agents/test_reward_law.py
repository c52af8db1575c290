"""Whatever the slices, the passing of time and the crashes: rewards, erasures and early facts are the oracle's."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from agents.outgoing import Outgoing
from schemas.digests import reward_id, transition_id
from schemas.policy import Policy
from tests import oracle
from tests.agents.histories import CUSTOMERS, Moment
from tests.agents.stage import Stage, payload
from tests.agents.test_timeline_law import aggregates, live_through, wanted
from tests.agents.whole_histories import whole_histories
from tests.builders import DAY, SEED, T0, TOMBSTONES, TOPICS, new_directory
from tests.oracle.events import engaged, erasure, order, profile, refund
from tests.oracle.orders import Event


@settings(max_examples=250, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(whole_histories(), st.data())
def test_what_is_published_and_paid_is_what_the_oracle_says(history: list[Moment], data: st.DataObject) -> None:
    with new_directory() as directory:
        check(directory, history, data)


def check(directory: Path, history: list[Moment], data: st.DataObject) -> None:
    stage = Stage(directory / "db", standings=True)
    end = live_through(stage, history, data)
    events = [event for moment in history for event in moment.events]
    expected = oracle.timeline(events, oracle.SEED, end)
    assert oracle.compare(stage.published(), expected) == []
    assert paid(stage.outgoing) == payable(oracle.rewards(events, oracle.SEED, end))
    for customer in CUSTOMERS:
        assert aggregates(stage, customer) == wanted(expected, customer)
    stage.close()


def check_what_is_paid(ours: Policy, theirs: oracle.Policy, history: list[Moment], data: st.DataObject) -> None:
    """Live through a history under a policy; what comes of rewards is what the oracle says under the same one."""
    with new_directory() as directory:
        stage = Stage(directory / "db", ours)
        end = live_through(stage, history, data)
        events = [event for moment in history for event in moment.events]
        assert paid(stage.outgoing) == payable(oracle.rewards(events, theirs, end))
        stage.close()


def paid(outgoing: Iterable[Outgoing]) -> list[tuple[Any, ...]]:
    """Rewards as published, each with the channel of its message."""
    sent = list(outgoing)
    channels = {payload(out)["reward_id"]: payload(out)["channel"] for out in sent if out.topic == TOPICS.messages}
    rewards = []
    for out in sent:
        decided = dict(out.headers)["ce_type"] in {b"reward.granted", b"reward.withheld"}
        if decided:
            told = payload(out)
            outcome = dict(out.headers)["ce_type"].decode().removeprefix("reward.")
            identity = told["reward_id"]
            rewards.append((identity, outcome, told["effective_at"], told["cause"], channels.get(identity)))
    return sorted(rewards, key=str)


def payable(rewards: Iterable[oracle.Reward]) -> list[tuple[Any, ...]]:
    """The same of the oracle's."""
    return sorted((one(reward) for reward in rewards), key=str)


def one(reward: oracle.Reward) -> tuple[Any, ...]:
    occasion = str(reward.occasion[-1])
    if reward.occasion[0] == "transition":
        ways: Any = reward.occasion[1:]
        occasion = transition_id(reward.customer_id, SEED.id, *ways)
    identity = reward_id(reward.customer_id, reward.rule, occasion)
    return identity, reward.outcome, reward.effective_at, dict(reward.cause), reward.channel


def test_an_erased_customer_leaves_nothing_but_her_tombstone(tmp_path: Path) -> None:
    stage = Stage(tmp_path / "db", standings=True)
    told: list[Event] = [
        order("1", T0, 10_000),
        refund("r", "1", T0 + 1, 1),
        refund("w", "9", T0 + 1, 1),
        engaged("e", T0 + 2, rating=5),
        profile("p", T0 + 3),
        {**order("2", T0 + DAY + 500, 1), "recorded_at": T0 + DAY},
    ]
    stage.absorb(told)
    stage.flush()
    stage.absorb([order(str(n).zfill(70), T0 + 4 + n, 100) for n in range(20)])
    stage.absorb([erasure("x", T0 + DAY)])
    stage.flush()
    keys: list[bytes] = [key for key in stage.table.db.keys() if isinstance(key, bytes)]  # noqa: SIM118  # no dict
    assert [key for key in keys if b"ann" in key and key[:1] != b"D"] == []
    assert stage.table.get(TOMBSTONES.key(b"ann")) is not None
    assert stage.outgoing[-1].value is None
    stage.close()
