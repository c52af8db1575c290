"""However old a fact is when it comes: once it has acted it counts like any other, and what is told stays in step."""

from dataclasses import replace
from random import Random
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests import oracle
from tests.agents.histories import CUSTOMERS, Moment
from tests.agents.policies import Both, policies
from tests.agents.stage import Stage, payload
from tests.agents.test_late_law import delayed
from tests.agents.test_timeline_law import disturb
from tests.agents.test_whole_life_law import end, plain
from tests.agents.whole_histories import whole_histories
from tests.builders import DAY, TOPICS, new_directory
from tests.oracle.compare import _order_faults, _sequence_faults, _standing
from tests.oracle.orders import Event

HORIZONS = st.sampled_from([0, 1, DAY, 30 * DAY])
SLOW = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much]


@settings(max_examples=100, suppress_health_check=SLOW)
@given(policies(), HORIZONS, whole_histories(), st.randoms(use_true_random=False), st.data())
def test_whatever_the_horizon_every_fact_counts_in_the_end(
    both: Both, horizon: int, history: list[Moment], chance: Random, data: st.DataObject
) -> None:
    events, log = delayed(history, chance)
    with new_directory() as directory:
        stage = Stage(directory / "db", replace(both.ours, horizon_ms=horizon), standings=True)
        while log:
            count = data.draw(st.integers(1, min(8, len(log))), "records in a slice")
            part, log = log[:count], log[count:]
            stage.absorb([event for _, event in part])
            disturb(stage, data.draw(st.sampled_from(["", "", "", "flush", "crash", "lose disk"]), "then"))
            if data.draw(st.booleans(), "time passes"):
                stage.pass_time(part[-1][0], 2)
        stage.pass_time(end(events) + 400 * DAY)
        assert told_faults(stage, both) == []
        assert standings(stage, both) == wanted(stage, events, both)
        stage.close()


def told_faults(stage: Stage, both: Both) -> list[str]:
    """Sequences without gaps, retractions of what stood, and nobody elsewhere than she was told to be last."""
    faults: list[str] = []
    for customer in CUSTOMERS:
        moves = [(kind, told) for kind, told in stage.published() if told["customer_id"] == customer]
        moves = [(kind, told) for kind, told in moves if kind in ("segment.transitioned", "segment.retracted")]
        stands, wrong = _standing(moves)
        faults += [*_sequence_faults(moves), *_order_faults(moves), *wrong]
        last = max(stands, key=lambda told: int(told["effective_at"]), default={"to": None})["to"]
        if both.ours.silent_until is None and stage.row(customer).segment != last:
            faults.append(f"{customer} stands in {stage.row(customer).segment}, and was told to be in {last}")
    return faults


def standings(stage: Stage, both: Both) -> dict[str, list[Any]]:
    """What she is measured by, and where that puts her unless a least stay holds her."""
    told = {(out.key or b"").decode(): payload(out) for out in stage.outgoing if out.topic == TOPICS.customer_segments}
    return {customer: placed(event["measures"], event["segment"], both) for customer, event in told.items()}


def wanted(stage: Stage, events: list[Event], both: Both) -> dict[str, list[Any]]:
    reached = {customer: stage.row(customer).at for customer in CUSTOMERS}
    found = oracle.timeline(events, both.theirs, reached.__getitem__)
    states = {customer: one.state for customer, one in found.items() if reached[customer]}
    return {customer: placed(plain(state.measures), state.segment, both) for customer, state in states.items()}


def placed(measures: Any, segment: str | None, both: Both) -> list[Any]:
    """When a least stay began hangs on what was known then."""
    dwell = both.ours.dwell
    return [measures, None if dwell.up_ms or dwell.down_ms else segment]
