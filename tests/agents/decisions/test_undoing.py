"""What refunds and cancellations leave of an order and of what is due."""

from pathlib import Path

import pytest

from agents.decisions.undoing import net
from schemas.rows import OrderRow
from tests.agents.stage import Stage
from tests.builders import DAY, T0
from tests.oracle.events import cancellation, order


@pytest.mark.parametrize(("refunded", "left"), [(0, 10), (1, 8), (2, 5), (3, 2), (4, 0)])
def test_a_refund_takes_its_share_of_the_base_total_half_to_even(refunded: int, left: int) -> None:
    """7.5 goes up to 8, 2.5 goes down to 2."""
    assert net(OrderRow(T0, 4, "EUR", 10, counted=True, refunded=refunded)) == left


def test_an_order_that_does_not_count_or_has_no_known_amount_is_worth_nothing() -> None:
    assert net(OrderRow(T0, 4, "EUR", 10, counted=False)) is None
    assert net(OrderRow(T0, 4, "EUR", None, counted=True)) is None
    assert net(OrderRow(T0, 0, "EUR", 10, counted=True)) == 10


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
