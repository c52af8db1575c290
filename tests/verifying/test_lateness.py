"""Which facts may have been late for what was published: only of whom none was, every field is compared."""

from app.verifying.entries import Taken
from app.verifying.lateness import AHEAD, ANCIENT, ERASED, SKEW_MS, Punctuality, acting, punctuality
from schemas.facts import Fact
from schemas.transitions import Cause, SegmentTransitioned
from tests.agents.small_policies import LADDER, by_rule, small
from tests.builders import DAY, T0, fact_of
from tests.oracle.events import engaged, erasure, order, profile
from tests.verifying.builders import move

POLICY = small(LADDER)
DECAYED = move(2, "fresh", "fading", at=30 * DAY, cause=Cause(type="decay", due="recency"))


def taken(fact: Fact, recorded: int | None = None) -> Taken:
    at = int(fact.occurred_at)
    stamp = at if recorded is None else recorded
    return Taken(stamp, at > stamp, fact)


def ordered(number: int, at: int, recorded: int | None = None) -> Taken:
    return taken(fact_of(order(str(number), T0 + at, 1)), None if recorded is None else T0 + recorded)


def judged(*facts: Taken, moves: tuple[SegmentTransitioned, ...] = (), until: int = 400 * DAY) -> Punctuality:
    return punctuality(facts, moves, T0 + until, POLICY)


def test_facts_in_the_order_of_their_instants_are_in_time() -> None:
    assert judged(ordered(1, 0), ordered(2, DAY, DAY + 50), moves=(DECAYED,)) == (True, ())


def test_a_fact_behind_a_later_one_was_late() -> None:
    assert not judged(ordered(1, DAY), ordered(2, 0, DAY)).in_time


def test_a_fact_was_late_if_time_moved_her_between_its_instant_and_its_record() -> None:
    assert not judged(ordered(1, 0), ordered(2, 30 * DAY - 1, 30 * DAY), moves=(DECAYED,)).in_time
    assert judged(ordered(1, 0), ordered(2, 30 * DAY - 2, 30 * DAY - 1), moves=(DECAYED,)).in_time


def test_two_facts_of_one_instant_are_in_time_unless_she_moved_at_it() -> None:
    assert judged(ordered(1, 5), ordered(2, 5)).in_time
    assert not judged(ordered(1, 1_000), ordered(2, 1_000), moves=(move(1, None, "fresh"),)).in_time


def test_what_lies_close_together_on_two_topics_may_have_been_taken_in_either_order() -> None:
    near, far = (taken(fact_of(erasure("x", T0 + after))) for after in (SKEW_MS - 1, SKEW_MS))
    assert judged(ordered(1, 0), near) == (False, (ERASED,))
    assert judged(ordered(1, 0), far) == (True, ())


def test_a_fact_older_than_the_horizon_and_a_late_erasure_excuse_a_difference() -> None:
    assert judged(ordered(1, 91 * DAY), ordered(2, 0, 91 * DAY)).excuses == (ANCIENT,)
    assert judged(ordered(1, 1), taken(fact_of(erasure("x", T0)), T0 + DAY)).excuses == (ERASED,)


def test_a_fact_ahead_of_the_clock_excuses_a_difference_until_the_clock_has_come_to_it() -> None:
    early = ordered(1, 60_000, 0)
    assert judged(early, until=59_999).excuses == (AHEAD,)
    assert judged(early, until=60_000).excuses == ()


def test_what_came_again_and_what_moves_nobody_does_not_act() -> None:
    again = ordered(1, DAY)
    facts = [ordered(1, 0), again, taken(fact_of(profile("p", T0))), taken(fact_of(engaged("e", T0)))]
    assert acting(facts, POLICY) == [facts[0]]
    acts = by_rule("engaged: {max: 30d}", "engagement: {kinds: [review_posted]}\n")
    assert acting(facts, acts) == [facts[0], facts[3]]
