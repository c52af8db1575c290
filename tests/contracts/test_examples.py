"""The examples of the outputs, held against what the members are said to mean: they are read before any text."""

from typing import Any, Final

import pytest

from schemas.digests import digest, transition_id
from tests.contracts.contract import OUTPUTS, schema

SEGMENTS: Final = ("champions", "loyal", "recent", "needs_attention", "at_risk", "inactive")
"""Those of the policy that the examples speak of, the best first."""


def of(name: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = schema(name)["examples"]
    return found


def rank(segment: str | None) -> int | None:
    return None if segment is None else SEGMENTS.index(segment) + 1


def direction(one: dict[str, Any]) -> str:
    if one["from"] is None or one["to"] is None:
        return "entry" if one["from"] is None else "exit"
    return "up" if one["to_rank"] < one["from_rank"] else "down" if one["to_rank"] > one["from_rank"] else "lateral"


def ages(before: dict[str, Any], after: dict[str, Any], age: str) -> bool:
    """Tell whether an age went on by a millisecond, or a fact set it."""
    return after[age] in {None, 0} or after[age] == before[age] + 1


@pytest.mark.parametrize("name", ["segment.transitioned", "segment.retracted"])
def test_a_move_has_the_id_that_derives_from_it(name: str) -> None:
    for one in of(name):
        move = (one["customer_id"], one["policy"]["id"], one["effective_at"], one["from"], one["to"])
        assert one["transition_id"] == transition_id(*move)


@pytest.mark.parametrize("name", ["segment.brink", "segment.brink_cleared"])
def test_a_brink_has_the_id_that_derives_from_it(name: str) -> None:
    for one in of(name):
        assert one["brink_id"] == digest(
            f"{one['customer_id']}\0brink\0{one['policy']['id']}\0{one['due_at']}\0{one['to']}"
        )


@pytest.mark.parametrize("name", ["segment.transitioned", "segment.brink"])
def test_the_ranks_are_those_of_the_segments(name: str) -> None:
    for one in of(name):
        assert (one["from_rank"], one["to_rank"]) == (rank(one["from"]), rank(one["to"]))


def test_a_move_goes_where_its_ranks_say_and_the_next_one_lies_ahead() -> None:
    for one in of("segment.transitioned"):
        assert one["direction"] == direction(one)
        assert one["next"] is None or one["next"]["at"] > one["effective_at"]
        assert one["late"] or one["supersedes"] is None


def test_a_retraction_comes_right_before_the_late_move_that_supersedes() -> None:
    (late,) = (one for one in of("segment.transitioned") if one["late"])
    (taken_back,) = of("segment.retracted")
    assert (late["customer_id"], late["cause"]) == (taken_back["customer_id"], taken_back["cause"])
    assert (late["supersedes"], late["sequence"]) == (taken_back["transition_id"], taken_back["sequence"] + 1)


def test_a_brink_lies_its_lead_ahead_of_a_move_down_and_is_cleared_under_its_id() -> None:
    (brink,) = of("segment.brink")
    assert brink["effective_at"] + brink["lead_ms"] == brink["due_at"]
    assert brink["to_rank"] > brink["from_rank"]
    (cleared,) = of("segment.brink_cleared")
    assert brink["effective_at"] < cleared["effective_at"] < brink["due_at"]
    assert all(cleared[key] == brink[key] for key in ("brink_id", "customer_id", "due_at", "from", "to"))


def test_scores_that_changed_are_others() -> None:
    for one in of("segment.scores_changed"):
        assert any(one["before"][score] != one["after"][score] for score in "rfm")


@pytest.mark.parametrize("name", ["segment.transitioned", "segment.scores_changed"])
def test_the_ages_before_are_those_of_the_millisecond_before(name: str) -> None:
    for one in of(name):
        assert ages(one["before"], one["after"], "recency_ms")
        assert ages(one["before"], one["after"], "tenure_ms")


def test_a_minimum_stay_ends_with_the_move_that_it_held() -> None:
    (standing,) = (one for one in of("customer.segment") if one["held_until"] is not None)
    (move,) = (one for one in of("segment.transitioned") if one["cause"].get("due") == "dwell")
    assert (move["from"], move["to"]) == (standing["segment"], standing["due_segment"])
    assert (move["effective_at"], move["sequence"]) == (standing["held_until"], standing["sequence"] + 1)
    assert standing["next"] == {"at": move["effective_at"], "to": move["to"]}


@pytest.mark.parametrize("name", OUTPUTS)
def test_nothing_is_seen_before_it_is(name: str) -> None:
    assert all(one["detected_at"] >= one["effective_at"] for one in of(name) if "detected_at" in one)
