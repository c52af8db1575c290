"""Whatever happened: the files of a result say what the oracle says, cut points and announcements included."""

from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any, Literal

import msgspec
import orjson
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from schemas.policy import Dwell, Policy, Refresh
from schemas.scales import Quantiles
from tests import oracle
from tests.agents.histories import Moment
from tests.agents.whole_histories import whole_histories
from tests.builders import DAY, SEED, new_directory
from tests.oracle.orders import Event
from tests.simulate.files import Results, ndjson, simulated, written

SLOW = [HealthCheck.too_slow, HealthCheck.data_too_large]
Method = Literal["nearest_rank", "linear"]
FIELDS = (*oracle.COMPARED, "cut_points_version", "sequence")


@dataclass(frozen=True)
class Both:
    """One policy in both spellings."""

    ours: Policy
    theirs: oracle.Policy


@st.composite
def frozen_seeds(draw: st.DrawFn) -> Both:
    """The pack `seed`, with cut points for a handful of customers and whatever time can be asked to do."""
    every, after = draw(st.sampled_from([DAY, 7 * DAY, 50 * DAY])), draw(st.sampled_from([0, 600_000, 8 * DAY]))
    least, window = draw(st.integers(1, 2)), draw(st.sampled_from([None, 60 * DAY]))
    up, down = draw(st.sampled_from([0, 5 * DAY])), draw(st.sampled_from([0, 30 * DAY]))
    brink = draw(st.sampled_from([(), (14 * DAY, DAY)]))
    silent, days, ages = draw(st.booleans()), draw(st.booleans()), draw(st.booleans())
    method: Method = draw(st.sampled_from(["nearest_rank", "linear"]))
    assert SEED.recency
    assert SEED.frequency
    shares = (Fraction(1, 3), Fraction(4, 5))
    ours = replace(
        SEED,
        recency=replace(SEED.recency, quantiles=Quantiles(shares, method) if ages else None, whole_days=days),
        frequency=replace(SEED.frequency, quantiles=Quantiles(shares, method)),
        refresh=Refresh(every, after, least, silent),
        window_ms=window,
        dwell=Dwell(up, down),
        brink_ms=brink,
    )
    theirs = replace(
        oracle.SEED,
        recency_quantiles=oracle.Quantiles(shares, method) if ages else None,
        frequency_quantiles=oracle.Quantiles(shares, method),
        whole_days=days,
        refresh_ms=every,
        apply_after_ms=after,
        min_customers=least,
        drift_silent=silent,
        window_ms=window,
        dwell_up_ms=up,
        dwell_down_ms=down,
        brink_ms=brink,
    )
    return Both(ours, theirs)


@settings(max_examples=60, suppress_health_check=SLOW)
@given(frozen_seeds(), whole_histories(steps=20), st.sampled_from([0, DAY, 200 * DAY]))
def test_a_result_is_what_the_oracle_says(both: Both, history: list[Moment], later: int) -> None:
    events = [event for moment in history for event in moment.events]
    as_of = max(int(event["occurred_at"]) for event in events) + later
    with new_directory() as directory:
        file = written(directory / "events.ndjson", ndjson(by_recording(events)))
        results = simulated(directory / "out", file, policy=both.ours, as_of=as_of, facts_held=5, lines_held=3)
        check(results, both.theirs, events, as_of)


def by_recording(events: list[Event]) -> list[Event]:
    """As the log has them: some tell when they were recorded."""
    return sorted(events, key=lambda event: event.get("recorded_at", event["occurred_at"]))


def check(results: Results, policy: oracle.Policy, events: list[Event], as_of: int) -> None:
    events = by_recording(events)
    frozen = oracle.freezes(events, policy, as_of)
    assert results.json("cut_points.json") == plain(frozen)
    expected = oracle.timeline(events, policy, as_of, frozen)
    moves = results.lines("transitions.ndjson")
    assert oracle.compare([("segment.transitioned", move) for move in moves], expected, FIELDS) == []
    assert moves == sorted(moves, key=lambda move: (move["effective_at"], move["customer_id"], move["sequence"]))
    announced = oracle.brinks(events, policy, as_of, frozen)
    assert brinks(results) == sorted(
        (plain(told) for hers in announced.values() for told in hers),
        key=lambda told: (told["effective_at"], told["customer_id"]),
    )
    known = {customer: timeline.state for customer, timeline in sorted(expected.items()) if timeline.known}
    assert list(results.segments.values()) == [row(customer, state) for customer, state in known.items()]


def brinks(results: Results) -> list[dict[str, Any]]:
    left_out = ("brink_id", "policy", "type")
    return [{k: v for k, v in told.items() if k not in left_out} for told in results.lines("brinks.ndjson")]


def row(customer: str, state: oracle.State) -> dict[str, str]:
    measures, ahead = plain(state.measures), plain(state.next)
    cells = {
        "customer_id": customer,
        "segment": state.segment,
        **{name: measures[name] for name in ("r", "f", "m", "recency_ms", "frequency", "monetary_minor")},
        "last_order_at": state.newest_order_at,
        "next_at": ahead and ahead["at"],
        "next_to": ahead and ahead["to"],
    }
    return {name: "" if cell is None else str(cell) for name, cell in cells.items()}


def plain(told: Any) -> Any:
    return orjson.loads(msgspec.json.encode(told))
