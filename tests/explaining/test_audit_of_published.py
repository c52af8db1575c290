"""An audit tells what was published, and each difference from what her facts give when all are known."""

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agents.outgoing import Outgoing
from app.explaining.audit import OF_MESSAGES
from schemas.digests import reward_id
from schemas.policy import Policy
from schemas.policy_file import parse_policy
from tests.agents.small_policies import LADDER, small
from tests.agents.stage import Stage, payload
from tests.agents.test_budgets import RULES, Spender
from tests.agents.test_budgets import cancellation as cancelled
from tests.agents.test_budgets import order as ordered
from tests.builders import DAY, T0, TOPICS, new_directory
from tests.explaining.published import Audited
from tests.oracle.events import cancellation, engaged, erasure, order
from tests.oracle.orders import Event
from tests.schemas.test_policy_file import SMALL

LATE = "late: {horizon: 3650d}\n"
ONE_A_MONTH = small(
    LADDER + "rewards: [{id: large, on: {order_value: {min: 1.00}}, give: {kind: points, points: 10}, "
    "limit: {times: 1, per: 30d}, message: {template: thanks, channels: [email]}}]\n",
    LATE,
)
FULL = "she has had as many as the limit of the rule allows"
UNPAID = "its budget has not paid: it waits, or was undone before, unless its instant has not been worked yet"
DIFFERS = "published, though in the order of time"
OUT_OF_ORDER: list[Event] = [order("2", T0 + 20 * DAY, 100), order("1", T0, 100), order("3", T0 + 40 * DAY, 100)]


class Past(NamedTuple):
    """What a partition has made of events in the order in which they came."""

    sent: list[Outgoing]
    points: int
    """Her balance, as the partition keeps it."""


def lived(policy: Policy, events: Sequence[Event], until: int) -> Past:
    """Take events one by one, each in a transaction of its own, then let time pass."""
    with new_directory() as directory:
        stage = Stage(directory / "db", policy)
        for event in events:
            stage.absorb([event])
        stage.pass_time(until)
        points = stage.row("ann").points
        stage.close()
    return Past([one for one in stage.outgoing if one.topic == TOPICS.rewards], points)


def audited(policy: Policy, events: Sequence[Event], until: int, *, since: int = 0) -> Audited:
    return Audited(policy, events, lived(policy, events, until).sent, until, since=since)


def test_what_late_facts_and_a_limit_have_made_is_told_as_published_and_each_difference_marked() -> None:
    told = audited(ONE_A_MONTH, OUT_OF_ORDER, T0 + 50 * DAY)
    note, *lines = told.lines[1:]
    assert note == f"note: {OF_MESSAGES}"
    assert [line for line in lines if "message thanks" not in line] == [
        f"2010-12-01 08:26  large: withheld 10 points, {FULL}, for order 1 of 1.00 GBP; balance 0",
        f"  ! {DIFFERS}: granted 10 points, for order 1 of 1.00 GBP",
        "2010-12-21 08:26  large: granted 10 points, for order 2 of 1.00 GBP; balance 10",
        f"  ! {DIFFERS}: withheld 10 points, {FULL}, for order 2 of 1.00 GBP",
        f"2011-01-10 08:26  large: withheld 10 points, {FULL}, for order 3 of 1.00 GBP; balance 10",
        f"  ! {DIFFERS}: granted 10 points, for order 3 of 1.00 GBP",
    ]
    assert [(one["outcome"], one["balance"]) for one in told.entries] == [("limit", 0), ("granted", 10), ("limit", 10)]
    assert told.object["messages"] == [], "no message goes with what was refused"


def test_what_came_in_the_order_of_time_has_no_difference() -> None:
    told = audited(ONE_A_MONTH, sorted(OUT_OF_ORDER, key=lambda event: event["occurred_at"]), T0 + 50 * DAY)
    assert told.outcomes == [("granted", True, None), ("limit", True, None), ("granted", True, None)]
    assert told.object["notes"] == []
    assert [one["outcome"] for one in told.object["messages"]] == ["asked", "asked"]


CLAWED = small(
    LADDER + "rewards: [{id: third, on: {nth_order: 3}, give: {kind: points, points: 10}, clawback: full}]\n", LATE
)


def test_a_grant_whose_occasion_never_was_says_so_and_its_taking_back_follows() -> None:
    """Three orders were known when the third came; then it turns out that one was cancelled before."""
    orders = [order(name, T0 + n * 2 * DAY, 100) for n, name in enumerate("123")]
    told = audited(CLAWED, [*orders, cancellation("1", T0 + DAY)], T0 + 20 * DAY)
    assert told.outcomes == [
        ("granted", True, f"{DIFFERS} there is no such occasion"),
        ("revoked", True, None),
    ]
    assert told.object["points"] == 0


@pytest.fixture
def budget() -> Policy:
    return parse_policy(SMALL + RULES % ("", ""), "p.yaml")


def test_a_refusal_by_the_budget_is_a_refusal_and_takes_nothing_of_it(tmp_path: Path, budget: Policy) -> None:
    stage = Spender(tmp_path / "db")
    stage.grant(0, spent=2_000)
    stage.absorb([ordered("ann", T0)])
    told = Audited(budget, [ordered("ann", T0)], stage.outgoing, T0 + DAY)
    stage.close()
    spent = "its budget year is spent or has ended"
    assert told.lines[1:] == [
        f"2010-12-01 08:26  gift: withheld gift A, {spent}, for order 1 of 5.00 GBP; balance 0",
        "  ! refused by the budget: with enough in it, granted gift A, for order 1 of 5.00 GBP",
    ]
    (entry,) = told.entries
    assert (entry["outcome"], entry["budget_spent"], entry["published"]) == ("budget", None, True)


def test_what_waits_for_its_budget_is_not_published_and_then_says_since_when_it_waited(
    tmp_path: Path, budget: Policy
) -> None:
    stage = Spender(tmp_path / "db")
    stage.absorb([ordered("ann", T0)])
    told = Audited(budget, [ordered("ann", T0)], stage.outgoing, T0)
    assert told.entries[0]["words"].startswith("not published: granted gift A")
    assert told.outcomes == [("granted", False, UNPAID)]
    assert told.entries[0]["budget_spent"] is None
    stage.grant(1_250)
    stage.pass_time(T0 + DAY)
    stage.close()
    told = Audited(budget, [ordered("ann", T0)], stage.outgoing, T0 + DAY)
    assert told.outcomes == [("granted", True, "it waited for its budget since 2010-12-01 08:26")]
    assert told.entries[0]["budget_spent"] == {"budget": "year", "cost": 1_250}


def test_what_is_undone_while_it_waits_for_its_budget_is_not_published_and_nothing_comes_of_it(
    tmp_path: Path, budget: Policy
) -> None:
    events = [ordered("ann", T0), cancelled("ann", T0 + 500)]
    stage = Spender(tmp_path / "db")
    for event in events:
        stage.absorb([event])
    stage.grant(1_250)
    stage.pass_time(T0 + DAY)
    stage.close()
    assert Audited(budget, events, stage.outgoing, T0 + DAY).outcomes == [("granted", False, UNPAID)]


POINTS = """\
rewards:
  - {id: large, on: {order_value: {min: 1.00}}, give: {kind: points, points: 10, expires: 90d, remind: [7d]},
     clawback: full, limit: {times: 2, per: 30d}}
"""
EXPIRING = small(LADDER + POINTS, LATE)
FACTS: list[Event] = [
    *(order(str(n), T0 + n * 12 * DAY, 100) for n in range(5)),
    cancellation("1", T0 + 49 * DAY),
    cancellation("3", T0 + 30 * DAY),
]


def redemption(n: int, of: str, points: int | None) -> Event:
    return engaged(
        f"x-{n}", T0 + 60 * DAY + n, "reward_redeemed", reward_id=reward_id("ann", "large", of), points=points
    )


redemptions = st.tuples(st.sampled_from([f"o-{n}" for n in range(5)]), st.sampled_from([None, 3, 8]))


@settings(max_examples=60)
@given(st.permutations(FACTS), st.lists(redemptions, max_size=4), st.sampled_from([70, 110, 200]))
def test_the_balance_is_what_the_processor_keeps_in_whatever_order_facts_have_come(
    facts: list[Event], spent: list[tuple[str, int | None]], days: int
) -> None:
    events = [*facts, *(redemption(n, *one) for n, one in enumerate(spent))]
    until = T0 + days * DAY
    past = lived(EXPIRING, events, until)
    told = Audited(EXPIRING, events, past.sent, until)
    assert told.object["points"] == past.points
    published = Counter(one["reward_id"] for one in told.entries if one["published"])
    assert published == Counter(payload(one)["reward_id"] for one in past.sent), "all of it is told, once"
    if facts == sorted(facts, key=lambda event: event["occurred_at"]):
        assert {one["difference"] for one in told.entries} == {None}


def test_a_redemption_takes_what_was_published_and_says_what_it_would_have_taken() -> None:
    """She redeems what was granted; by all facts another order had the grant."""
    spends = engaged("x", T0 + 45 * DAY, "reward_redeemed", reward_id=reward_id("ann", "large", "o-2"), points=4)
    told = audited(ONE_A_MONTH, [*OUT_OF_ORDER, spends], T0 + 50 * DAY)
    nothing = "nothing was left of what event x redeems, or it never was hers"
    assert told.outcomes[-1] == ("redeemed", None, f"though in the order of time: {nothing}")
    assert told.object["points"] == 6


def test_what_has_not_been_worked_yet_is_not_published_and_changes_nothing() -> None:
    events = sorted(OUT_OF_ORDER, key=lambda event: event["occurred_at"])
    past = lived(ONE_A_MONTH, events[:2], T0 + 30 * DAY)
    told = Audited(ONE_A_MONTH, events, past.sent, T0 + 50 * DAY)
    why = "it is only so in the order of time, unless its instant has not been worked yet"
    assert told.outcomes[-1] == ("granted", False, why)
    assert [one["balance"] for one in told.entries] == [10, 10, 10]


def test_what_the_topic_holds_no_more_is_told_by_the_facts_and_counts() -> None:
    events = [*sorted(OUT_OF_ORDER, key=lambda event: event["occurred_at"])]
    past = lived(ONE_A_MONTH, events, T0 + 50 * DAY)
    told = Audited(ONE_A_MONTH, events, past.sent[2:], T0 + 50 * DAY, since=T0 + 40 * DAY)
    gone = "from before what the topic still holds: by the facts alone"
    assert told.outcomes == [("granted", None, gone), ("limit", None, gone), ("granted", True, None)]
    assert told.object["points"] == 20


def test_an_erasure_begins_the_balance_anew_and_ends_what_could_be_redeemed() -> None:
    spends = engaged("x", T0 + 10 * DAY, "reward_redeemed", reward_id=reward_id("ann", "large", "o-1"))
    events = [order("1", T0, 100), erasure("e", T0 + 5 * DAY), spends, order("4", T0 + 40 * DAY, 100)]
    told = audited(ONE_A_MONTH, events, T0 + 50 * DAY)
    assert [(one["outcome"], one["balance"]) for one in told.entries] == [("granted", 10), ("void", 0), ("granted", 10)]
