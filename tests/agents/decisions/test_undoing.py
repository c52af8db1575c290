"""What refunds and cancellations leave of an order and of what is due."""

from pathlib import Path

import pytest

from tests.agents.stage import Stage
from tests.builders import DAY, T0
from tests.oracle.events import cancellation, order, refund
from tests.oracle.orders import Event


def test_a_cancellation_that_brings_the_decay_forward_is_not_slept_through(tmp_path: Path) -> None:
    stage = Stage(tmp_path / "db")
    for order_id, day in (("1", 0), ("2", 50), ("3", 80)):
        stage.absorb([order(order_id, T0 + day * DAY, 100)])
    stage.pass_time(T0 + 100 * DAY)  # the entry of the first order fires and is written again for the third
    stage.absorb([cancellation("3", T0 + 101 * DAY)])
    stage.pass_time(T0 + 140 * DAY)
    assert stage.row("ann").segment == "loyal"
    stage.pass_time(T0 + 140 * DAY + 1)
    assert stage.row("ann").segment == "needs_attention"
    stage.close()


def test_a_due_that_moved_later_fires_when_it_is_due_and_not_before(tmp_path: Path) -> None:
    stage = Stage(tmp_path / "db")
    stage.absorb([order("1", T0, 100)])
    stage.absorb([order("2", T0 + 50 * DAY, 100)])
    stage.pass_time(T0 + 140 * DAY)
    assert stage.row("ann").segment == "loyal"
    stage.flush()
    stage.pass_time(T0 + 140 * DAY + 1)
    assert stage.row("ann").segment == "needs_attention"
    stage.close()


UNDONE: dict[str, tuple[list[Event], tuple[int, int]]] = {
    "none": ([], (0, 4)),
    "the oldest": ([cancellation("0", T0 + 9)], (1, 4)),
    "the newest": ([refund("r", "4", T0 + 9, 100)], (0, 3)),
    "one between": ([cancellation("2", T0 + 9)], (0, 4)),
    "the two newest": ([cancellation("3", T0 + 8), cancellation("4", T0 + 9)], (0, 2)),
    "all but one": ([cancellation(str(n), T0 + 9) for n in (0, 1, 3, 4)], (2, 2)),
}


@pytest.mark.parametrize("width", [1, 120], ids=["all in the customer row", "some in rows of their own"])
@pytest.mark.parametrize(("undoings", "ends"), UNDONE.values(), ids=UNDONE)
def test_an_undoing_leaves_the_oldest_and_newest_of_those_that_still_count(
    undoings: list[Event], ends: tuple[int, int], width: int, tmp_path: Path
) -> None:
    stage = Stage(tmp_path / "db")
    for number in (2, 0, 1, 3, 4):
        stage.absorb([order(str(number).zfill(width), T0 + number, 100)])
    stage.flush()
    for undoing in undoings:
        stage.absorb([{**undoing, "order_id": undoing["order_id"].zfill(width)}])
    row = stage.row("ann")
    assert (row.first - T0, row.last - T0) == ends
    assert (row.counted, row.frequency) == (5 - len(undoings), 5 - len(undoings))
    stage.close()
