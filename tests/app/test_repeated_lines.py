"""What a library repeats is told once a second with its number; our own lines are all told."""

import logging

from app.repeated_lines import WORDINGS, RepeatedLines


class Steady:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def told(lines: RepeatedLines, message: str, *args: object, name: str = "aiokafka.client") -> str | None:
    record = logging.LogRecord(name, logging.ERROR, "", 0, message, args, None)
    return record.getMessage() if lines.filter(record) else None


def test_of_one_wording_a_line_a_second_is_told_with_the_number_left_out() -> None:
    steady = Steady()
    lines = RepeatedLines(("aiokafka",), steady)
    assert told(lines, "Unable connect to node with id %s", 1) == "Unable connect to node with id 1"
    assert [told(lines, "Unable connect to node with id %s", 1) for _ in range(7)] == [None] * 7
    assert told(lines, "Unable to update metadata from %s", [1]) == "Unable to update metadata from [1]"
    steady.now += 1
    assert told(lines, "Unable connect to node with id %s", 1) == "Unable connect to node with id 1 (7 more like it)"
    steady.now += 1
    assert told(lines, "Unable connect to node with id %s", 1) == "Unable connect to node with id 1"


def test_our_own_lines_are_all_told() -> None:
    lines = RepeatedLines(("aiokafka",), Steady())
    for name in ("segue.task", "aiokafkaesque"):
        assert [told(lines, "partition open", name=name) for _ in range(3)] == ["partition open"] * 3


def test_wordings_that_are_all_different_do_not_fill_the_memory() -> None:
    lines = RepeatedLines(("aiokafka",), Steady())
    for number in range(3 * WORDINGS):
        assert told(lines, f"offset {number}") == f"offset {number}"
    assert len(lines._told) <= WORDINGS


def test_a_percent_sign_in_what_was_repeated_is_told_as_it_is() -> None:
    steady = Steady()
    lines = RepeatedLines(("aiokafka",), steady)
    told(lines, "%s full", "100%")
    told(lines, "%s full", "100%")
    steady.now += 1
    assert told(lines, "%s full", "100%") == "100% full (1 more like it)"
