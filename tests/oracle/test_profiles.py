"""Profiles in, the one that holds and the channel a message takes out."""

from dataclasses import replace

from .events import engaged, erasure, order, profile, refund
from .orders import Event
from .policy import Policy
from .profiles import channel, newest_profile, profiles
from .reward_rules import Message, OnEngaged, OnTransition, RewardRule
from .rewards import Reward, rewards
from .scales import DAY_MS
from .seed import SEED

T0 = 1_291_191_960_000
D90 = T0 + 90 * DAY_MS + 1
TOLD = Message("hello", ("email", "push"))
TELLING = RewardRule("telling", OnEngaged("site_visited"), give={}, message=TOLD)


def ann(*events: Event, as_of: int = D90, policy: Policy) -> list[Reward]:
    return rewards(events, policy, as_of)


def under(rule: RewardRule) -> Policy:
    return replace(SEED, rewards=(rule,))


def test_the_newest_profile_holds_wherever_it_stands_in_the_log() -> None:
    old, new, beside = profile("p1", T0), profile("p2", T0 + 1), profile("p3", T0 + 1)
    assert profiles([new, old]) == profiles([old, new]) == {"ann": new}
    assert profiles([beside, new]) == profiles([new, beside]) == {"ann": beside}
    assert newest_profile([]) is None


def test_an_erasure_takes_the_profile_and_an_older_one_never_comes_back() -> None:
    before, after = profile("p1", T0), profile("p2", T0 + 5)
    assert profiles([before, erasure("x", T0 + 5), before]) == {}
    assert profiles([before, erasure("x", T0 + 5), after, before]) == {"ann": after}


def test_a_message_takes_the_preferred_channel_unless_it_is_denied() -> None:
    assert channel(TOLD, None) == "email"
    assert channel(TOLD, profile("p", T0)) == "email"
    assert channel(TOLD, profile("p", T0, "push")) == "push"
    assert channel(TOLD, profile("p", T0, "letter")) == "email"
    assert channel(TOLD, profile("p", T0, "push", push=False)) == "email"
    assert channel(TOLD, profile("p", T0, email=False)) == "push"
    assert channel(TOLD, profile("p", T0, "push", email=True, push=True)) == "push"
    assert channel(TOLD, profile("p", T0, "push", email=False, push=False)) is None


def test_a_message_asks_the_profile_that_came_before() -> None:
    no_mail, no_push = profile("p1", T0 - 5, email=False), profile("p2", T0 - 4, push=False)
    visits = [engaged(str(n), T0 + n, "site_visited") for n in range(3)]
    log = (visits[0], no_mail, visits[1], no_push, visits[2])
    assert [one.channel for one in ann(*log, policy=under(TELLING))] == ["email", "push", "email"]
    stale = (no_push, no_mail, visits[0])
    assert [one.channel for one in ann(*stale, policy=under(TELLING))] == ["email"]
    erased = (no_mail, erasure("x", T0), visits[0])
    assert [one.channel for one in ann(*erased, policy=under(TELLING))] == ["email"]


def test_a_message_that_nobody_allows_is_not_requested() -> None:
    denied = profile("p", T0, "push", email=False, push=False)
    (found,) = ann(denied, engaged("1", T0, "site_visited"), policy=under(TELLING))
    assert (found.outcome, found.channel) == ("granted", None)


def test_a_move_of_time_asks_the_profile_that_had_occurred() -> None:
    policy = under(replace(TELLING, on=OnTransition(to=("at_risk",))))
    for at, asked in ((D90, "push"), (D90 + 1, "email")):
        (found,) = ann(order("1", T0, 100), profile("p", at, email=False), as_of=D90, policy=policy)
        assert found.channel == asked


def test_a_transition_asks_the_profile_before_the_last_record_it_took() -> None:
    no_mail, lost = profile("p", T0, email=False), refund("r", "2", T0 + 9, 100)
    one, two, later = order("1", T0, 100), order("2", T0, 100), order("2", T0 + 5, 100)
    loyal, recent = OnTransition(to=("loyal",)), OnTransition(to=("recent",), direction="down")
    for log, on in (((one, no_mail, two), loyal), ((one, lost, no_mail, later), recent)):
        (found,) = ann(*log, as_of=T0 + 9, policy=under(replace(TELLING, on=on)))
        assert found.channel == "push"
