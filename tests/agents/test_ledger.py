"""What becomes of a grant: reminders and expiry at their instants, redemptions, and what undone orders take back."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from agents.decisions.outcomes import outcome
from agents.decisions.whole_life import live
from schemas.policy import Policy
from tests.agents.golden_files import canonical, golden
from tests.agents.golden_files import told as golden_told
from tests.agents.small_policies import LADDER, SPENT, small
from tests.agents.stage import Stage, payload
from tests.builders import DAY, T0, TOPICS, fact_of
from tests.oracle.events import cancellation, engaged, erasure, order, refund
from tests.oracle.orders import Event

WELCOME = "id: welcome, on: {first_order: true}, give: {kind: points, points: 100, expires: 60d, remind: [7d, 1d]}"
LARGE = "id: large, on: {order_value: {min: 100.00}}, give: {kind: points, points: 50}"
EXPIRES = T0 + 60 * DAY


def policy(*rules: str, segments: str = LADDER) -> Policy:
    return small(segments, "rewards:\n" + "".join(f"  - {{{rule}}}\n" for rule in rules))


class Shop:
    """A stage, and what it has told of rewards."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self.stage: Stage

    def open(self, rules: Policy) -> Stage:
        self.stage = Stage(self._path / "db", rules, standings=True)
        return self.stage

    def told(self) -> list[tuple[str, dict[str, Any]]]:
        sent = [out for out in self.stage.outgoing if out.topic == TOPICS.rewards]
        return [(dict(out.headers)["ce_type"].decode().removeprefix("reward."), payload(out)) for out in sent]

    def kinds(self) -> list[str]:
        return [kind for kind, _ in self.told()]

    def when(self) -> list[tuple[str, int]]:
        return [(kind, one["effective_at"]) for kind, one in self.told()]

    def reward(self, number: int = 0) -> str:
        return str([one for kind, one in self.told() if kind == "granted"][number]["reward_id"])

    def points(self) -> tuple[int, int]:
        """The balance, as stored and as published last."""
        sent = [out for out in self.stage.outgoing if out.topic == TOPICS.customer_segments]
        return self.stage.row("ann").points, int(payload(sent[-1])["points"])


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    made = Shop(tmp_path)
    yield made
    made.stage.close()


def redeemed(shop: Shop, at: int, points: int | None = None, *, name: str = "e-1", number: int = 0) -> Event:
    return engaged(name, at, "reward_redeemed", reward_id=shop.reward(number), points=points)


def test_what_is_not_redeemed_is_reminded_of_at_each_lead_and_expires_at_its_instant(shop: Shop) -> None:
    stage = shop.open(policy(WELCOME))
    stage.absorb([order("1", T0, 100)])
    stage.pass_time(EXPIRES - 1)
    assert shop.points() == (100, 100)
    stage.crash(lose_disk=True)
    stage.pass_time(EXPIRES)
    stage.pass_time(EXPIRES + 100 * DAY)
    leads = [("reminder", EXPIRES - 7 * DAY), ("reminder", EXPIRES - DAY)]
    assert shop.when() == [("granted", T0), *leads, ("expired", EXPIRES)]
    assert shop.points() == (0, 0)


def test_nothing_expires_of_what_was_redeemed_and_only_the_rest_of_what_was_redeemed_in_part(shop: Shop) -> None:
    stage = shop.open(policy(WELCOME))
    stage.absorb([order("1", T0, 100)])
    stage.absorb([redeemed(shop, T0 + DAY, 30), redeemed(shop, T0 + DAY, 30)])
    assert shop.points() == (70, 70)
    stage.pass_time(EXPIRES - 2 * DAY)
    assert shop.told()[-1][1]["points"] == 70
    stage.absorb([redeemed(shop, EXPIRES, name="e-2")])
    stage.pass_time(EXPIRES + DAY)
    assert shop.kinds() == ["granted", "reminder", "reminder"], "at the very instant facts come first"
    assert shop.points() == (0, 0)


def test_a_redemption_that_comes_too_late_or_names_nothing_changes_nothing(shop: Shop) -> None:
    stage = shop.open(policy(WELCOME))
    stage.absorb([order("1", T0, 100)])
    stage.pass_time(EXPIRES)
    stage.absorb([redeemed(shop, EXPIRES - 1), engaged("e-2", EXPIRES + 1, "reward_redeemed", reward_id="no-such")])
    assert shop.kinds()[-1] == "expired"
    assert shop.points() == (0, 0)
    assert stage.tallies[-1].rewarded == {("welcome", "void"): 1, ("", "void"): 1}


def test_what_a_journey_gives_is_spent_reminded_of_and_expires_like_all_else(shop: Shop) -> None:
    rule = "id: gift, give: {kind: points, points: 30, expires: 20d, remind: [5d]}"
    steps = "[{wait: 7d}, {reward: gift}, {wait: 90d}, {message: {template: bye, channels: [email]}}]"
    journey = f"journeys:\n  - {{id: back, on: {{first_order: true}}, steps: {steps}}}\n"
    stage = shop.open(small(LADDER, f"rewards:\n  - {{{rule}}}\n{journey}"))
    stage.absorb([order("1", T0, 100)])
    given = T0 + 7 * DAY
    stage.pass_time(given + DAY)
    stage.absorb([redeemed(shop, given + 2 * DAY, 10), cancellation("1", given + 3 * DAY)])
    assert shop.points() == (20, 20), "a step is not undone by what undoes the start of its journey"
    stage.crash(lose_disk=True)
    stage.pass_time(T0 + 100 * DAY)
    assert shop.when() == [("granted", given), ("reminder", given + 15 * DAY), ("expired", given + 20 * DAY)]
    assert shop.points() == (0, 0)
    said = [payload(out)["effective_at"] for out in stage.outgoing if out.topic == TOPICS.messages]
    assert said == [given + 90 * DAY]


def test_engagement_alone_is_granted_reminded_of_and_expires(shop: Shop) -> None:
    stage = shop.open(policy("id: review, on: {engaged: review_posted}, give: {kind: gift, sku: A, expires: 10d}"))
    stage.absorb([engaged("e-1", T0)])
    stage.pass_time(T0 + 10 * DAY)
    assert shop.when() == [("granted", T0), ("expired", T0 + 10 * DAY)]


def test_points_of_who_never_ordered_are_published_too(shop: Shop) -> None:
    shop.open(policy("id: review, on: {engaged: review_posted}, give: {kind: points, points: 5}"))
    shop.stage.absorb([engaged("e-1", T0)])
    assert shop.points() == (5, 5)


def test_an_undone_order_takes_back_what_its_amount_and_its_number_earned(shop: Shop) -> None:
    stage = shop.open(policy(WELCOME + ", clawback: full", LARGE + ", clawback: full"))
    stage.absorb([order("1", T0, 10_000), order("2", T0 + DAY, 10_000)])
    stage.absorb([refund("r-1", "2", T0 + 2 * DAY, 4_000), refund("r-2", "2", T0 + 3 * DAY, 6_000)])
    assert [(kind, one["rule"], one["cause"]["event_id"]) for kind, one in shop.told()[3:]] == [
        ("revoked", "large", "r-2")
    ]
    stage.absorb([cancellation("1", T0 + 4 * DAY)])
    stage.pass_time(T0 + 100 * DAY)
    assert sorted((kind, one["rule"], one["cause"]["event_id"]) for kind, one in shop.told()[4:]) == [
        ("revoked", "large", "c-1"),
        ("revoked", "welcome", "c-1"),
    ]
    assert shop.points() == (0, 0)


def test_an_id_never_pays_twice_and_the_first_order_that_stands_is_rewarded_under_another(shop: Shop) -> None:
    stage = shop.open(policy(WELCOME + ", clawback: full"))
    stage.absorb([order("1", T0, 100)])
    stage.absorb([cancellation("1", T0 + DAY), order("1", T0, 100)])
    stage.absorb([order("2", T0 + 2 * DAY, 100), order("3", T0 + 3 * DAY, 100), cancellation("2", T0 + 4 * DAY)])
    assert shop.kinds() == ["granted", "revoked", "granted"]
    assert shop.reward(0) != shop.reward(1)
    assert shop.points() == (100, 100)


def test_full_takes_spent_points_too_and_unredeemed_leaves_them(shop: Shop) -> None:
    stage = shop.open(policy(WELCOME + ", clawback: full", LARGE + ", clawback: unredeemed"))
    stage.absorb([order("1", T0, 10_000)])
    rules = [one["rule"] for _, one in shop.told()]
    stage.absorb([redeemed(shop, T0 + DAY, 20, name=rule, number=n) for n, rule in enumerate(rules)])
    stage.absorb([cancellation("1", T0 + 2 * DAY)])
    taken = {one["rule"]: one["points"] for kind, one in shop.told() if kind == "revoked"}
    assert taken == {"welcome": 100, "large": 30}
    assert shop.points() == (-20, -20), "later points pay the debt"


def test_what_was_redeemed_whole_is_left_by_unredeemed(shop: Shop) -> None:
    gift = "id: gift, on: {order_value: {min: 1.00}}, give: {kind: gift, sku: A}, clawback: unredeemed"
    stage = shop.open(policy(gift))
    stage.absorb([order("1", T0, 100)])
    stage.absorb([redeemed(shop, T0 + DAY), cancellation("1", T0 + 2 * DAY)])
    assert shop.kinds() == ["granted"]


def test_a_retracted_transition_takes_back_and_its_coming_again_pays_under_another_id(shop: Shop) -> None:
    rule = "id: big, on: {transition: {to: big}}, give: {kind: points, points: 10}, clawback: full"
    stage = shop.open(policy(rule, segments=SPENT))
    stage.absorb([order("1", T0, 5_000)])
    stage.absorb([order("2", T0 + 10 * DAY, 6_000)])
    stage.absorb([refund("r", "1", T0 + 5 * DAY, 2_000)])
    stage.absorb([order("3", T0 + 6 * DAY, 2_000)])
    granted, revoked, again = shop.told()
    assert shop.kinds() == ["granted", "revoked", "granted"]
    assert granted[1]["reward_id"] == revoked[1]["reward_id"] != again[1]["reward_id"]
    assert granted[1]["transition_id"] == revoked[1]["transition_id"] == again[1]["transition_id"]
    assert revoked[1]["cause"] == {"type": "refund", "event_id": "r"}
    assert shop.points() == (10, 10)


def test_of_late_transitions_a_rule_may_ask_for_those_that_are_over_too(shop: Shop) -> None:
    either = "on: {transition: {to: big}}, give: {kind: points, points: 10}"
    stage = shop.open(policy(f"id: now, {either}", f"id: ever, {either}, late: all", segments=SPENT))
    stage.absorb([order("1", T0 + 9 * DAY, 5_000)])
    stage.absorb([order("2", T0, 10_000), cancellation("2", T0 + DAY)])
    assert [(one["rule"], one["effective_at"]) for _, one in shop.told()] == [("ever", T0)]


def test_a_place_in_a_limit_is_free_again_when_a_grant_is_taken_back(shop: Shop) -> None:
    stage = shop.open(policy(LARGE + ", clawback: full, limit: {times: 1}"))
    stage.absorb([order("1", T0, 10_000), order("2", T0 + 1, 10_000), cancellation("1", T0 + 2)])
    stage.absorb([order("3", T0 + 3, 10_000)])
    assert shop.kinds() == ["granted", "withheld", "revoked", "granted"]


def test_an_erased_customer_has_no_points_and_is_reminded_of_nothing(shop: Shop) -> None:
    stage = shop.open(policy(WELCOME + ", clawback: full"))
    stage.absorb([order("1", T0, 100)])
    stage.absorb([erasure("x", T0 + DAY)])
    stage.absorb([order("2", T0 + 2 * DAY, 100)])
    stage.pass_time(EXPIRES + 100 * DAY)
    assert shop.kinds() == ["granted"]
    assert shop.stage.row("ann").points == 0


def test_full_knowledge_says_what_a_worker_says(shop: Shop) -> None:
    rules = policy(WELCOME + ", clawback: full", LARGE + ", clawback: unredeemed")
    events = [order("1", T0, 10_000), order("2", T0 + DAY, 20_000), cancellation("1", T0 + 10 * DAY)]
    stage = shop.open(rules)
    stage.absorb(events)
    stage.pass_time(T0 + 100 * DAY)
    lived = live("ann", [fact_of(event) for event in events], rules, T0 + 100 * DAY)
    told = [kind.replace("reminder", "reminded") for kind in shop.kinds()]
    assert [outcome(one) for one in lived.rewards] == told
    assert lived.row.points == stage.row("ann").points


GOLDEN: dict[str, tuple[str, Callable[[Stage], None]]] = {
    "reminder": (WELCOME, lambda stage: stage.pass_time(EXPIRES - 7 * DAY)),
    "expired": (WELCOME, lambda stage: stage.pass_time(EXPIRES)),
    "revoked": (LARGE + ", clawback: full", lambda stage: stage.absorb([cancellation("1", T0 + DAY)])),
}


@pytest.mark.parametrize("name", GOLDEN)
def test_what_becomes_of_a_grant_leaves_as_its_golden_file_has_it(name: str, shop: Shop) -> None:
    rule, happen = GOLDEN[name]
    stage = shop.open(policy(rule))
    stage.absorb([order("1", T0, 10_000)])
    happen(stage)
    out = [out for out in stage.outgoing if out.topic == TOPICS.rewards][-1]
    assert golden_told(out) == golden(name)
    assert out.value == canonical(golden(name)["value"])
