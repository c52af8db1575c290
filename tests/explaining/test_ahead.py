"""The way through silence: what is told to come is what comes, move by move, with every announcement."""

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from agents.decisions.in_force import InForce
from agents.decisions.moves import Brink, Move
from agents.decisions.whole_life import live
from app.runtime.errors import SegueError
from tests.agents.policies import Both, policies
from tests.agents.whole_histories import whole_histories
from tests.builders import DAY, T0, fact_of
from tests.explaining.stage import explained, policy_of
from tests.oracle.events import order
from tests.oracle.orders import Event


def test_the_way_down_is_told_to_its_end() -> None:
    """A bound of `max: 90d` ends at 90 days and 1 ms; a window of 120 days too."""
    policy = policy_of("""
window: 120d
brink: [7d]
segments:
  - {id: best, when: {frequency: {min: 2}, recency: {max: 90d}}}
  - {id: good, when: {frequency: {min: 1}}}
  - {id: gone, otherwise: true}
""")
    told = explained([order("a", T0, 100), order("b", T0 + DAY, 100)], T0 + 2 * DAY, policy)
    moves = [(one.to_segment, one.effective_at - T0, one.cause.due) for one in told.ahead if isinstance(one, Move)]
    assert moves == [("good", 91 * DAY + 1, "recency"), ("gone", 121 * DAY + 1, "window")]
    brinks = [(one.to, one.effective_at - T0) for one in told.ahead if isinstance(one, Brink)]
    assert brinks == [("good", 84 * DAY + 1), ("gone", 114 * DAY + 1)]


@st.composite
def cases(draw: st.DrawFn) -> tuple[list[Event], Both, int]:
    """What ann did, under any policy, and an instant in it or a day later."""
    moments = draw(whole_histories(steps=8))
    events = [event for moment in moments for event in moment.events if event["customer_id"] == "ann"]
    both = draw(policies(drifting=draw(st.booleans())))
    instant = draw(st.sampled_from([int(event["occurred_at"]) for event in events])) + draw(st.sampled_from([0, DAY]))
    return events, both, instant


@settings(max_examples=80, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(cases())
def test_every_move_ahead_is_the_next_one_after_the_one_before(case: tuple[list[Event], Both, int]) -> None:
    events, both, as_of = case
    facts = [fact for fact in map(fact_of, events) if fact.occurred_at <= as_of]
    try:
        told = explained(events, as_of, both.ours, both.cut_points)
    except SegueError as error:  # of a customer whom nothing is known of
        assert "was erased at" in str(error)  # noqa: PT017  # whether there is anything to tell depends on the case
        return
    in_force = InForce(both.ours, [one for one in both.cut_points if one.effective_at <= as_of])
    stands = told.lived.standing
    for move in told.ahead:
        if isinstance(move, Move):
            assert stands.next is not None
            assert (stands.next.at, stands.next.to) == (move.effective_at, move.to_segment)
            assert stands.segment == move.from_segment
            stands = live("ann", facts, in_force, move.effective_at).standing
    assert stands.next is None
