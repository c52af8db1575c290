"""A true publication and spoiled ones in, exactly the spoiled parts told."""

from typing import Any

import pytest

from .compare import IDENTITY, compare
from .events import order, refund
from .scales import DAY_MS
from .seed import SEED
from .timeline import timeline

T0 = 1_291_191_960_000
EXPECTED = timeline(
    [order("1", T0, 100), refund("r", None, T0 + 1, 50), order("2", T0 + 9, 200)], SEED, T0 + 100 * DAY_MS
)
Record = tuple[str, dict[str, Any]]


def published() -> list[Record]:
    """recent, loyal, needs_attention."""
    moves = EXPECTED["ann"].transitions
    return [("segment.transitioned", {**move, "transition_id": f"t{move['effective_at']}"}) for move in moves]


def retraction(sequence: int, transition_id: str) -> Record:
    named = {"customer_id": "ann", "sequence": sequence, "transition_id": transition_id}
    return "segment.retracted", named


def test_a_true_publication_differs_in_nothing() -> None:
    envelope = {"policy": {"id": "seed", "version": 1}, "late": False, "detected_at": 1, "supersedes": None}
    told = [(kind, {**move, **envelope}) for kind, move in published()]
    assert compare([*told, ("segment.brink", {"customer_id": "ann"})], EXPECTED) == []


def test_missing_and_unexpected_transitions_are_told() -> None:
    first, second, third = published()
    assert compare([first, second], EXPECTED) == [
        f"customer 'ann': missing loyal -> needs_attention at {third[1]['effective_at']}"
    ]
    assert len(compare([], EXPECTED)) == 3
    assert compare([(first[0], {**first[1], "customer_id": "bob"})], {}) == [
        f"customer 'bob': not expected None -> recent at {T0}"
    ]


@pytest.mark.parametrize(
    ("field", "wrong"),
    [("cause", {"type": "decay", "due": "recency"}), ("next", None), ("direction", "down"), ("from_rank", 1.0)],
)
def test_a_wrong_field_is_told(field: str, wrong: object) -> None:
    told = published()
    told[1][1][field] = wrong
    (difference,) = compare(told, EXPECTED)
    assert f"recent -> loyal at {T0 + 9}: {field} is" in difference
    assert compare(told, EXPECTED, fields=IDENTITY) == []


def test_absent_and_unknown_fields_are_told() -> None:
    told = published()
    del told[0][1]["from"]
    told[0][1]["mail"] = "x"
    assert compare(told, EXPECTED) == [
        f"customer 'ann': None -> recent at {T0}: unknown field mail",
        f"customer 'ann': None -> recent at {T0}: from is <absent>, expected None",
    ]


def test_gaps_and_repeats_of_the_sequence_are_told() -> None:
    told = published()
    told[2][1]["sequence"] = 4
    assert compare(told, EXPECTED) == ["customer 'ann': sequence 4 where 3 was due"]
    first, second, third = published()
    twice = compare([first, second, second, third], EXPECTED)
    assert [fault.split(": ")[1].split(" t12")[0] for fault in twice] == [
        "sequence 2 where 3 was due",
        f"published after a move of {T0 + 9}, yet not late",
        "published",
    ]


def test_retracted_transitions_are_taken_off_and_may_come_again() -> None:
    first, second, third = published()
    off: Record = (first[0], {**second[1], "sequence": 2, "transition_id": "off", "effective_at": T0 + 20})
    late: Record = (second[0], {**second[1], "sequence": 4, "late": True})
    last: Record = (third[0], {**third[1], "sequence": 5})
    assert compare([first, off, retraction(3, "off"), late, last], EXPECTED) == []
    assert len(compare([first, off, late, last], EXPECTED)) == 2
    again: Record = (first[0], {**first[1], "sequence": 3, "late": True})
    rest = [(kind, {**move, "sequence": n, "late": True}) for n, (kind, move) in ((4, second), (5, third))]
    assert compare([first, retraction(2, first[1]["transition_id"]), again, *rest], EXPECTED) == []


def test_retracting_what_does_not_stand_is_told() -> None:
    told = [*published(), retraction(4, "nothing")]
    assert compare(told, EXPECTED) == ["customer 'ann': retracted nothing, which does not stand"]


def test_unknown_types_are_told() -> None:
    assert compare([*published(), ("segment.moved", {})], EXPECTED) == ["unknown type 'segment.moved'"]
