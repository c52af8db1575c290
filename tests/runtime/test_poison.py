"""A partition with records that cannot be decided: what the task takes, sets aside, and when it goes on as before."""

from collections.abc import Collection

from hypothesis import given
from hypothesis import strategies as st

from agents.run import Record
from app.runtime.intake import Batch
from app.runtime.poison import PATIENCE, Poison
from tests.builders import Rec

TOPIC = "orders"


def batch(start: int, end: int) -> Batch:
    records: list[Record] = [Rec(topic=TOPIC, offset=offset) for offset in range(start, end)]
    return Batch(records, {TOPIC: end}, {})


def test_records_are_taken_one_by_one_from_the_third_failure_at_one_position_on() -> None:
    poison = Poison()
    for _ in range(PATIENCE):
        assert not poison.alone
        poison.failed(batch(0, 10), "KeyError")
    assert poison.alone
    assert poison.condemned is None, "nobody has failed alone"


def test_a_commit_between_failures_makes_them_failures_at_other_positions() -> None:
    poison = Poison()
    for start in range(10):
        poison.failed(batch(start, 10), "KeyError")
        poison.passed(batch(start, start + 1))
    assert not poison.alone


def test_the_record_that_fails_alone_is_condemned_and_no_other() -> None:
    poison = suspicious(batch(0, 10))
    poison.passed(batch(0, 1))
    poison.failed(batch(1, 2), "KeyError")
    assert poison.condemned == (TOPIC, 1)
    assert poison.reason == "KeyError"
    assert [offset for offset in range(10) if poison.condemns(Rec(topic=TOPIC, offset=offset))] == [1]
    assert not poison.condemns(Rec(topic="another", offset=1))


def test_whole_batches_are_taken_again_once_the_poison_is_set_aside() -> None:
    poison = suspicious(batch(0, 10))
    poison.failed(batch(0, 1), "KeyError")
    poison.passed(batch(0, 1))
    assert not poison.alone
    assert poison.condemned is None


def test_one_failure_is_enough_while_suspects_of_the_batch_are_left() -> None:
    poison = suspicious(batch(0, 10))
    poison.failed(batch(0, 1), "KeyError")
    poison.passed(batch(0, 1))
    poison.failed(batch(1, 11), "KeyError")
    assert poison.alone


def test_when_no_suspect_fails_alone_whole_batches_are_taken_again_behind_them() -> None:
    poison = suspicious(batch(0, 3))
    poison.passed(batch(0, 1))
    poison.passed(batch(1, 2))
    assert poison.alone
    poison.passed(batch(2, 3))
    assert not poison.alone
    poison.failed(batch(3, 13), "KeyError")
    assert not poison.alone, "new records have the patience of all"


@given(st.sets(st.integers(0, 59)), st.integers(1, 20))
def test_exactly_the_poisoned_records_are_set_aside_in_bounded_tries(poisoned: Collection[int], size: int) -> None:
    poison, position, aside, failures = Poison(), 0, list[int](), 0
    while position < 60:
        taken = batch(position, position + 1 if poison.alone else min(60, position + size))
        first = taken.records[0]
        if poison.condemns(first):
            aside.append(first.offset)
        elif any(record.offset in poisoned for record in taken.records):
            poison.failed(taken, "KeyError")
            failures += 1
            continue
        poison.passed(taken)
        position = taken.positions[TOPIC]
    assert aside == sorted(poisoned)
    assert failures <= (PATIENCE + 1) * len(poisoned)


def suspicious(failing: Batch) -> Poison:
    """Fail a batch until its records are taken alone."""
    poison = Poison()
    for _ in range(PATIENCE):
        poison.failed(failing, "KeyError")
    assert poison.alone
    return poison
