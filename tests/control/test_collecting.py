"""Chunks of freezes: when nothing more can come, and what counts of what came."""

import pytest

from app.control.collecting import Collected, Misfit
from schemas.freezes import FreezeChunk
from schemas.packed_values import pack_values
from tests.builders import DAY
from tests.control.freezing import chunks

T1, T2, T3 = 14_000 * DAY, 14_001 * DAY, 14_002 * DAY
ANN, BEN, CY = (1, 2, 300), (DAY, 1, 100), (2, 5, 70_000)


def collected(*told: FreezeChunk, partitions: int = 2, decided: int = 0) -> Collected:
    kept = Collected(partitions, decided)
    for offset, chunk in enumerate(told):
        kept.take(chunk, offset)
    return kept


def complete(*told: FreezeChunk, decided: int = 0) -> tuple[list[int], list[int]]:
    """Give what is complete where everyone catches up, and where only what all have closed counts."""
    kept = collected(*told, decided=decided)
    return kept.complete(exactly=False), kept.complete(exactly=True)


def closing(at: int, partition: int) -> FreezeChunk:
    return FreezeChunk(at, partition, 0, True, None, None, None)


def test_a_freeze_is_complete_when_every_partition_has_closed_it_in_whatever_order_its_chunks_come() -> None:
    told = [*chunks(T1, 0, [ANN, BEN, CY], 1), *chunks(T1, 1, [ANN], 1)]
    assert complete(*told) == complete(*reversed(told)) == ([T1], [T1])
    for missing in range(len(told)):
        assert complete(*told[:missing], *told[missing + 1 :]) == ([], [])


def test_its_values_are_those_of_all_its_chunks() -> None:
    kept = collected(*chunks(T1, 1, [ANN, BEN, CY], 2), *chunks(T1, 0, [], 5))
    values = kept.values(T1)
    assert sum(chunk.customers for chunk in values) == 3
    assert [list(chunk.frequency or ()) for chunk in values if chunk.customers] == [[1, 2], [5]]
    assert all(chunk.recency is None for chunk in values)


def test_a_partition_that_has_closed_a_later_freeze_has_nothing_to_add_unless_it_was_away() -> None:
    assert complete(closing(T1, 0), closing(T2, 1)) == ([T1], [])
    assert complete(closing(T1, 0), closing(T2, 1), closing(T2, 0)) == ([T1, T2], [T2])


def test_a_chunk_that_comes_again_replaces_itself_and_an_attempt_before_does_not_count() -> None:
    attempt = chunks(T1, 0, [ANN, BEN, CY], 1)[:2]
    again = chunks(T1, 0, [ANN], 1)
    kept = collected(*attempt, *again, *again, closing(T1, 1))
    assert sum(chunk.customers for chunk in kept.values(T1)) == 1


def test_what_is_decided_is_ignored_and_forgotten() -> None:
    assert complete(closing(T1, 0), closing(T1, 1), decided=T1) == ([], [])
    kept = collected(closing(T1, 0), closing(T2, 0), closing(T1, 1), closing(T3, 0), closing(T2, 1))
    kept.forget(T1)
    assert kept.complete(exactly=True) == [T2]


def test_freezes_that_nobody_completes_give_way_to_newer_ones() -> None:
    kept = collected(closing(T1, 0), closing(T2, 0), closing(T3, 0))
    assert kept.shed(3) == []
    assert kept.shed(2) == [T1]
    for at in (T1, T2, T3):
        kept.take(closing(at, 1), 3)
    assert kept.complete(exactly=True) == [T2, T3]


def test_what_open_freezes_need_is_where_reading_begins_next_time() -> None:
    kept = collected(closing(T1, 0), closing(T2, 0), closing(T1, 1))
    assert (kept.needed_from(0, 3), kept.needed_from(T1, 3), kept.needed_from(T2, 3)) == (0, 1, 3)


def test_a_chunk_that_does_not_fit_is_refused() -> None:
    with pytest.raises(Misfit, match="partition 2 of 2"):
        collected(closing(T1, 2))
    with pytest.raises(Misfit, match="different numbers"):
        collected(FreezeChunk(T1, 0, 0, True, None, pack_values([1, 2]), pack_values([1])))
    with pytest.raises(ValueError, match="width"):
        collected(FreezeChunk(T1, 0, 0, True, None, b"?", None))
