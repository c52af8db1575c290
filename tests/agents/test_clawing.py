"""What an order has caused and what a later policy no longer says: it is taken back as its grant keeps it, and once."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import permutations
from pathlib import Path

import msgspec
import pytest

from agents.decisions.in_force import InForce
from schemas.policy import Policy
from schemas.rollout import Rollout
from tables.keys import LOYALTY, OCCASION, nested_prefix
from tables.position import Position
from tests.agents.small_policies import LADDER, SPENT, small
from tests.agents.stage import Stage
from tests.agents.test_ledger import LARGE, WELCOME, Shop, policy, redeemed
from tests.builders import DAY, T0, new_directory
from tests.oracle.events import cancellation, order, refund
from tests.oracle.orders import Event

BIG = "id: big, on: {transition: {to: big, direction: up, cause: [order]}}, give: {kind: points, points: 10}"
RISE = [order("0", T0, 1_000), order("1", T0 + DAY, 20_000)]


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    made = Shop(tmp_path)
    yield made
    made.stage.close()


def caused(shop: Shop) -> list[tuple[str, str | None]]:
    return [(kind, one["cause"].get("event_id")) for kind, one in shop.told()]


def test_a_transition_is_worth_nothing_once_the_order_behind_it_is_cancelled(shop: Shop) -> None:
    stage = shop.open(policy(BIG + ", clawback: full", segments=SPENT))
    stage.absorb(RISE)
    stage.crash(lose_disk=True)
    stage.absorb([cancellation("1", T0 + 2 * DAY)])
    stage.absorb([cancellation("1", T0 + 2 * DAY), refund("r", "1", T0 + 3 * DAY, 20_000)])
    assert caused(shop) == [("granted", "o-1"), ("revoked", "c-1")]
    assert shop.when()[1] == ("revoked", T0 + 2 * DAY)
    assert shop.points() == (0, 0)
    stage.absorb([order("1", T0 + 4 * DAY, 20_000), order("2", T0 + 5 * DAY, 20_000)])
    assert caused(shop)[2:] == [("granted", "o-2")], "an order that was cancelled cannot be placed again; another can"


def test_refunds_undo_an_order_once_they_add_up_to_it(shop: Shop) -> None:
    stage = shop.open(policy(BIG + ", clawback: full", segments=SPENT))
    stage.absorb(RISE)
    stage.absorb([refund("r-1", "1", T0 + 2 * DAY, 19_999)])
    assert shop.kinds() == ["granted"]
    stage.absorb([refund("r-2", "1", T0 + 3 * DAY, 1)])
    assert caused(shop) == [("granted", "o-1"), ("revoked", "r-2")]


@pytest.mark.parametrize(("spent", "left"), [(0, 0), (4, 4), (10, 10)])
def test_unredeemed_takes_what_is_left_of_a_transition_too(shop: Shop, spent: int, left: int) -> None:
    stage = shop.open(policy(BIG + ", clawback: unredeemed", segments=SPENT))
    stage.absorb(RISE)
    stage.absorb([redeemed(shop, T0 + DAY + 1, spent)] if spent else [])
    stage.absorb([cancellation("1", T0 + 2 * DAY)])
    taken = [one["points"] for kind, one in shop.told() if kind == "revoked"]
    assert taken == ([10 - left] if left < 10 else [])
    assert shop.points() == (0, 0)


def test_what_another_order_brought_about_stays(shop: Shop) -> None:
    stage = shop.open(policy(BIG + ", clawback: full", segments=SPENT))
    stage.absorb([*RISE, order("2", T0 + 2 * DAY, 20_000), cancellation("2", T0 + 3 * DAY)])
    assert shop.kinds() == ["granted"]


def test_an_order_is_undone_for_ever_however_long_ago_it_was(shop: Shop) -> None:
    stage = shop.open(small(SPENT, f"late: {{horizon: 1d}}\nrewards: [{{{BIG}, clawback: full}}]\n"))
    stage.absorb(RISE)
    stage.absorb([order("2", T0 + 300 * DAY, 1)])
    stage.absorb([cancellation("1", T0 + 2 * DAY)])
    assert caused(shop) == [("granted", "o-1"), ("revoked", "c-1")]


@pytest.mark.parametrize("order_of_arrival", list(permutations(range(4))), ids=str)
def test_a_transition_that_is_retracted_and_whose_order_is_undone_is_taken_back_once(
    shop: Shop, order_of_arrival: tuple[int, ...]
) -> None:
    """The second order makes her big, unless the first one has done so before."""
    late = order("late", T0 + DAY // 2, 15_000)
    events = [*RISE, late, cancellation("1", T0 + 2 * DAY)]
    stage = shop.open(policy(BIG + ", clawback: full, late: all", segments=SPENT))
    for number in order_of_arrival:
        stage.absorb([events[number]])
    states: dict[str, list[str]] = {}
    for kind, one in shop.told():
        states.setdefault(one["reward_id"], []).append(kind)
    assert all(told in (["granted"], ["granted", "revoked"]) for told in states.values())
    assert shop.points() == (10, 10), "only that of the late order stands"
    stage.absorb([cancellation("late", T0 + 3 * DAY)])
    assert shop.points() == (0, 0)


def test_of_two_orders_of_one_millisecond_the_one_that_is_the_cause_in_the_end_decides() -> None:
    """A move that stands is not told again, though what is known later has caused it."""
    events = [order("0", T0, 100), order("1", T0 + DAY, 20_000), order("2", T0 + DAY, 20_000)]
    rules = policy(BIG + ", clawback: full, late: all", segments=SPENT)
    for undone, left in (("1", 10), ("2", 0)):
        assert {balance(rules, [*some]) for some in permutations([*events, cancellation(undone, T0 + 2 * DAY)])} == {
            left
        }


def balance(rules: Policy, events: list[Event]) -> int:
    with new_directory() as directory:
        shop = Shop(directory)
        stage = shop.open(rules)
        for event in events:
            stage.absorb([event])
        points = shop.points()[0]
        stage.close()
    return points


def test_an_order_that_is_undone_while_a_least_stay_holds_its_move_earns_nothing(shop: Shop) -> None:
    stage = shop.open(small(SPENT, f"dwell: {{up: 10d}}\nrewards: [{{{BIG}, clawback: full}}]\n"))
    stage.absorb([*RISE, order("2", T0 + 2 * DAY, 20_000), cancellation("1", T0 + 3 * DAY)])
    stage.pass_time(T0 + 30 * DAY)
    assert [one["cause"] for _, one in stage.published()][-1] == {"due": "dwell", "event_id": "o-1", "type": "order"}
    assert shop.kinds() == []


def test_what_comes_late_with_its_undoing_earns_nothing(shop: Shop) -> None:
    stage = shop.open(policy(BIG + ", clawback: full, late: all", segments=SPENT))
    stage.absorb([order("0", T0, 1_000), order("2", T0 + 9 * DAY, 100), cancellation("1", T0 + 2 * DAY)])
    stage.absorb([order("1", T0 + DAY, 20_000)])
    assert shop.points() == (0, 0)
    assert shop.kinds() == []


def test_scores_and_cleared_announcements_that_an_order_brought_are_undone_with_it(shop: Shop) -> None:
    rules = """brink: [5d]
rewards:
  - {id: fresh, on: {scores: {r: {rose: 1}}}, give: {kind: points, points: 1}, clawback: full}
  - {id: saved, on: {brink_cleared: {}}, give: {kind: points, points: 2}, clawback: full}
"""
    stage = shop.open(small(LADDER, rules))
    stage.absorb([order("1", T0, 100)])
    stage.pass_time(T0 + 35 * DAY)
    stage.absorb([order("2", T0 + 36 * DAY, 100)])
    stage.pass_time(T0 + 62 * DAY)
    stage.absorb([order("3", T0 + 63 * DAY, 100)])
    before = [(one["rule"], one["cause"]["event_id"]) for kind, one in shop.told() if kind == "granted"]
    assert before == [("fresh", "o-2"), ("saved", "o-3")]
    stage.absorb([cancellation(name, T0 + 64 * DAY) for name in ("2", "3")])
    taken = [(one["rule"], one["cause"]["event_id"]) for kind, one in shop.told() if kind == "revoked"]
    assert sorted(taken) == [("fresh", "c-2"), ("saved", "c-3")]


def reopened(shop: Shop, rules: Policy) -> Stage:
    """Begin anew under another policy."""
    shop.stage.flush()
    shop.stage.close()
    return shop.open(rules)


GONE = "id: x, on: {birthday: true}, give: {kind: gift, sku: A}"
EARNED = [WELCOME, LARGE, BIG]


@pytest.mark.parametrize("restarted", [False, True])
@pytest.mark.parametrize("later", ["dropped", "never", "with no rewards"])
def test_a_grant_is_taken_back_as_its_rule_said_though_the_policy_in_force_says_so_no_more(
    shop: Shop, later: str, *, restarted: bool
) -> None:
    before = policy(*(f"{rule}, clawback: full" for rule in EARNED), segments=SPENT)
    after = {
        "dropped": policy(GONE, segments=SPENT),
        "never": policy(*EARNED, segments=SPENT),
        "with no rewards": small(SPENT),
    }[later]
    stage = shop.open(before)
    stage.absorb(RISE)
    assert len(shop.kinds()) == 3
    if restarted:
        stage = reopened(shop, after)
    else:
        stage.obey(InForce(before, rollouts=[Rollout(replace(after, fingerprint="after"), T0 + DAY + 1)]))
    told = [] if restarted else shop.kinds()
    stage.absorb([cancellation(name, T0 + 2 * DAY) for name in ("0", "1")])
    assert shop.kinds() == [*told, "revoked", "revoked", "revoked"]
    assert stage.row("ann").points == 0


def test_what_was_granted_for_ever_is_not_taken_back_by_a_later_policy(shop: Shop) -> None:
    stage = shop.open(policy(LARGE, BIG, segments=SPENT))
    stage.absorb(RISE)
    stage = reopened(shop, policy(LARGE + ", clawback: full", BIG + ", clawback: full", segments=SPENT))
    stage.absorb([cancellation("1", T0 + 2 * DAY)])
    assert shop.kinds() == []
    assert stage.row("ann").points == 60


def test_what_an_earlier_version_granted_is_taken_back_as_the_rules_in_force_say(shop: Shop) -> None:
    rules = policy(WELCOME + ", clawback: full", LARGE + ", clawback: full")
    stage = shop.open(rules)
    stage.absorb([order("1", T0, 10_000)])
    draft = stage.table.begin()
    rows = [*draft.rows_of(nested_prefix(OCCASION, b"ann")), (LOYALTY + b"ann", draft.get(LOYALTY + b"ann"))]
    for key, value in rows:
        assert value is not None
        draft.rows[key] = msgspec.msgpack.encode(msgspec.msgpack.decode(value)[: 9 if key.startswith(LOYALTY) else 13])
    stage.table.apply(draft, Position(99, 0))
    stage.absorb([cancellation("1", T0 + DAY), order("2", T0 + 2 * DAY, 100)])
    assert shop.kinds() == ["granted", "granted", "revoked", "revoked", "granted"]
    assert shop.points() == (100, 100)


def test_an_order_is_rewarded_anew_though_the_rule_that_took_the_last_reward_back_does_so_no_more(shop: Shop) -> None:
    stage = shop.open(policy(WELCOME + ", clawback: full"))
    stage.absorb([order("1", T0, 100), cancellation("1", T0 + DAY)])
    first = shop.reward()
    stage = reopened(shop, policy(WELCOME))
    stage.absorb([order("2", T0 + 2 * DAY, 100)])
    assert shop.kinds() == ["granted"]
    assert shop.reward() != first
