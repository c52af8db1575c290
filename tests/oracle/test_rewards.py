"""Hand-computed histories in, the oracle's reward decisions held against them."""

from dataclasses import replace

import pytest

from .events import cancellation, engaged, erasure, order
from .orders import Event
from .policy import Policy
from .reward_rules import Limit, OnEngaged, OnFirstOrder, OnTransition, RewardRule
from .rewards import Reward, rewards
from .scales import DAY_MS
from .seed import SEED

T0 = 1_291_191_960_000
NEVER = T0 + 10_000 * DAY_MS
D90 = T0 + 90 * DAY_MS + 1
THREE = (order("1", T0, 20_000), order("2", T0 + 1, 20_000), order("3", T0 + 2, 20_000))


def ann(*events: Event, as_of: int = NEVER, policy: Policy = SEED) -> list[Reward]:
    return rewards(events, policy, as_of)


def under(*rules: RewardRule) -> Policy:
    return replace(SEED, rewards=rules)


def outcomes(found: list[Reward]) -> list[tuple[int, str]]:
    return [(one.effective_at, one.outcome) for one in found]


def test_the_three_rules_of_the_seed_pay() -> None:
    welcome, gift, review = ann(*THREE, engaged("e", T0 + 3, rating=5))
    assert welcome == Reward(
        customer_id="ann",
        rule="welcome",
        occasion=("first_order",),
        outcome="granted",
        reason=None,
        effective_at=T0,
        expires_at=None,
        give={"kind": "points", "points": 100},
        cause={"type": "order", "event_id": "o-1"},
        channel=None,
    )
    assert gift == Reward(
        customer_id="ann",
        rule="champion-gift",
        occasion=("transition", T0 + 2, "loyal", "champions"),
        outcome="granted",
        reason=None,
        effective_at=T0 + 2,
        expires_at=T0 + 2 + 60 * DAY_MS,
        give={"kind": "gift", "sku": "THANKS-1"},
        cause={"type": "order", "event_id": "o-3"},
        channel="email",
    )
    assert (review.rule, review.occasion, review.effective_at) == ("review-points", ("engaged", "e"), T0 + 3)
    assert (review.give, review.cause) == ({"kind": "points", "points": 50}, {"type": "engagement", "event_id": "e"})


def test_nothing_after_as_of_is_decided() -> None:
    events = (*THREE, engaged("e", T0 + 3, rating=5))
    assert [len(ann(*events, as_of=T0 + n)) for n in (-1, 0, 1, 2, 3)] == [0, 1, 1, 2, 3]


def test_the_first_order_is_the_first_that_counts() -> None:
    (welcome,) = ann(order("1", T0, 0), order("2", T0 + 5, 100), order("3", T0 + 5, 100), order("4", T0 + 9, 100))
    assert (welcome.effective_at, welcome.cause["event_id"]) == (T0 + 5, "o-2")
    assert ann(order("1", T0, 100), cancellation("1", T0), as_of=T0) == []


def test_a_second_beginning_is_the_same_occasion() -> None:
    (welcome,) = ann(order("1", T0, 100), cancellation("1", T0 + 1), order("2", T0 + 2, 100))
    assert welcome.effective_at == T0
    (once,) = ann(order("1", T0, 100), erasure("x", T0 + 1), order("2", T0 + 2, 100))
    assert once.effective_at == T0
    (first,) = ann(engaged("e", T0), erasure("x", T0 + 1), order("2", T0 + 2, 100))
    assert first.effective_at == T0 + 2


@pytest.mark.parametrize(
    ("on", "paid"),
    [
        (OnEngaged("review_posted"), [None, 0, 1, 3, 5]),
        (OnEngaged("review_posted", rating_min=1), [1, 3, 5]),
        (OnEngaged("review_posted", rating_max=3), [0, 1, 3]),
        (OnEngaged("review_posted", rating_min=1, rating_max=3), [1, 3]),
        (OnEngaged("link_clicked"), []),
    ],
)
def test_bounds_of_a_rating_are_inclusive_and_want_one(on: OnEngaged, paid: list[int | None]) -> None:
    events = [engaged(str(rating), T0, rating=rating) for rating in (None, 0, 1, 3, 5)]
    found = ann(*events, policy=under(RewardRule("rated", on, give={})))
    assert [one.occasion for one in found] == [("engaged", str(rating)) for rating in paid]


@pytest.mark.parametrize(
    ("on", "moves"),
    [
        (OnTransition(), [(None, "recent"), ("recent", "at_risk"), ("at_risk", "inactive"), ("inactive", "recent")]),
        (OnTransition(to=("at_risk", "inactive")), [("recent", "at_risk"), ("at_risk", "inactive")]),
        (OnTransition(from_=("inactive",)), [("inactive", "recent")]),
        (OnTransition(direction="entry"), [(None, "recent")]),
        (OnTransition(direction="up", causes=("order",)), [("inactive", "recent")]),
        (OnTransition(causes=("decay",)), [("recent", "at_risk"), ("at_risk", "inactive")]),
        (OnTransition(causes=("erasure",)), [("recent", None)]),
    ],
)
def test_a_transition_raises_what_matches_it(on: OnTransition, moves: list[tuple[str | None, str | None]]) -> None:
    back = T0 + 200 * DAY_MS
    history = (order("1", T0, 100), cancellation("1", back), order("2", back, 100), erasure("x", back + 1))
    found = ann(*history, policy=under(RewardRule("moved", on, give={})))
    assert [one.occasion[2:] for one in found] == moves


def test_a_reward_for_decay_has_the_cause_of_its_transition() -> None:
    (found,) = ann(
        order("1", T0, 100), as_of=D90, policy=under(RewardRule("back", OnTransition(to=("at_risk",)), give={}))
    )
    assert (found.effective_at, found.cause) == (D90, {"type": "decay", "due": "recency"})


def test_a_limit_holds_back_until_its_oldest_grant_is_out_of_the_stretch() -> None:
    days = (0, 1, 2, 3, 4, 29)
    events = [engaged(str(day), T0 + day * DAY_MS, rating=5) for day in days]
    events += [engaged("out", T0 + 30 * DAY_MS, rating=5), engaged("in", T0 + 30 * DAY_MS + 1, rating=5)]
    found = ann(*events)
    assert [one.outcome for one in found] == ["granted"] * 4 + ["withheld"] * 2 + ["granted", "withheld"]
    assert {one.reason for one in found if one.outcome == "withheld"} == {"limit"}
    before = engaged("before", T0 + 30 * DAY_MS - 1, rating=5)
    assert outcomes(ann(*events, before))[6] == (T0 + 30 * DAY_MS - 1, "withheld")


def test_a_limit_without_a_stretch_holds_for_the_whole_life() -> None:
    policy = under(RewardRule("once", OnEngaged("site_visited"), give={}, limit=Limit(1)))
    visits = [engaged(str(n), T0 + n * 1_000 * DAY_MS, "site_visited") for n in range(3)]
    assert outcomes(ann(*visits, policy=policy))[1:] == [
        (T0 + 1_000 * DAY_MS, "withheld"),
        (T0 + 2_000 * DAY_MS, "withheld"),
    ]
    erased = ann(*visits[:2], erasure("x", T0 + 1_500 * DAY_MS), visits[2], policy=policy)
    assert [one.outcome for one in erased] == ["granted", "withheld", "granted"]


def test_what_was_decided_before_an_erasure_stays_decided() -> None:
    policy = under(RewardRule("once", OnEngaged("site_visited"), give={}, limit=Limit(1)))
    ahead = [engaged("a", T0 + 9, "site_visited"), engaged("b", T0 + 9, "site_visited")]
    again = ann(*ahead, erasure("x", T0 + 5), *ahead, engaged("c", T0 + 9, "site_visited"), policy=policy)
    assert [(one.occasion[1], one.outcome) for one in again] == [("a", "granted"), ("b", "withheld"), ("c", "granted")]


def test_limits_are_each_rules_own_and_each_customers_own() -> None:
    on = OnEngaged("site_visited")
    policy = under(RewardRule("a", on, give={}, limit=Limit(1)), RewardRule("b", on, give={}, limit=Limit(2)))
    visits = [engaged(n, T0, "site_visited", customer_id=name) for name in ("ann", "bob") for n in "12"]
    found = rewards(visits, policy, T0)
    told = [(one.customer_id, one.occasion[1], one.rule, one.outcome) for one in found]
    assert told[:4] == [
        ("ann", "1", "a", "granted"),
        ("ann", "1", "b", "granted"),
        ("ann", "2", "a", "withheld"),
        ("ann", "2", "b", "granted"),
    ]
    assert [(occasion, rule, outcome) for _, occasion, rule, outcome in told[4:]] == [one[1:] for one in told[:4]]


def test_within_one_instant_the_log_decides_who_is_paid() -> None:
    policy = under(RewardRule("once", OnEngaged("site_visited"), give={}, limit=Limit(1)))
    one, two = engaged("1", T0, "site_visited"), engaged("2", T0, "site_visited")
    assert [found.occasion[1] for found in ann(two, one, policy=policy)] == ["2", "1"]
    later = engaged("0", T0 - 1, "site_visited")
    assert [found.occasion[1] for found in ann(two, one, later, policy=policy)] == ["0", "2", "1"]


def test_the_gift_is_given_once_a_year() -> None:
    fall = (cancellation("3", T0 + 10), order("4", T0 + 20, 20_000))
    found = [one for one in ann(*THREE, *fall) if one.rule == "champion-gift"]
    assert outcomes(found) == [(T0 + 2, "granted"), (T0 + 20, "withheld")]
    assert [(one.channel, one.expires_at) for one in found] == [
        ("email", T0 + 2 + 60 * DAY_MS),
        (None, T0 + 20 + 60 * DAY_MS),
    ]


def test_rules_of_no_kind_pay_nobody() -> None:
    assert ann(*THREE, policy=under()) == []
    assert len(ann(*THREE, policy=under(RewardRule("first", OnFirstOrder(), give={})))) == 1
