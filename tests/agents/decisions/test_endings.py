"""Facts in, their endings out: what is counted as duplicate, conflict, waiting, void."""

from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from agents.decisions.endings import Ending
from tests.agents.stage import Stage
from tests.builders import T0
from tests.oracle.events import cancellation, money, order, refund
from tests.oracle.orders import Event

ORDER, EURO = order("1", T0, 100), order("e", T0, 100, "EUR", base_total=money(80))
REFUND = refund("r", "1", T0 + 1, 40)
CASES: dict[str, tuple[list[Event], list[str]]] = {
    "the same order": ([ORDER, ORDER], ["applied", "duplicate"]),
    "the same with another event id": ([ORDER, order("1", T0, 100, event_id="x")], ["applied", "duplicate"]),
    "another amount": ([ORDER, order("1", T0, 101)], ["applied", "conflicting"]),
    "another time": ([ORDER, order("1", T0 + 1, 100)], ["applied", "conflicting"]),
    "another currency": ([ORDER, order("1", T0, 100, "EUR")], ["applied", "conflicting"]),
    "the same foreign order": ([EURO, EURO], ["applied", "duplicate"]),
    "another base": ([EURO, order("e", T0, 100, "EUR", base_total=money(81))], ["applied", "conflicting"]),
    "base lost": ([EURO, order("e", T0, 100, "EUR")], ["applied", "conflicting"]),
    "foreign without base": ([order("e", T0, 100, "EUR")], ["unpriced"]),
    "the same refund": (
        [ORDER, REFUND, refund("r", "1", T0 + 1, 40, event_id="x")],
        ["applied", "applied", "duplicate"],
    ),
    "refund of more": ([ORDER, REFUND, refund("r", "1", T0 + 1, 41)], ["applied", "applied", "conflicting"]),
    "refund of another": ([ORDER, REFUND, refund("r", None, T0 + 1, 40)], ["applied", "applied", "conflicting"]),
    "refund too large": ([ORDER, refund("r", "1", T0 + 1, 101)], ["applied", "excessive"]),
    "in another currency": ([ORDER, refund("r", "1", T0 + 1, 0, amount=money(1, "EUR"))], ["applied", "foreign"]),
    "free and foreign": ([refund("r", None, T0, 0, amount=money(1, "EUR"))], ["unpriced"]),
    "early refund": ([refund("r", "1", T0, 40), ORDER], ["waiting", "applied"]),
    "early refund twice": ([refund("r", "1", T0, 40), refund("r", "1", T0, 40)], ["waiting", "duplicate"]),
    "early cancellation twice": ([cancellation("1", T0), cancellation("1", T0)], ["waiting", "duplicate"]),
    "early cancellations": ([cancellation("1", T0), cancellation("1", T0 + 1)], ["waiting", "conflicting"]),
    "cancelled twice": ([ORDER, cancellation("1", T0), cancellation("1", T0)], ["applied", "applied", "duplicate"]),
    "refund of a cancelled": ([ORDER, cancellation("1", T0 + 1), REFUND], ["applied", "applied", "void"]),
    "order after its cancellation": ([cancellation("1", T0), ORDER, ORDER], ["waiting", "applied", "duplicate"]),
}


def endings(path: Path, slices: list[list[Event]]) -> list[Ending]:
    stage = Stage(path)
    for events in slices:
        stage.absorb(events)
        stage.flush()
    stage.close()
    return [ending for tally in stage.tallies for ending in tally.endings]


@pytest.mark.parametrize(("events", "ends"), CASES.values(), ids=CASES)
def test_a_fact_ends_once_and_alike_in_one_slice_and_in_many(
    events: list[Event], ends: list[str], tmp_path: Path
) -> None:
    """In one slice repetitions are told first, for facts act in the order of their instants."""
    expected = [Ending(end) for end in ends]
    assert Counter(endings(tmp_path / "one", [events])) == Counter(expected)
    assert endings(tmp_path / "many", [[event] for event in events]) == expected


def test_a_repetition_alone_writes_and_publishes_nothing(tmp_path: Path) -> None:
    stage = Stage(tmp_path / "db", standings=True)
    stage.absorb([ORDER, REFUND])
    sent, position = len(stage.outgoing), stage.table.position
    stage.absorb([ORDER, order("1", T0 + 5, 7), REFUND])
    assert (len(stage.outgoing), stage.table.position) == (sent, position)
    stage.close()


def test_entering_and_leaving_segments_is_counted(tmp_path: Path) -> None:
    def entered(*events: Any) -> dict[str, int]:
        stage.absorb(events)
        return {name: count for name, count in stage.tallies[-1].entered.items() if count}

    stage = Stage(tmp_path / "db")
    assert entered(refund("r", "9", T0, 1)) == {"": 1}
    assert entered(ORDER) == {"recent": 1, "": -1}
    assert entered(order("2", T0 + 1, 1)) == {"loyal": 1, "recent": -1}
    assert entered(order("1", T0, 100, customer_id="bob")) == {"recent": 1}
    assert entered(order("3", T0 + 2, 1)) == {}
    stage.close()
