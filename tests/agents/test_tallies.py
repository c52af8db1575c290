"""What a transaction tells metrics of the lives it has changed."""

from collections import Counter

from tests.agents.conftest import Open
from tests.agents.small_policies import LADDER, small
from tests.builders import DAY, T0
from tests.oracle.events import order

DUE = T0 + 30 * DAY + 1


def test_moves_are_counted_by_way_and_cause_and_decays_by_their_instants(opened: Open) -> None:
    stage = opened(small(LADDER))
    stage.absorb([order("1", T0, 100)])
    assert stage.tallies[-1].moved == Counter({(None, "fresh", "entry", "order"): 1})
    stage.pass_time(DUE)
    assert stage.tallies[-1].moved == Counter({("fresh", "fading", "down", "decay"): 1})
    assert stage.tallies[-1].decayed_at == [DUE]


def test_retractions_are_counted_and_a_late_decay_was_not_waited_for(opened: Open) -> None:
    stage = opened(small(LADDER))
    stage.absorb([order("1", T0, 100)])
    stage.pass_time(T0 + 60 * DAY + 1)
    stage.absorb([order("2", T0 + 10 * DAY, 100)])
    tally = stage.tallies[-1]
    assert (tally.late, tally.ancient, tally.retracted) == (1, 0, 2)
    assert tally.moved == Counter({("fresh", "fading", "down", "decay"): 1})
    assert tally.decayed_at == []
    assert tally.entered == Counter({"gone": -1, "fading": 1})


def test_announcements_and_clearings_are_counted(opened: Open) -> None:
    stage = opened(small(LADDER, "brink: [14d, 3d]\n"))
    stage.absorb([order("1", T0, 100)])
    for lead in (14, 3):
        stage.pass_time(DUE - lead * DAY)
        assert stage.tallies[-1].brinks == Counter(announced=1)
    stage.absorb([order("2", DUE - DAY, 100)])
    assert stage.tallies[-1].brinks == Counter(cleared=1)


def test_silent_moves_are_not_counted_but_customers_are(opened: Open) -> None:
    stage = opened(small(LADDER, "silent_until: 2011-06-01T00:00:00Z\n"))
    stage.absorb([order("1", T0, 100)])
    assert (stage.tallies[-1].moved, stage.tallies[-1].entered) == (Counter(), Counter(fresh=1))
