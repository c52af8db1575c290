"""How long a task's next transaction waits, for orders and for what time alone asks."""

from itertools import count

import pytest

from app.runtime.cadence import Cadence
from app.runtime.clocks import Clocks
from app.runtime.pace import Pace
from app.runtime.workplace import Workplace

INTERVAL = 50.0


def paces(*, live: bool = True, clocks: Clocks = Clocks()) -> tuple[Pace, Pace]:  # noqa: B008  # frozen
    """Two tasks of one worker; so long an interval that no test outlasts it."""
    place = Workplace(2, {}, 3, ("freezes",), clocks)
    first, second = (Pace(Cadence(INTERVAL, 100, 5_000), place, partition, live=live) for partition in (0, 1))
    return first, second


def test_alone_time_waits_for_nothing() -> None:
    pace, _ = paces()
    pace.begin(0)
    pace.turned()
    assert pace.wait(0) == 0


def test_the_first_orders_go_at_once_and_later_ones_wait_for_company() -> None:
    pace, _ = paces()
    assert pace.wait(1) == 0
    pace.begin(1)
    assert pace.wait(1) == pytest.approx(INTERVAL, abs=5)


def test_beside_orders_time_keeps_their_pace_but_orders_do_not_wait_for_time() -> None:
    pace, other = paces()
    other.begin(1)
    assert pace.wait(0) == 0, "nothing has been done here yet"
    pace.begin(0)
    pace.turned()
    assert pace.wait(0) == pytest.approx(INTERVAL, abs=5)
    assert pace.wait(1) == 0


def test_when_orders_cease_time_waits_no_more() -> None:
    seconds = count(1.0)
    pace, other = paces(clocks=Clocks(steady=lambda: next(seconds)))
    other.begin(1)
    pace.begin(0)
    pace.turned()
    assert pace.wait(0) == 0


def test_in_a_replay_time_never_waits() -> None:
    pace, other = paces(live=False)
    other.begin(1)
    pace.begin(0)
    pace.turned()
    assert pace.wait(0) == 0
