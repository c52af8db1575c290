"""However late and often facts come, in whatever slices: published minus retracted is the timeline of the oracle."""

from pathlib import Path
from random import Random
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests import oracle
from tests.agents.histories import CUSTOMERS, Moment
from tests.agents.policies import Both, policies
from tests.agents.stage import Stage, payload
from tests.agents.test_timeline_law import disturb
from tests.agents.test_whole_life_law import end, identity, plain
from tests.agents.whole_histories import whole_histories
from tests.builders import DAY, TOPICS, new_directory
from tests.oracle.compare import Record
from tests.oracle.orders import Event

DELAYS = (0, 0, 0, 1, DAY, 20 * DAY, 100 * DAY, 400 * DAY)


@settings(
    max_examples=200,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much],
)
@given(policies(), whole_histories(), st.randoms(use_true_random=False), st.data())
def test_what_is_published_minus_what_is_retracted_is_the_timeline(
    both: Both, history: list[Moment], chance: Random, data: st.DataObject
) -> None:
    with new_directory() as directory:
        check(directory, both, history, chance, data)


def check(directory: Path, both: Both, history: list[Moment], chance: Random, data: st.DataObject) -> None:
    events, log = delayed(history, chance)
    stage = Stage(directory / "db", both.ours, standings=True)
    clock = 0
    while log:
        count = data.draw(st.integers(1, min(8, len(log))), "records in a slice")
        part, log = log[:count], log[count:]
        stage.absorb([event for _, event in part])
        clock = max(clock, *(arrived for arrived, _ in part))
        disturb(stage, data.draw(st.sampled_from(["", "", "", "flush", "crash", "lose disk"]), "then"))
        if data.draw(st.booleans(), "time passes"):
            stage.pass_time(clock if not log else min(clock, log[0][0]), 2)
    until = max(clock, end(events)) + data.draw(st.sampled_from([0, 90 * DAY + 1, 400 * DAY]), "silence at the end")
    stage.pass_time(until)
    expected = oracle.timeline(events, both.theirs, until)
    assert oracle.compare(stage.published(), expected, oracle.IDENTITY) == []
    assert standings(stage) == wanted_standings(stage, events, both)
    assert open_announcements(stage.published(), until) == []
    stage.close()


def standings(stage: Stage) -> dict[str, dict[str, Any]]:
    """The newest standing of each customer, without what names the publication."""
    told = {(out.key or b"").decode(): payload(out) for out in stage.outgoing if out.topic == TOPICS.customer_segments}
    names = ("at", "segment", "measures", "next", "due_segment", "held_until")
    return {customer: {name: event[name] for name in names} for customer, event in told.items()}


def wanted_standings(stage: Stage, events: list[Event], both: Both) -> dict[str, dict[str, Any]]:
    """The same of the oracle, each at the instant to which the customer has come."""
    reached = {customer: stage.row(customer).at for customer in CUSTOMERS}
    found = {}
    for customer, told in oracle.timeline(events, both.theirs, reached).items():
        if reached[customer]:
            state = told.state
            names = ("segment", "measures", "next", "due_segment", "held_until")
            found[customer] = {"at": reached[customer], **{name: plain(getattr(state, name)) for name in names}}
    return found


def open_announcements(published: list[Record], until: int) -> list[str]:
    """Every announcement ends in its transition or its clearing, never in both, and never in nothing."""
    ahead: dict[str, dict[str, Any]] = {}
    faults = []
    for kind, told in published:
        customer = told["customer_id"]
        if kind == "segment.brink":
            ahead[customer] = dict(told)
        elif kind == "segment.brink_cleared":
            was = ahead.pop(customer, None)
            if was is None or was["brink_id"] != told["brink_id"]:
                faults.append(f"cleared what was not ahead: {told}")
        elif kind == "segment.transitioned" and customer in ahead:
            due = ahead[customer]
            if (told["effective_at"], told["to"]) == (due["due_at"], due["to"]):
                del ahead[customer]
    return faults + [f"never came: {told}" for told in ahead.values() if told["due_at"] <= until]


def delayed(history: list[Moment], chance: Random) -> tuple[list[Event], list[tuple[int, Event]]]:
    """Each identity once, in the order of its instant; and a log in which many come late, and some again."""
    first: dict[tuple[str, ...], Event] = {}
    for moment in history:
        for event in moment.events:
            if event["type"] not in ("customer_erased", "profile_changed"):
                first.setdefault(identity(event), {k: v for k, v in event.items() if k != "recorded_at"})
    events = sorted(first.values(), key=lambda event: int(event["occurred_at"]))
    log = [(int(event["occurred_at"]) + chance.choice(DELAYS), event) for event in events]
    log += [(arrived + chance.choice(DELAYS), event) for arrived, event in log if chance.random() < 0.3]
    return events, sorted(log, key=lambda one: one[0])
