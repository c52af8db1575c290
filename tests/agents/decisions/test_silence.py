"""History before `silent_until`: it moves nobody publicly and pays nothing."""

from dataclasses import replace

from agents.decisions.moves import Move
from agents.decisions.outcomes import rule_of
from agents.decisions.whole_life import Lived, live
from tests.builders import DAY, SEED, T0, fact_of
from tests.oracle.events import order

HISTORY = [fact_of(order(str(day), T0 + day * DAY, 60_000)) for day in (0, 5, 10)]


def lived(silent_until: int) -> Lived:
    return live("ann", HISTORY, replace(SEED, silent_until=silent_until), T0 + 20 * DAY)


def told(life: Lived) -> list[tuple[int, bool, str | None]]:
    return [(one.sequence, one.silent, one.to_segment) for one in life.publications if isinstance(one, Move)]


def test_a_move_before_it_takes_no_number_and_one_at_its_very_instant_is_the_first() -> None:
    assert told(lived(T0 + 5 * DAY)) == [(0, True, "recent"), (1, False, "champions")]
    assert told(lived(T0 + 5 * DAY + 1)) == [(0, True, "recent"), (0, True, "champions")]


def test_what_happened_before_it_is_never_paid() -> None:
    assert [rule_of(one) for one in lived(T0).rewards] == ["welcome", "champion-gift"]
    assert [rule_of(one) for one in lived(T0 + 5 * DAY).rewards] == ["champion-gift"]
    assert lived(T0 + 11 * DAY).rewards == []
