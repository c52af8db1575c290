"""The first difference between what was published and what the input brings."""

from msgspec.structs import replace

from app.verifying.comparing import compare_moves, compare_rewards, unfounded
from schemas.digests import reward_id
from schemas.measures import Measures
from schemas.rewards import Points, RewardCause, RewardGranted
from tests.builders import T0
from tests.verifying.builders import ANN, SEED_REF, move

ONE, TWO, THREE = move(1, None, "recent"), move(2, "recent", "loyal"), move(3, "loyal", "champions")
RICHER = replace(TWO, after=Measures(None, None, 0, None, 100, None, None, None))
PLACED = RewardCause(type="order", event_id="o-1")


def granted(
    rule: str, occasion: str, *, transition_id: str | None = None, cause: RewardCause = PLACED
) -> RewardGranted:
    return RewardGranted(
        cause=cause,
        customer_id=ANN,
        detected_at=1,
        effective_at=T0,
        expires_at=None,
        give=Points(100),
        policy=SEED_REF,
        reward_id=reward_id(ANN, rule, occasion),
        rule=rule,
        transition_id=transition_id,
    )


WELCOME = granted("welcome", "first_order")
GIFT = granted("gift", TWO.transition_id, transition_id=TWO.transition_id)


def test_timelines_that_differ_only_in_when_they_were_detected_are_equal() -> None:
    assert compare_moves([replace(ONE, detected_at=9), TWO], [ONE, TWO], exact=True) == (None, ())


def test_another_segment_is_a_difference() -> None:
    found = compare_moves([ONE, move(2, "recent", "at_risk")], [ONE, TWO], exact=False).difference
    assert found is not None
    assert "recent to at_risk" in found
    assert "the input brings recent to loyal" in found


def test_a_move_that_is_left_out_is_a_difference() -> None:
    found = compare_moves([ONE, THREE], [ONE, TWO, THREE], exact=False).difference
    assert found is not None
    assert "recent to loyal" in found
    assert "was not published, but later moves were" in found


def test_a_move_too_many_is_a_difference() -> None:
    found = compare_moves([ONE, TWO], [ONE], exact=False).difference
    assert found is not None
    assert "the input brings no such move" in found


def test_moves_missing_at_the_end_are_told_apart() -> None:
    assert compare_moves([ONE], [ONE, TWO, THREE], exact=True) == (None, (TWO, THREE))


def test_another_measure_is_a_difference_unless_facts_came_late() -> None:
    assert compare_moves([ONE, RICHER], [ONE, TWO], exact=False).difference is None
    found = compare_moves([ONE, RICHER], [ONE, TWO], exact=True).difference
    assert found is not None
    assert "after is {" in found


def test_a_reward_too_many_one_missing_and_another_are_differences() -> None:
    by_id = {one.reward_id: one for one in (WELCOME, GIFT)}
    assert compare_rewards([WELCOME, GIFT], by_id, due_until=T0 + 1, timed_until=T0) is None
    assert "was not published" in (compare_rewards([WELCOME], by_id, due_until=T0 + 1, timed_until=T0) or "")
    assert compare_rewards([WELCOME], by_id, due_until=T0, timed_until=T0) is None, "not due yet"
    extra = compare_rewards([WELCOME, GIFT], {WELCOME.reward_id: WELCOME}, due_until=None, timed_until=T0)
    assert "the input brings no such reward" in (extra or "")
    dearer = replace(WELCOME, give=Points(200))
    assert "give is" in (compare_rewards([dearer], by_id, due_until=None, timed_until=T0) or "")


def test_a_reward_for_what_never_was_is_a_difference_though_facts_came_late() -> None:
    ever, events = {TWO.transition_id}, {"o-1"}
    assert unfounded([WELCOME, GIFT], ever, events) is None
    assert "is for what never was" in (unfounded([GIFT], set(), events) or "")
    reviewed = granted("review", "e-9", cause=RewardCause(type="engagement", event_id="e-9"))
    assert "is for what never was" in (unfounded([reviewed], ever, events) or "")
    assert unfounded([reviewed], ever, None) is None, "where the facts are not known"
    forged = replace(WELCOME, reward_id="0" * 32)
    assert "has a reward_id that is not of it" in (unfounded([forged], ever, None) or "")


def test_what_an_earlier_version_did_not_publish_of_a_reward_is_no_difference() -> None:
    said = replace(GIFT, from_segment="recent", to="loyal", variant=None)
    assert compare_rewards([GIFT], {GIFT.reward_id: said}, due_until=None, timed_until=0) is None
    other = replace(said, variant="large")
    found = compare_rewards([other], {GIFT.reward_id: said}, due_until=None, timed_until=0)
    assert found is not None
    assert 'variant is "large", by the input null' in found
