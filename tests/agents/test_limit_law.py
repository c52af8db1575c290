"""Limits, caps and priorities: what is granted is what the words say, and no order of the facts brings more."""

from collections.abc import Sequence

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from schemas.durations import write_duration
from schemas.policy import Policy
from tests.agents.small_policies import LADDER, small
from tests.agents.stage import Stage, payload
from tests.builders import DAY, TOPICS, new_directory
from tests.oracle.events import engaged, profile
from tests.oracle.limits import Came, Cap, Outcome, Rule, Times, decisions, is_exceeded, of
from tests.oracle.orders import Event

HOUR = 3_600_000
KINDS = ("link_clicked", "site_visited")
ZONES = st.sampled_from(["Europe/London", "America/New_York", "Pacific/Auckland", "Etc/UTC"])
BEGINNINGS = st.sampled_from([
    1_293_829_200_000,  # 2010-12-31T21:00Z: the year ends
    1_301_187_600_000,  # 2011-03-27T01:00Z: clocks in London go forward
    1_320_534_000_000,  # 2011-11-05T23:00Z: clocks in New York go back
    1_299_456_000_000,  # 2011-03-07T00:00Z: a Monday
])  # fmt: skip
STEPS = st.sampled_from([1, HOUR - 1, HOUR, 6 * HOUR, DAY - 1, DAY, 7 * DAY, 31 * DAY])
LIMITS = st.builds(
    Times, st.integers(1, 3), st.sampled_from([None, HOUR, DAY, 30 * DAY, "day", "week", "month", "year"])
)
IDS = ("a", "b", "c")


@st.composite
def rules(draw: st.DrawFn) -> list[Rule]:
    return [Rule(name, draw(st.sampled_from(KINDS)), draw(st.integers(0, 2)), draw(st.none() | LIMITS)) for name in IDS]


CAPS = st.lists(st.builds(Cap, st.frozensets(st.sampled_from(IDS), min_size=1), LIMITS), max_size=2)


@st.composite
def histories(draw: st.DrawFn) -> list[list[Came]]:
    """Give engagements, those of one instant together."""
    at, number, moments = draw(BEGINNINGS), 0, list[list[Came]]()
    for _ in range(draw(st.integers(1, 9))):
        at += draw(STEPS)
        kinds = draw(st.lists(st.sampled_from(KINDS), min_size=1, max_size=2))
        moments.append([Came(at, f"e{number + index}", kind) for index, kind in enumerate(kinds)])
        number += len(kinds)
    return moments


def ours(wanted: Sequence[Rule], caps: Sequence[Cap]) -> Policy:
    """Write rules and caps as a policy does."""
    lines = [
        f"  - {{id: {rule.id}, on: {{engaged: {rule.kind}}}, give: {{kind: gift, sku: A}}, priority: {rule.priority}"
        f"{f', limit: {written(rule.limit)}' if rule.limit else ''}}}\n"
        for rule in wanted
    ]
    shared = [
        f"  - {{id: cap-{number}, rules: [{', '.join(sorted(cap.rules))}], {written(cap.limit)[1:]}\n"
        for number, cap in enumerate(caps)
    ]
    return small(LADDER + "rewards:\n" + "".join(lines) + ("caps:\n" + "".join(shared) if shared else ""))


def written(limit: Times) -> str:
    if limit.per is None:
        return f"{{times: {limit.times}}}"
    return f"{{times: {limit.times}, per: {write_duration(limit.per) if isinstance(limit.per, int) else limit.per}}}"


def event(came: Came) -> Event:
    return engaged(came.event_id, came.at, came.kind)


def published(stage: Stage) -> list[Outcome]:
    told = [payload(out) for out in stage.outgoing if out.topic == TOPICS.rewards]
    return [(one["rule"], one["cause"]["event_id"], one.get("reason", "granted")) for one in told]


def who(zone: str) -> Event:
    return {**profile("p", 1_290_000_000_000), "timezone": zone}


LAW = settings(max_examples=40, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])


@LAW
@given(rules(), CAPS, histories(), ZONES, st.data())
def test_limits_caps_and_priorities_decide_as_their_words_say_however_the_log_is_cut(
    wanted: list[Rule], caps: list[Cap], moments: list[list[Came]], zone: str, data: st.DataObject
) -> None:
    with new_directory() as directory:
        stage = Stage(directory / "db", ours(wanted, caps))
        stage.absorb([who(zone)])
        rest = list(moments)
        while rest:
            count = data.draw(st.integers(1, len(rest)), "moments in a slice")
            stage.absorb([event(came) for moment in rest[:count] for came in moment])
            rest = rest[count:]
            if data.draw(st.booleans(), "crash"):
                stage.crash()
        found = published(stage)
        stage.close()
    assert sorted(found) == sorted(decisions(wanted, caps, [came for moment in moments for came in moment], zone))


@LAW
@given(rules(), CAPS, histories(), ZONES, st.data())
@example(
    [Rule("a", KINDS[0], 0, Times(1, "month")), Rule("b", KINDS[1]), Rule("c", KINDS[1])],
    [],
    [[Came(1_293_829_200_000 - 40 * DAY, "e0", KINDS[0])], [Came(1_293_829_200_000, "e1", KINDS[0])]],
    "Etc/UTC",
    None,
)
def test_no_order_and_no_repetition_of_the_facts_exceeds_a_limit_or_a_cap(
    wanted: list[Rule], caps: list[Cap], moments: list[list[Came]], zone: str, data: st.DataObject | None
) -> None:
    came = [one for moment in moments for one in moment]
    shuffled = data.draw(st.permutations([*came, *came[:3]])) if data is not None else came[::-1]
    with new_directory() as directory:
        stage = Stage(directory / "db", ours(wanted, caps))
        stage.absorb([who(zone)])
        for one in shuffled:
            stage.absorb([event(one)])
        found = published(stage)
        stage.close()
    at = {one.event_id: one.at for one in came}
    assert len({(rule, event_id) for rule, event_id, _ in found}) == len(found)
    grants = [(at[event_id], rule) for rule, event_id, outcome in found if outcome == "granted"]
    for rule in wanted:
        if rule.limit is not None:
            assert not is_exceeded(rule.limit, [instant for instant, name in grants if name == rule.id], zone)
    for cap in caps:
        assert not is_exceeded(cap.limit, of(cap, grants), zone)
