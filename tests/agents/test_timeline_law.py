"""Whatever the slices, the passing of time and the crashes: what is published is the timeline of the oracle."""

from dataclasses import replace
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from schemas.policy import Policy
from schemas.policy_file import parse_policy
from tests import oracle
from tests.agents.histories import CUSTOMERS, Moment, histories
from tests.agents.stage import Stage
from tests.builders import DAY, SEED, T0, new_directory
from tests.oracle.events import order
from tests.schemas.test_policy_file import seed

OTHER = parse_policy(
    seed(
        ("currency: GBP", "currency: GBP\norders: {zero_value: count, refunded: keep}"),
        ("quantiles: [33%, 67%], initial: [1, 2]", "at_least: [2, 3]"),
    ),
    "other.yaml",
)
POLICIES: dict[str, tuple[Policy, oracle.Policy]] = {
    "seed": (SEED, oracle.SEED),
    "zero counts, refunded stays": (
        OTHER,
        replace(oracle.SEED, zero_value="count", refunded="keep", frequency=oracle.at_least(2, 3)),
    ),
}


@settings(max_examples=150, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(st.sampled_from(sorted(POLICIES)), histories(), st.data())
def test_what_is_published_is_the_timeline(name: str, history: list[Moment], data: st.DataObject) -> None:
    check(name, history, data)


@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(st.sampled_from(sorted(POLICIES)), histories(steps=60, id_length=70, undoings=4), st.data())
def test_it_is_so_too_when_orders_leave_the_customer_row(name: str, history: list[Moment], data: st.DataObject) -> None:
    """Ids of 70 bytes: every sixth order sends the older ones into rows of their own."""
    check(name, history, data)


def check(name: str, history: list[Moment], data: st.DataObject) -> None:
    with new_directory() as directory:
        policy, expected_policy = POLICIES[name]
        stage = Stage(directory / "db", policy)
        end = live_through(stage, history, data)
        expected = oracle.timeline([event for moment in history for event in moment.events], expected_policy, end)
        assert oracle.compare(stage.published(), expected) == []
        assert sum(tally.late for tally in stage.tallies) == 0
        for customer in CUSTOMERS:
            assert aggregates(stage, customer) == wanted(expected, customer)
        stage.close()


def live_through(stage: Stage, history: list[Moment], data: st.DataObject) -> int:
    """Cut the history into slices; between two of them time passes and things break."""
    rest, reached = list(history), 0
    while rest:
        count = data.draw(st.integers(1, min(8, len(rest))), "moments in a slice")
        stage.absorb([event for moment in rest[:count] for event in moment.events])
        reached, rest = rest[count - 1].last, rest[count:]
        disturb(stage, data.draw(st.sampled_from(["", "", "", "flush", "crash", "lose disk"]), "then"))
        if rest:
            silence = rest[0].first - 1 - reached
            passed = data.draw(st.sampled_from([None, 0, silence // 2, silence]), "silence")
            if passed is not None and silence >= 0:
                stage.pass_time(reached + passed, data.draw(st.integers(1, 3), "customers a transaction"))
    end = reached + data.draw(st.sampled_from([0, 90 * DAY, 90 * DAY + 1, 200 * DAY]), "silence at the end")
    stage.pass_time(end)
    return end


def disturb(stage: Stage, how: str) -> None:
    if how == "flush":
        stage.flush()
    elif how:
        stage.crash(lose_disk=how == "lose disk")


Aggregates = dict[str, Any]


def aggregates(stage: Stage, customer: str) -> Aggregates:
    row = stage.row(customer)
    return {
        "segment": row.segment,
        "frequency": row.frequency,
        "known": row.known,
        "monetary": row.monetary,
        "first": row.first if row.counted else None,
        "last": row.last if row.counted else None,
        "due": row.due,
    }


def wanted(expected: dict[str, oracle.CustomerTimeline], customer: str) -> Aggregates:
    nobody = dict.fromkeys(("segment", "first", "last")) | dict.fromkeys(("frequency", "known", "monetary", "due"), 0)
    if customer not in expected:
        return nobody
    state = expected[customer].state
    return {
        "segment": state.segment,
        "frequency": state.frequency,
        "known": state.known_orders,
        "monetary": state.signed_sum_minor,
        "first": state.oldest_order_at,
        "last": state.newest_order_at,
        "due": state.next["at"] if state.next else 0,
    }


def test_twenty_orders_with_long_ids_do_leave_the_row(tmp_path: Path) -> None:
    stage = Stage(tmp_path / "db")
    stage.absorb([order(str(n).zfill(70), T0 + n, 100) for n in range(20)])
    row = stage.row("ann")
    assert row.spilled > 5
    assert 0 < len(row.newest) <= 480
    stage.close()
