"""Standings that are read before anybody asks: the same view as when each record is indexed as it comes."""

import asyncio
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from app.serving import keys, looking_up
from app.serving.first_reading import numbered
from app.serving.gathering import Gatherer
from app.serving.shares import IndexShare
from app.serving.view import View
from tests.serving.conftest import AS_OF, level_at
from tests.serving.telling import BEGIN, DAY, TOPICS, Log
from tests.serving.test_killed import left_behind
from tests.serving.test_view_law import DEEDS, ROWS, publish, rows


def index(view: View) -> None:
    """Make indexes at one go."""
    for _ in view.index():
        pass


@settings(max_examples=60)
@given(
    deeds=DEEDS,
    cuts=st.lists(st.tuples(st.sampled_from([0, 1, 2]), st.integers(1, 5)), max_size=20),
    asked=st.integers(0, 20),
    gathered=st.integers(1, 3),
)
def test_whenever_somebody_begins_to_ask_the_view_is_that_of_who_was_always_asked(
    views: tuple[View, View],
    deeds: list[tuple[str, str]],
    cuts: list[tuple[int, int]],
    asked: int,
    gathered: int,
) -> None:
    plain, quick = views
    for view in views:
        view.forget()
    quick.begin_unasked(AS_OF, gathered)
    log = Log(plain)
    publish(log, deeds)
    logs = [[record for record in log.waiting if record.topic == topic] for topic in plain.sources]
    for turn, (number, size) in enumerate([*cuts, (0, 99), (1, 99), (2, 99)]):
        if turn == asked:
            index(quick)
        piece, logs[number] = logs[number][:size], logs[number][size:]
        for view in views if piece else ():
            view.apply(piece[0].topic, 0, piece, piece[-1].offset + 1)
    index(quick)
    assert rows(quick, ROWS) == rows(plain, ROWS)
    assert +quick.sizes == +plain.sizes
    assert (quick.ranks.ranks, quick.positions) == (plain.ranks.ranks, plain.positions)
    assert quick.indexed


@settings(max_examples=60)
@given(
    deeds=DEEDS,
    cuts=st.lists(st.tuples(st.sampled_from([0, 1]), st.integers(1, 5)), max_size=20),
    sizes=st.tuples(st.integers(1, 3), st.integers(1, 3), st.integers(1, 4)),
)
def test_shares_that_are_read_and_indexed_elsewhere_make_the_same_view(
    views: tuple[View, View],
    deeds: list[tuple[str, str]],
    cuts: list[tuple[int, int]],
    sizes: tuple[int, int, int],
) -> None:
    gathered, count, held = sizes
    plain, shared = views
    for view in views:
        view.forget()
    shared.begin_unasked(AS_OF, gathered)
    assert shared.first is not None
    log = Log(plain)
    publish(log, deeds)
    standings = [record for record in log.waiting if record.topic == TOPICS.customer_segments]
    logs = [[record for record in standings if (record.key == b"a") is first] for first in (True, False)]
    readers = [Gatherer(numbered(shared.first.scratch, f"rows{number}"), gathered) for number in range(2)]
    log.flush()
    for number, size in [*cuts, (0, 99), (1, 99)]:
        piece, logs[number] = logs[number][:size], logs[number][size:]
        readers[number].take(piece, (TOPICS.customer_segments, number), len(piece))
        if readers[number].full:
            shared.take_over(readers[number].write())
    for reader in readers:
        shared.take_over(reader.write())
    shared.begin_index()
    frozen = shared.first.frozen()
    for number, (start, end) in enumerate(shared.first.shares(count)):
        job = IndexShare(frozen, start, end, shared.first.scratch, f"index{number}", held)
        job.run(shared.first.put_index)
    shared.end_index()
    families = (keys.CUSTOMER, keys.IN_SEGMENT, keys.DUE, keys.SIZE)
    assert rows(shared, families) == rows(plain, families)
    assert +shared.sizes == +plain.sizes
    assert shared.ranks.ranks.items() <= plain.ranks.ranks.items(), "moves name more"


def test_one_that_is_killed_goes_on_behind_what_was_written_and_is_still_unasked(
    view: View, log: Log, tmp_path: Path
) -> None:
    view.begin_unasked(AS_OF, gathered=2)
    log.stand("a", "loyal", BEGIN)
    log.stand("b", "loyal", BEGIN)
    log.flush()
    view.db.flush(True)
    log.stand("a", "recent", BEGIN + DAY)
    log.flush()
    left = left_behind(view, tmp_path)
    log.view = left
    assert (left.indexed, left.positions) == (False, {(TOPICS.customer_segments, 0): 2})
    assert view.positions == {(TOPICS.customer_segments, 0): 3}
    log.stand("c", "recent", BEGIN + DAY)
    log.flush()
    index(left)
    assert left.sizes == {"loyal": 2, "recent": 1}, "the one record that was lost is for the topic to tell again"
    left.close()


def test_an_indexing_that_was_cut_short_is_made_anew(view: View, log: Log, tmp_path: Path) -> None:
    view.begin_unasked(AS_OF, gathered=1)
    log.stand("a", "loyal", BEGIN)
    log.flush()
    view.db.flush(True)
    indexing = view.index()
    next(indexing)
    left = left_behind(view, tmp_path)
    log.view = left
    log.stand("a", "recent", BEGIN + DAY)
    log.flush()
    index(left)
    assert left.sizes == {"recent": 1}
    assert [len(asyncio.run(looking_up.members(left, name, b"", 9))[0]) for name in ("loyal", "recent")] == [0, 1]
    left.close()


def test_rows_without_a_position_are_not_left_behind(view: View, log: Log, tmp_path: Path) -> None:
    view.db.flush(True)
    view.begin_unasked(AS_OF, gathered=1)
    log.stand("a", "loyal", BEGIN)
    log.flush()
    left = left_behind(view, tmp_path)
    left.begin_unasked(AS_OF)
    index(left)
    assert looking_up.customer(left, b"a") is None
    left.close()


def test_one_that_is_cut_short_knows_since_when_it_may_miss_a_tombstone(view: View, log: Log, tmp_path: Path) -> None:
    view.begin_unasked(AS_OF, gathered=1)
    log.stand("a", "loyal", BEGIN)
    log.flush()
    view.db.flush(True)
    left = left_behind(view, tmp_path)
    left.begin_unasked(AS_OF + DAY)
    assert left.level_at == AS_OF
    left.close()


def test_until_indexes_are_made_nobody_is_answered() -> None:
    level = level_at(AS_OF)
    level.indexed = False
    assert (level.ready, level.as_of) == (False, AS_OF)
    level.indexed = True
    assert level.ready
