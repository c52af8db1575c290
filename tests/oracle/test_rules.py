"""Rules by measures in, when each begins and ceases to hold out: numbers written by hand."""

from dataclasses import replace

import pytest

from .events import cancellation, engaged, erasure, order, profile, refund
from .orders import Event
from .policy import Policy
from .reward_rules import OnEngaged, RewardRule
from .scales import DAY_MS
from .seed import SEED
from .segment_rules import Rule, When
from .timeline import CustomerTimeline, timeline

T0 = 1_291_191_960_000
LATE = T0 + 1_000 * DAY_MS
Path = list[tuple[int, str | None, dict[str, str]]]


def under(when: When, **more: object) -> Policy:
    rules = (Rule("yes", when=when), Rule("no"))
    kinds = ("site_visited",)
    return replace(
        Policy(id="when", version=1, currency="GBP", rules=rules, engagement_kinds=kinds),
        **more,  # type: ignore[arg-type]
    )


def ann(*events: Event, policy: Policy, as_of: int = LATE) -> CustomerTimeline:
    return timeline(events, policy, as_of)["ann"]


def path(found: CustomerTimeline) -> Path:
    return [(move["effective_at"], move["to"], move["cause"]) for move in found.transitions]


def decay(due: str) -> dict[str, str]:
    return {"type": "decay", "due": due}


PLACED = {"type": "order", "event_id": "o-1"}
VISITED = {"type": "engagement", "event_id": "e"}


@pytest.mark.parametrize("age", ["recency", "tenure"])
def test_a_minimum_age_begins_at_it_and_a_maximum_ends_after_it(age: str) -> None:
    bounds = (10 * DAY_MS, 365 * DAY_MS)
    when = When(recency=bounds) if age == "recency" else When(tenure=bounds)
    assert path(ann(order("1", T0, 100), policy=under(when))) == [
        (T0, "no", PLACED),
        (T0 + 864_000_000, "yes", decay(age)),
        (T0 + 31_536_000_001, "no", decay(age)),
    ]


def test_tenure_is_counted_from_the_oldest_and_recency_from_the_newest_order() -> None:
    both = When(tenure=(None, 5 * DAY_MS), recency=(None, 2 * DAY_MS))
    found = ann(order("1", T0, 100), order("2", T0 + 4 * DAY_MS, 100), policy=under(both))
    assert path(found) == [
        (T0, "yes", PLACED),
        (T0 + 172_800_001, "no", decay("recency")),
        (T0 + 345_600_000, "yes", {"type": "order", "event_id": "o-2"}),
        (T0 + 432_000_001, "no", decay("tenure")),
    ]
    assert [move["next"] for move in found.transitions] == [
        {"at": T0 + 172_800_001, "to": "no"},
        None,
        {"at": T0 + 432_000_001, "to": "no"},
        None,
    ]


def test_of_two_that_are_due_at_one_instant_recency_is_told() -> None:
    both = under(When(tenure=(None, 5), recency=(None, 5)))
    assert path(ann(order("1", T0, 100), policy=both))[1] == (T0 + 6, "no", decay("recency"))
    windowed = replace(under(When(tenure=(None, 5))), window_ms=5)
    assert path(ann(order("1", T0, 100), policy=windowed))[1] == (T0 + 6, "no", decay("window"))


def test_engaged_is_the_age_of_the_newest_engagement() -> None:
    policy = under(When(engaged=(None, 7 * DAY_MS)))
    visits = (engaged("e", T0 + DAY_MS, "site_visited"), engaged("f", T0 + 3 * DAY_MS, "site_visited"))
    assert path(ann(order("1", T0, 100), *visits, policy=policy)) == [
        (T0, "no", PLACED),
        (T0 + 86_400_000, "yes", VISITED),
        (T0 + 864_000_001, "no", decay("engaged")),
    ]
    assert ann(order("1", T0, 100), visits[0], policy=policy).transitions[1]["next"] == {
        "at": T0 + 691_200_001,
        "to": "no",
    }


def test_no_age_bound_holds_for_who_was_never_engaged_and_never_only_for_her() -> None:
    visit = engaged("e", T0 + 5, "site_visited")
    long_ago = under(When(engaged=(3, None)))
    assert path(ann(order("1", T0, 100), policy=long_ago)) == [(T0, "no", PLACED)]
    assert path(ann(order("1", T0, 100), visit, policy=long_ago))[1:] == [(T0 + 8, "yes", decay("engaged"))]
    never = under(When(engaged_never=True))
    assert path(ann(order("1", T0, 100), visit, policy=never)) == [(T0, "yes", PLACED), (T0 + 5, "no", VISITED)]
    assert path(ann(order("1", T0, 100), engaged("e", T0 + 5, "email_opened"), policy=never)) == [(T0, "yes", PLACED)]


def test_engagement_explains_a_decay_only_where_some_rule_asks_it() -> None:
    visit = engaged("e", T0 + 6, "site_visited")
    asking = replace(under(When(recency=(None, 5))), rules=(
        Rule("yes", when=When(recency=(None, 5))), Rule("never", when=When(engaged=(99, 98))), Rule("no")
    ))  # fmt: skip
    assert path(ann(order("1", T0, 100), visit, policy=asking))[1] == (T0 + 6, "no", VISITED)
    silent = under(When(recency=(None, 5)))
    assert path(ann(order("1", T0, 100), visit, policy=silent))[1] == (T0 + 6, "no", decay("recency"))


@pytest.mark.parametrize(
    ("bounds", "found"),
    [
        ((33, None), "yes"),  # 100 >= 3 * 33
        ((34, None), "no"),  # 100 < 3 * 34
        ((None, 33), "no"),  # 100 > 3 * 33
        ((None, 34), "yes"),
        ((33, 34), "yes"),
    ],
)
def test_an_average_is_compared_without_dividing(bounds: tuple[int | None, int | None], found: str) -> None:
    thrice = (order("1", T0, 50), order("2", T0, 30), order("3", T0, 20), order("4", T0, 999, "EUR"))
    assert ann(*thrice, policy=under(When(average_order_value=bounds)), as_of=T0).state.segment == found


def test_no_bound_on_an_average_holds_without_orders_of_known_amount() -> None:
    for bounds in ((0, None), (None, 10**9)):
        policy = under(When(average_order_value=bounds), window_ms=9)
        assert ann(order("1", T0, 100, "EUR"), policy=policy, as_of=T0).state.segment == "no"
        assert path(ann(order("1", T0, 100), policy=policy))[1:] == [(T0 + 10, "no", decay("window"))]


@pytest.mark.parametrize(
    ("when", "found"),
    [
        (When(frequency=(2, 2), monetary=(300, 300)), "yes"),
        (When(frequency=(3, None)), "no"),
        (When(monetary=(None, 299)), "no"),
        (When(r=(3, 3), f=(2, 2), m=(1, 1)), "yes"),
        (When(r=(None, 2)), "no"),
        (When(f=(1, 1)), "no"),
        (When(m=(2, None)), "no"),
        (When(), "yes"),
    ],
)
def test_bounds_are_inclusive_and_all_must_hold(when: When, found: str) -> None:
    policy = replace(SEED, rules=(Rule("yes", when=when), Rule("no")))
    assert ann(order("1", T0, 100), order("2", T0, 200), policy=policy, as_of=T0).state.segment == found


def test_the_first_rule_that_holds_places_her_and_ranks_may_be_given() -> None:
    rules = (Rule("a", cells=("312",)), Rule("b", when=When(r=(3, 3))), Rule("c"))
    policy = replace(SEED, rules=rules)
    assert [ann(order("1", T0, minor), policy=policy, as_of=T0).state.segment for minor in (10_001, 100)] == ["a", "b"]
    assert [policy.rank(name) for name in ("a", "b", "c")] == [1, 2, 3]
    given = replace(policy, ranks={"a": 2, "b": 1, "c": 1})
    moves = ann(order("1", T0, 10_001), refund("r", "1", T0 + 1, 1), policy=given).transitions
    assert [(move["to"], move["direction"]) for move in moves] == [("a", "entry"), ("b", "up"), ("c", "lateral")]


PROSPECTS = replace(
    SEED, no_orders="prospects", ranks={"prospects": 7} | {s: n for n, (s, _) in enumerate(SEED.segments)}
)


def test_engagement_enters_whoever_has_no_order_and_her_first_order_moves_her_up() -> None:
    visit, lost = engaged("e", T0, "site_visited"), cancellation("1", T0 + 9)
    found = ann(visit, order("1", T0 + 5, 100), lost, erasure("x", T0 + 20), policy=PROSPECTS)
    assert [(*step, move["direction"]) for step, move in zip(path(found), found.transitions, strict=True)] == [
        (T0, "prospects", VISITED, "entry"),
        (T0 + 5, "recent", PLACED, "up"),
        (T0 + 9, "prospects", {"type": "cancellation", "event_id": "c-1"}, "down"),
        (T0 + 20, None, {"type": "erasure", "event_id": "x"}, "exit"),
    ]
    assert (found.transitions[0]["after"]["recency_ms"], found.transitions[0]["next"]) == (None, None)


def test_any_fact_that_has_acted_is_enough_and_what_waits_is_not() -> None:
    for fact in (order("1", T0, 0), refund("r", None, T0, 5)):
        assert path(ann(fact, policy=PROSPECTS))[0][:2] == (T0, "prospects")
    for waiting in (cancellation("1", T0), refund("r", "1", T0, 5)):
        assert path(ann(waiting, policy=PROSPECTS)) == []
        assert path(ann(waiting, order("1", T0 + 9, 0), policy=PROSPECTS))[0][:2] == (T0 + 9, "prospects")
    assert timeline([profile("p", T0), engaged("e", T0, "email_opened")], PROSPECTS, LATE) == {}


def test_a_kind_that_only_a_reward_names_enters_her_and_is_not_being_engaged() -> None:
    opened = RewardRule("opened", OnEngaged("email_opened"), give={})
    policy = under(When(engaged_never=True), rewards=(opened,), no_orders="no")
    found = ann(engaged("e", T0, "email_opened"), order("1", T0 + 1, 100), policy=policy)
    assert [step[:2] for step in path(found)] == [(T0, "no"), (T0 + 1, "yes")]
