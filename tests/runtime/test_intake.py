"""Runs in; records in the order of time, whole milliseconds, and positions that lose nothing out."""

from collections.abc import Collection
from dataclasses import dataclass, field
from itertools import accumulate

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.run import LogEnd, Record
from app.runtime.intake import Batch, Hole, Intake
from tests.builders import Rec

A, B = "a", "b"


@dataclass(frozen=True)
class Fetched:
    """A run as one fetch brought it; nobody hands it over here."""

    topic: str
    start: int
    end: int
    records: list[Record] = field(default_factory=list)
    log_end: LogEnd | None = None

    def hand_over(self) -> None:
        raise AssertionError("the intake takes runs, it hands nothing over")


def run(topic: str, start: int, *stamps: int, end: int | None = None) -> Fetched:
    """Records at consecutive offsets with these timestamps."""
    records: list[Record] = [Rec(topic=topic, offset=start + n, timestamp=at) for n, at in enumerate(stamps)]
    return Fetched(topic, start, start + len(stamps) if end is None else end, records)


def intake(*runs: Fetched, topics: str = A) -> Intake:
    held = Intake(dict.fromkeys(topics, 0))
    for each in runs:
        held.offer(each)
    return held


def take(held: Intake, limit: int = 100, lagging: Collection[str] = ()) -> list[tuple[str, int]] | None:
    batch = held.take(limit, lagging)
    return told(batch) if batch else None


def told(batch: Batch) -> list[tuple[str, int]]:
    return [(record.topic, record.timestamp) for record in batch.records]


@pytest.mark.parametrize("start", [0, 1, 3, 9])
def test_a_run_that_does_not_begin_where_the_last_one_ended_is_a_hole(start: int) -> None:
    held = intake(run(A, 0, 10, 11))
    with pytest.raises(Hole, match=f"expected position 2, got {start}"):
        held.offer(run(A, start, 12))
    held.offer(run(A, 2, 12))
    assert take(held) == [(A, 10), (A, 11), (A, 12)]


def test_a_run_with_records_before_its_own_start_is_a_hole_and_moves_nothing() -> None:
    held = intake(run(A, 0, 10, 11))
    repeated: list[Record] = [Rec(topic=A, offset=1, timestamp=11), Rec(topic=A, offset=2, timestamp=12)]
    with pytest.raises(Hole, match="expected position 2, got a record of 1"):
        held.offer(Fetched(A, 2, 3, repeated))
    assert (held.positions(), held.ends(), held.size) == ({A: 0}, {A: 2}, 2)


def test_every_topic_has_positions_of_its_own() -> None:
    held = intake(run(A, 0, 10), run(B, 0, 10, 11), topics=A + B)
    assert held.ends() == {A: 1, B: 2}
    with pytest.raises(Hole):
        held.offer(run(B, 1, 12))


def test_holes_of_the_log_inside_a_run_are_none() -> None:
    held = Intake({A: 0})
    held.offer(Fetched(A, 0, 10, [Rec(topic=A, offset=3, timestamp=1), Rec(topic=A, offset=7, timestamp=2)]))
    assert (held.positions(), held.ends()) == ({A: 3}, {A: 10})
    first = held.take(1, ())
    assert first is not None
    assert first.positions == {A: 7}
    last = held.take(1, ())
    assert last is not None
    assert last.positions == {A: 10}


def test_an_empty_run_advances_the_position() -> None:
    held = intake(run(A, 0, end=5))
    assert (held.positions(), held.ends(), held.size, take(held)) == ({A: 5}, {A: 5}, 0, None)
    held.offer(run(A, 5, 10))
    held.offer(run(A, 6, end=9))
    assert held.positions() == {A: 5}
    batch = held.take(9, ())
    assert batch is not None
    assert batch.positions == {A: 9}


def test_a_batch_tells_what_it_reached_and_where_it_began() -> None:
    held = intake(run(A, 0, 10, 15, 12), run(B, 0, 11, 99), topics=A + B)
    batch = held.take(4, ())
    assert batch is not None
    assert (batch.oldest, batch.reached, batch.positions) == (10, {A: 15, B: 11}, {A: 3, B: 1})
    assert held.size == 1


def test_the_newest_millisecond_stays_while_its_input_lags() -> None:
    held = intake(run(A, 0, 10, 11, 12, 12))
    assert take(held, lagging=A) == [(A, 10), (A, 11)]
    assert take(held, lagging=A) is None
    held.offer(run(A, 4, 12, 13))
    assert take(held, lagging=A) == [(A, 12)] * 3
    assert take(held) == [(A, 13)]


def test_a_millisecond_as_large_as_a_transaction_is_not_held_back() -> None:
    held = intake(run(A, 0, 7, 7, 7))
    assert take(held, 4, lagging=A) is None
    assert take(held, 3, lagging=A) == [(A, 7)] * 3


def test_a_millisecond_is_never_split() -> None:
    assert take(intake(run(A, 0, 1, 2, 2, 2, 3)), 2) == [(A, 1), (A, 2), (A, 2), (A, 2)]
    two = intake(run(A, 0, 1, 2, 2), run(B, 0, 2, 2, 3), topics=A + B)
    assert take(two, 2) == [(A, 1), (A, 2), (A, 2), (B, 2), (B, 2)]
    assert two.positions() == {A: 3, B: 2}


def test_the_newest_run_in_hand_tells_the_end_of_the_log() -> None:
    held = intake(topics=A + B)
    held.offer(Fetched(A, 0, 0, log_end=LogEnd(7, 1_000)))
    held.offer(Fetched(A, 0, 0, log_end=LogEnd(9, 2_000)))
    assert (held.log_end(A), held.log_end(B)) == (LogEnd(9, 2_000), None)


def test_a_lagging_input_with_nothing_in_hand_is_waited_for() -> None:
    held = intake(run(A, 0, 10, 11), topics=A + B)
    assert take(held, lagging=B) is None
    held.offer(run(B, 0, 5, 11))
    assert take(held, lagging=B) == [(B, 5), (A, 10)], "what B may still bring of 11 is waited for"
    assert take(held) == [(A, 11), (B, 11)]


def test_an_input_without_records_that_does_not_lag_holds_nobody_up() -> None:
    assert take(intake(run(A, 0, 10), topics=A + B)) == [(A, 10)]


def test_an_older_timestamp_keeps_its_place_in_the_log() -> None:
    held = intake(run(A, 0, 20, 10, 21), run(B, 0, 15), topics=A + B)
    assert take(held) == [(B, 15), (A, 20), (A, 10), (A, 21)]


@dataclass
class Script:
    """What two topics hold, how fetches cut it, and when transactions take from it."""

    stamps: dict[str, list[int]]
    steps: list[tuple[str, int]]


scripts = st.builds(
    Script,
    st.fixed_dictionaries({A: st.lists(st.integers(1, 8), max_size=15), B: st.lists(st.integers(1, 8), max_size=15)}),
    st.lists(st.tuples(st.sampled_from([A, B, "take"]), st.integers(1, 4)), max_size=20),
)


@given(scripts)
def test_two_inputs_come_out_merged_by_time_each_in_the_order_of_its_log(script: Script) -> None:
    held, left = Intake({A: 0, B: 0}), {topic: list(stamps) for topic, stamps in script.stamps.items()}
    out: list[tuple[str, int, int]] = []
    edges: list[int] = []
    for topic, count in [*script.steps, (A, 99), (B, 99), *[("take", 4)] * 40]:
        if topic == "take":
            batch = held.take(max(count, sum(map(len, left.values())) and 99), {name for name in left if left[name]})
            edges.append(len(out))
            out += check(batch, held, len(out)) if batch else []
        elif left[topic]:
            taken, left[topic] = left[topic][:count], left[topic][count:]
            held.offer(run(topic, held.ends()[topic], *taken))
    assert held.size == 0
    logs = {topic: list(accumulate(stamps, max)) for topic, stamps in script.stamps.items()}
    assert [at for name, _, at in out if name == A] == script.stamps[A]
    assert [at for name, _, at in out if name == B] == script.stamps[B]
    merged = [logs[topic][offset] for topic, offset, _ in out]
    assert merged == sorted(merged)
    inner = [edge for edge in edges if 0 < edge < len(merged)]
    assert all(merged[edge - 1] < merged[edge] for edge in inner), "no millisecond is split"


def check(batch: Batch, held: Intake, before: int) -> list[tuple[str, int, int]]:
    """A batch ends where its positions say, and what is left in hand begins there."""
    assert batch.positions == held.positions()
    told = [(record.topic, record.offset, record.timestamp) for record in batch.records]
    assert sum(batch.positions.values()) == before + len(told), "everything before the positions is out"
    for topic, reached in batch.reached.items():
        assert reached == max(at for name, _, at in told if name == topic)
    return told


def test_a_full_hand_does_not_let_an_input_overtake_one_that_lags() -> None:
    held = intake(run(A, 0, 10), run(B, 0, 10, 20, 30), topics=A + B)
    batch = held.take(3, {A})
    assert batch is None or max(record.timestamp for record in batch.records) == 10, "A may still bring 11"


def test_inputs_are_read_on_while_little_is_in_hand_and_always_those_of_which_there_is_nothing() -> None:
    held = intake(run(A, 0, 1, 2, 3), topics=A + B)
    assert held.hungry(4) == [A, B]
    assert held.hungry(3) == [B]
    held.offer(run(B, 0, 5))
    assert held.hungry(3) == []


def test_inputs_need_no_more_once_much_is_in_hand_but_for_those_of_which_there_is_nothing() -> None:
    held = intake(run(A, 0, 1, 2, 3), topics=A + B)
    assert held.sated(3) == []
    assert held.sated(2) == [A]
