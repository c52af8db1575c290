"""Whatever the slices, the silences and the crashes: what journeys ask for is what the oracle says, each once."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from agents.decisions.outcomes import rule_of
from agents.decisions.steps_taken import Alerted, Said
from agents.decisions.whole_life import live
from schemas.durations import write_duration
from schemas.journey_document import JourneyDocument
from schemas.journeys import Journey
from schemas.policy import Policy
from schemas.reward_rules import RewardRule
from schemas.rewards import Points
from tests import oracle
from tests.agents.stage import Stage, payload
from tests.agents.test_timeline_law import disturb
from tests.builders import DAY, SEED, T0, TOPICS, fact_of, new_directory
from tests.oracle.events import engaged, erasure, order, refund
from tests.oracle.journeys import ORDERS, Deed, deeds
from tests.oracle.journeys import Journey as Theirs
from tests.oracle.orders import Event

KINDS = ("link_clicked", "support_resolved")
AWAITED = st.sampled_from([*KINDS, *ORDERS, *KINDS, "order_placed"])
LENGTHS = st.sampled_from([1, DAY, 7 * DAY, 7 * DAY, 90 * DAY + 1])
GIFT = RewardRule(id="gift", on=None, give=Points(1))
Found = list[tuple[str, str, int, str, str, str | None]]


def steps(depth: int) -> st.SearchStrategy[list[dict[str, Any]]]:
    """Make up steps, with lengths in ms."""
    one: list[st.SearchStrategy[dict[str, Any]]] = [
        st.sampled_from(["hello", "again"]).map(lambda name: {"message": {"template": name, "channels": ["email"]}}),
        LENGTHS.map(lambda length: {"wait": length}),
        st.just({"reward": "gift"}),
        st.just({"alert": "look"}),
    ]
    if depth:
        ways = {"then": steps(depth - 1), "otherwise": steps(depth - 1)}
        named = {"on": AWAITED, "within": LENGTHS}
        one += 2 * [st.fixed_dictionaries(named | ways).map(lambda branch: {"branch": branch})]
    return st.lists(st.one_of(one), min_size=1, max_size=4)


@st.composite
def journeys(draw: st.DrawFn, name: str) -> Theirs:
    kind = draw(st.sampled_from([*KINDS, None, None]))
    to = draw(st.sampled_from(["at_risk", "inactive", "recent", "recent"])) if kind is None else None
    return Theirs(name, kind, to, draw(st.frozensets(AWAITED, max_size=1)), draw(steps(2)))


@st.composite
def histories(draw: st.DrawFn) -> list[Event]:
    """Events of one customer, each in a millisecond of its own, in their order."""
    at, events = T0, [order("0", T0, 100)]
    for number in range(1, draw(st.integers(1, 14))):
        at += draw(st.sampled_from([1, DAY, 7 * DAY, 7 * DAY, 90 * DAY]))
        events.append(_event(draw, number, at))
    return events


def _event(draw: st.DrawFn, number: int, at: int) -> Event:
    match draw(st.integers(0, 11)):
        case 0:
            return erasure(f"x{number}", at)
        case 1:
            return refund(f"r{number}", None, at, 1)
        case 2 | 3 | 4:
            return order(str(number), at, 100)
        case _:
            return engaged(f"e{number}", at, draw(st.sampled_from(KINDS)))


@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(journeys("first"), journeys("second"), histories(), st.data())
def test_what_journeys_ask_for_is_what_the_oracle_says(
    first: Theirs, second: Theirs, history: list[Event], data: st.DataObject
) -> None:
    policy = replace(SEED, rewards=(GIFT,), journeys=(ours(first), ours(second)))
    end = int(history[-1]["occurred_at"]) + data.draw(st.sampled_from([0, DAY, 91 * DAY, 400 * DAY]), "at the end")
    with new_directory() as directory:
        stage = Stage(directory / "db", policy)
        live_through(stage, history, data)
        stage.pass_time(end)
        found = published(stage)
        stage.close()
    expected = wanted([first, second], history, end)
    assert found == expected
    assert in_full_knowledge(history, policy, end) == expected


def ours(journey: Theirs) -> Journey:
    """Write a journey as a policy does, and read it."""
    on = {"engaged": journey.engaged} if journey.engaged is not None else {"transition": {"to": journey.to}}
    written = {"id": journey.id, "on": on, "stop_on": sorted(journey.stop_on), "steps": written_steps(journey.steps)}
    return JourneyDocument.model_validate(written).compile(2)


def written_steps(node: Any) -> Any:
    """Write lengths as policies do."""
    if isinstance(node, list):
        return [written_steps(part) for part in node]
    if not isinstance(node, dict):
        return node
    lengths = ("wait", "within")
    return {key: write_duration(value) if key in lengths else written_steps(value) for key, value in node.items()}


def live_through(stage: Stage, history: Sequence[Event], data: st.DataObject) -> None:
    """Cut the history into slices; between two of them time passes and things break."""
    rest = list(history)
    while rest:
        count = data.draw(st.integers(1, len(rest)), "events in a slice")
        stage.absorb(rest[:count])
        reached, rest = int(rest[count - 1]["occurred_at"]), rest[count:]
        disturb(stage, data.draw(st.sampled_from(["", "", "flush", "crash", "lose disk"]), "then"))
        if rest:
            silence = int(rest[0]["occurred_at"]) - 1 - reached
            stage.pass_time(reached + data.draw(st.sampled_from([0, silence // 2, silence]), "silence"))


def published(stage: Stage) -> Found:
    """What left for the topics: journey, step, instant, kind, what it names, and the segment she stood in."""
    found: Found = []
    for out in stage.outgoing:
        if out.topic in (TOPICS.messages, TOPICS.alerts):
            told = payload(out)
            kind, segment = (
                ("message", told["fields"].get("segment")) if "template" in told else ("alert", told["segment"])
            )
            named = told["template"] if kind == "message" else told["alert"]
            found.append((told["journey"], told["step"], told["effective_at"], kind, named, segment))
        elif out.topic == TOPICS.rewards:
            told = payload(out)
            found.append(("", "", told["effective_at"], "reward", told["rule"], None))
    ids = [dict(out.headers)["ce_id"] for out in stage.outgoing]
    assert len(ids) == len(set(ids)), "nothing is told twice"
    return sorted(found, key=str)


def wanted(known: Sequence[Theirs], history: Sequence[Event], end: int) -> Found:
    lived = oracle.timeline(history, oracle.SEED, end)
    moves = lived["ann"].transitions if "ann" in lived else []
    found = [_spelled(deed, moves) for journey in known for deed in deeds(journey, history, moves, end)]
    return sorted(found, key=str)


def _spelled(deed: Deed, moves: Sequence[Any]) -> tuple[str, str, int, str, str, str | None]:
    if deed.kind == "reward":
        return "", "", deed.at, deed.kind, deed.named, None
    stood = [move["to"] for move in moves if move["effective_at"] <= deed.at]
    return *deed, stood[-1] if stood else None


def in_full_knowledge(history: Sequence[Event], policy: Policy, end: int) -> Found:
    """The same of `simulate` and `segue policy test`."""
    lived = live("ann", [fact_of(event) for event in history], policy, end)
    found: Found = [("", "", one.at, "reward", rule_of(one), None) for one in lived.rewards]
    for step in lived.steps:
        if isinstance(step, Said):
            message = step.message
            found.append((step.journey, step.step, step.at, "message", message.template, message.segment))
        elif isinstance(step, Alerted):
            found.append((step.journey, step.step, step.at, "alert", step.alert, step.segment))
    return sorted(found, key=str)
