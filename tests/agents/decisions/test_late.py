"""Late facts, by hand: what is taken back, what is told instead, and what stands as it stood."""

from typing import Any

import pytest

from schemas.policy import Policy
from tests.agents.conftest import Open
from tests.agents.small_policies import LADDER, SPENT, small
from tests.agents.stage import Stage, payload
from tests.agents.telling import Told, told
from tests.builders import DAY, T0, TOPICS
from tests.oracle.events import cancellation, order
from tests.oracle.orders import Event

STEPS = small(LADDER)
MONEY = small(SPENT)


def at(days: int) -> int:
    """The first millisecond after some days."""
    return T0 + days * DAY + 1


def grown_old(opened: Open, policy: Policy, *orders: Event) -> Stage:
    """Somebody who orders at T0, grows old, and perhaps orders again."""
    stage = opened(policy)
    stage.absorb([order("1", T0, 100)])
    stage.pass_time(at(60))
    for one in orders:
        stage.absorb([one])
    return stage


OLD: list[Told] = [
    ("moved", T0, None, "fresh", "o-1"),
    ("moved", at(30), "fresh", "fading", "recency"),
    ("moved", at(60), "fading", "gone", "recency"),
]


def numbered(stage: Stage) -> list[tuple[Any, ...]]:
    """Give sequence, late, and what is superseded, of everything told."""
    return [(event["sequence"], event.get("late"), event.get("supersedes")) for _, event in stage.published()]


def ids(stage: Stage) -> list[str]:
    return [event["transition_id"] for _, event in stage.published()]


def test_what_is_not_on_the_timeline_any_more_is_retracted_newest_first_and_then_told_anew(opened: Open) -> None:
    stage = grown_old(opened, STEPS)
    assert told(stage) == OLD
    stage.absorb([order("2", T0 + 10 * DAY, 100)])
    assert told(stage)[3:] == [
        ("retracted", at(60), "fading", "gone", "o-2"),
        ("retracted", at(30), "fresh", "fading", "o-2"),
        ("moved", at(40), "fresh", "fading", "recency"),
    ]
    assert numbered(stage)[3:] == [(4, None, None), (5, None, None), (6, True, ids(stage)[1])]
    assert ids(stage)[3:5] == [ids(stage)[2], ids(stage)[1]], "a retraction names what it takes back"
    stage.pass_time(at(70))
    assert told(stage)[6:] == [("moved", at(70), "fading", "gone", "recency")]
    assert numbered(stage)[6:] == [(7, False, None)]


def test_only_the_first_of_the_new_moves_supersedes_and_what_stands_is_not_told_again(opened: Open) -> None:
    stage = grown_old(opened, STEPS, order("3", T0 + 100 * DAY, 100))
    stage.absorb([order("2", T0 + 10 * DAY, 100)])
    assert told(stage)[4:] == [
        ("retracted", at(60), "fading", "gone", "o-2"),
        ("retracted", at(30), "fresh", "fading", "o-2"),
        ("moved", at(40), "fresh", "fading", "recency"),
        ("moved", at(70), "fading", "gone", "recency"),
    ]
    assert numbered(stage)[6:] == [(7, True, ids(stage)[1]), (8, True, None)]
    assert stage.row("ann").moved_at == T0 + 100 * DAY


def test_a_late_fact_that_moves_nobody_says_nothing(opened: Open) -> None:
    stage = opened(MONEY)
    stage.absorb([order("1", T0, 6_000), order("2", T0 + 10, 6_000)])
    before = told(stage)
    stage.absorb([order("3", T0 + 5, 100)])
    assert told(stage) == before
    assert (stage.tallies[-1].late, stage.row("ann").monetary) == (1, 12_100)


def test_a_move_that_comes_earlier_replaces_the_one_that_was_told(opened: Open) -> None:
    stage = opened(MONEY)
    stage.absorb([order("1", T0, 6_000), order("2", T0 + 10, 6_000)])
    stage.absorb([order("3", T0 + 5, 4_000)])
    assert told(stage)[2:] == [
        ("retracted", T0 + 10, "middle", "big", "o-3"),
        ("moved", T0 + 5, "middle", "big", "o-3"),
    ]


def test_an_entry_can_come_earlier_too(opened: Open) -> None:
    stage = opened(STEPS)
    stage.absorb([order("1", T0, 100)])
    stage.absorb([order("2", T0 - 5, 100)])
    assert told(stage)[1:] == [("retracted", T0, None, "fresh", "o-2"), ("moved", T0 - 5, None, "fresh", "o-2")]
    assert numbered(stage)[2:] == [(3, True, ids(stage)[0])]
    assert (stage.row("ann").first, stage.row("ann").last) == (T0 - 5, T0)


def test_of_several_late_facts_the_last_explains_the_retractions(opened: Open) -> None:
    stage = grown_old(opened, STEPS)
    stage.absorb([order("2", T0 + 10 * DAY, 100), order("3", T0 + 5 * DAY, 100)])
    assert [line[-1] for line in told(stage)[3:5]] == ["o-2", "o-2"]
    assert stage.tallies[-1].late == 2


def test_facts_of_one_millisecond_are_judged_together_in_however_many_slices(opened: Open) -> None:
    stage = opened(MONEY)
    stage.absorb([order("1", T0, 6_000)])
    stage.absorb([order("2", T0, 6_000)])
    assert told(stage) == [
        ("moved", T0, None, "middle", "o-1"),
        ("retracted", T0, None, "middle", "o-2"),
        ("moved", T0, None, "big", "o-2"),
    ]
    stage.absorb([order("3", T0 + 1, 100)])
    stage.absorb([order("4", T0 + 1, 100)])
    assert len(told(stage)) == 3
    assert (stage.row("ann").frequency, stage.tallies[-1].late) == (4, 0), "no move was in that millisecond"


def test_silent_moves_are_neither_retracted_nor_told(opened: Open) -> None:
    """2011-01-15 lies between her first and her second decay."""
    stage = grown_old(opened, small(LADDER, "silent_until: 2011-01-15T00:00:00Z\n"))
    assert told(stage) == OLD[2:]
    stage.absorb([order("2", T0 + 10 * DAY, 100)])
    assert told(stage)[1:] == [("retracted", at(60), "fading", "gone", "o-2")]
    stage.pass_time(at(70))
    assert told(stage)[2:] == [("moved", at(70), "fading", "gone", "recency")]
    assert [number for number, *_ in numbered(stage)] == [1, 2, 3]


def test_what_is_beyond_the_horizon_acts_from_now_on_and_takes_nothing_back(opened: Open) -> None:
    stage = opened(small(SPENT, "late: {horizon: 90d}\n"))
    stage.absorb([order("1", T0 + 200 * DAY, 6_000)])
    stage.absorb([order("2", T0 + 109 * DAY, 6_000)])
    acted = T0 + 200 * DAY + 1
    assert told(stage) == [
        ("moved", T0 + 200 * DAY, None, "middle", "o-1"),
        ("moved", acted, "middle", "big", "o-2"),
    ]
    assert numbered(stage)[1] == (2, False, None)
    assert (stage.tallies[-1].late, stage.tallies[-1].ancient, stage.tallies[-1].retracted) == (1, 1, 0)
    assert (stage.row("ann").first, stage.row("ann").last) == (T0 + 109 * DAY, T0 + 200 * DAY)
    stage.absorb([order("3", T0 + 200 * DAY - 5, 1)])
    assert told(stage)[2:] == [
        ("retracted", T0 + 200 * DAY, None, "middle", "o-3"),
        ("moved", T0 + 200 * DAY - 5, None, "small", "o-3"),
        ("moved", T0 + 200 * DAY, "small", "middle", "o-1"),
    ], "it still acts where it acted"


REWARDED = LADDER + "rewards: [{id: sorry, on: {transition: {to: fading}}, give: {kind: points, points: 1}}]\n"


@pytest.mark.parametrize(("again", "paid"), [(False, [at(30), at(40)]), (True, [at(30)])])
def test_of_late_moves_only_the_one_to_where_she_is_now_is_rewarded(
    opened: Open, *, again: bool, paid: list[int]
) -> None:
    """Unless she has ordered since, she is fading; then it is over, and nobody is sorry."""
    more = [order("3", T0 + 100 * DAY, 100)] if again else []
    stage = grown_old(opened, small(REWARDED), *more)
    stage.absorb([order("2", T0 + 10 * DAY, 100)])
    assert rewarded(stage) == paid


def test_a_move_that_is_told_again_is_not_paid_again(opened: Open) -> None:
    stage = grown_old(opened, small(REWARDED))
    stage.absorb([order("2", T0 + 5 * DAY, 100), order("3", T0 + 15 * DAY, 100)])
    stage.absorb([cancellation(number, T0 + 15 * DAY + 1) for number in ("2", "3")])
    assert told(stage)[-2:] == OLD[1:], "the cancellations put her back"
    assert rewarded(stage) == [at(30), at(45)]


def rewarded(stage: Stage) -> list[int]:
    return [payload(out)["effective_at"] for out in stage.outgoing if out.topic == TOPICS.rewards]
