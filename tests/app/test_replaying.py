"""Which dead letters go back, where to and with what; and which are refused, and why."""

from dataclasses import replace

import pytest

from agents.dead_letters import dead_letter
from app.dlq.letter import DeadLetter, Place, chosen, read_letter
from app.dlq.replaying import Refusal, Replay, decide
from schemas.rejections import Rejected
from tests.builders import T0, TOPICS, Rec

INPUTS = {TOPICS.orders: 12}
ANN_HOME = 2
"""Where Java's default partitioner puts "ann", of 12 partitions."""
ORIGINAL = Rec(b"{}", b"ann", T0, TOPICS.orders, 3, 42, [("trace", b"\xff"), ("trace", b"again")])


def letter(original: Rec = ORIGINAL) -> DeadLetter:
    """Reject a record, and read its dead letter as it lies in the topic."""
    out = dead_letter(original, Rejected("wrong_partition", "$", "astray"), TOPICS.dead_letters)
    return read_letter(Rec(out.value, out.key, out.timestamp or 0, out.topic, 1, 5, out.headers))


def returned(dead: DeadLetter, original: Rec | None = None, again: int = 2) -> Replay:
    back = decide(dead, original, INPUTS, again)
    assert isinstance(back, Replay), back
    return back


def refused(dead: DeadLetter, original: Rec | None = None, again: int = 2) -> str:
    refusal = decide(dead, original, INPUTS, again)
    assert isinstance(refusal, Refusal), refusal
    assert (refusal.partition, refusal.offset) == (1, 5)
    return refusal.reason


def test_a_letter_tells_what_it_was_and_where_it_stood() -> None:
    dead = letter()
    assert (dead.code, dead.origin, dead.attempt) == ("wrong_partition", Place(TOPICS.orders, 3, 42), 1)
    assert chosen("wrong_partition", TOPICS.orders, (1, 5))(dead)
    assert not chosen("undecodable")(dead)
    assert not chosen(topic="another")(dead)
    assert not chosen(place=(1, 6))(dead)


def test_the_original_goes_home_as_it_was_with_one_header_more() -> None:
    back = returned(letter())
    assert (back.topic, back.key, back.value, back.timestamp) == (TOPICS.orders, b"ann", b"{}", T0)
    assert back.headers == [("trace", b"\xff"), ("trace", b"again"), ("segue.dlq.attempt", b"1")]
    assert back.partition == ANN_HOME


def test_without_a_key_it_goes_where_it_came_from() -> None:
    assert returned(letter(replace(ORIGINAL, key=None))).partition == 3
    assert "no longer has partition 12" in refused(letter(replace(ORIGINAL, key=None, partition=12)))


def test_rejected_again_it_is_refused_until_more_attempts_are_allowed() -> None:
    back = returned(letter())
    second = letter(replace(ORIGINAL, headers=back.headers))
    assert second.attempt == 2
    assert "--again 3" in refused(second)
    third = returned(second, again=3)
    assert third.headers == [("trace", b"\xff"), ("trace", b"again"), ("segue.dlq.attempt", b"2")]


def test_only_inputs_of_the_deployment_are_written() -> None:
    assert "not come from an input" in refused(letter(replace(ORIGINAL, topic="payments")))


@pytest.mark.parametrize("headers", [[], [("__streams.errors.topic", TOPICS.orders.encode())]])
def test_a_record_that_is_no_dead_letter_of_ours_is_refused(headers: list[tuple[str, bytes]]) -> None:
    foreign = read_letter(Rec(b"x", b"ann", T0, TOPICS.dead_letters, 1, 5, headers))
    assert foreign.origin is None
    assert "not come from an input" in refused(foreign)


def test_a_letter_by_reference_needs_its_original() -> None:
    large = replace(ORIGINAL, value=b" " * 600_000)
    dead = letter(large)
    assert dead.by_reference
    assert dead.value is None
    assert "no longer has offset 42" in refused(dead)
    back = returned(dead, large)
    assert (back.value, back.partition) == (large.value, ANN_HOME)
