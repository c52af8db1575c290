"""What of a published stream is wrong by itself: numbers, ids, where moves begin, what is taken back."""

from collections.abc import Callable
from typing import Any

import pytest
from msgspec.structs import replace

from app.verifying.published import Change, Numbered, read_published
from app.verifying.sequences import Replay, replay
from schemas.digests import transition_id
from tests.verifying.builders import ANN, move, numbered, record_of, retraction

ONE, TWO, THREE = move(1, None, "recent"), move(2, "recent", "loyal"), move(3, "loyal", "champions")
LATE = move(5, "recent", "champions", at=1_500, late=True, supersedes=TWO.transition_id)


def replayed(*changes: Change, whole: bool = True, linked: bool = True) -> Replay:
    return replay(ANN, map(numbered, changes), whole=whole, linked=linked)


def test_a_sequence_without_gaps_in_which_each_move_begins_where_the_last_ended_is_right() -> None:
    told = replayed(ONE, TWO, THREE)
    assert told.wrong is None
    assert told.standing() == [ONE, TWO, THREE]
    assert (told.first, told.last, told.rewritten) == (1, 3, False)


def test_what_is_taken_back_stands_no_more_and_what_supersedes_it_does() -> None:
    told = replayed(ONE, TWO, THREE, retraction(4, THREE), retraction(5, TWO), replace(LATE, sequence=6))
    assert told.wrong is None
    assert [one.to for one in told.standing()] == ["recent", "champions"]
    assert told.rewritten


WRONG: dict[str, tuple[list[Change], str]] = {
    "a lost record": ([ONE, THREE], "sequence 2 is missing: 3 comes after 1"),
    "a lost first record": ([TWO, THREE], "sequence 1 is missing: 2 comes after nothing"),
    "a doubled record": ([ONE, TWO, TWO], "sequence 2 comes after sequence 2"),
    "records in another order": ([ONE, TWO, THREE, TWO], "sequence 2 comes after sequence 3"),
    "a segment that nobody left": ([ONE, move(2, "loyal", "champions")], "does not begin where (none) to recent"),
    "a move that is no later": ([ONE, move(2, "recent", "loyal", at=1_000)], "is not later than sequence 1"),
    "a segment without its id": ([ONE, replace(TWO, to="at_risk")], "has a transition_id that is not of it"),
    "what never stood is taken back": ([ONE, retraction(2, THREE)], "takes back what does not stand"),
    "what nobody took back is superseded": ([ONE, TWO, replace(LATE, sequence=3)], "was not taken back just before"),
    "a first move from somewhere": ([move(1, "recent", "loyal")], "is the first of all and is no entry"),
    "the same move again": ([ONE, TWO, replace(TWO, sequence=3)], "stands already"),
}


@pytest.mark.parametrize(("changes", "wrong"), WRONG.values(), ids=WRONG)
def test_every_breach_is_named(changes: list[Change], wrong: str) -> None:
    found = replayed(*changes).wrong
    assert found is not None
    assert wrong in found


def test_an_id_of_a_record_that_is_not_of_its_number_is_a_breach() -> None:
    assert replay(ANN, [Numbered("0" * 32, ONE)], whole=True, linked=True).wrong == (
        "sequence 1 has a ce_id that is not of it"
    )


def test_of_a_topic_that_lost_its_beginning_the_first_number_may_be_any() -> None:
    assert replayed(TWO, THREE, whole=False).wrong is None
    assert replayed(TWO, replace(THREE, sequence=4), whole=False).wrong is not None


def test_where_moves_may_be_silent_they_need_not_begin_where_the_last_ended() -> None:
    assert replayed(ONE, move(2, "loyal", "champions"), linked=False).wrong is None


def spoilt(**headers: Any) -> Callable[[], str | None]:
    return lambda: read_published(ANN, [replace(record_of(ONE), **headers)]).wrong


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (spoilt(kind="order_placed"), "is no record of Segue's"),
        (spoilt(value=b"{"), "cannot be read"),
        (spoilt(value=b"{}"), "cannot be read"),
        (lambda: read_published("bob", [record_of(ONE)]).wrong, "of another customer than its key"),
        (lambda: read_published(ANN, [record_of(ONE), record_of(ONE)]).wrong, "came twice"),
    ],
)
def test_a_record_that_is_none_of_segues_or_came_twice_is_named(wrong: Callable[[], str | None], said: str) -> None:
    assert said in (wrong() or "")


def test_a_transition_id_is_that_of_its_content() -> None:
    assert ONE.transition_id == transition_id(ANN, "seed", ONE.effective_at, None, "recent")
