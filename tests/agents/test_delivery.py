"""Messages on their way: held while it is quiet, asked for again, tried elsewhere, given up, whatever receipts say."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from agents.decisions.delivering import MOST_FOLLOWED
from schemas.policy import Policy
from tables.codec import decode_loyalty
from tables.keys import LOYALTY
from tests.agents.conftest import Open
from tests.agents.golden_files import canonical, golden, told
from tests.agents.small_policies import LADDER, small
from tests.agents.stage import Stage, payload
from tests.builders import DAY, T0, TOPICS
from tests.oracle.events import cancellation, delivered, engaged, erasure, failed, order, profile

MINUTE = 60_000
HOUR = 60 * MINUTE
DELIVERY = "delivery: {attempts: 2, first_wait: 10m, factor: 3, keep: 2d}\n"
THANKS = """\
rewards:
  - {id: thanks, on: {engaged: link_clicked}, give: {kind: points, points: 10},
     message: {template: thank-you, channels: [email, push]}}
"""
NIGHT = 'timezone: Etc/UTC\nquiet_hours: {from: "21:00", to: "08:00"}\n'
CLICK = engaged("e", T0, "link_clicked")
LATE = T0 + 14 * HOUR  # 22:26


def policy(more: str = DELIVERY) -> Policy:
    return small(LADDER, more + THANKS)


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    made = Stage(tmp_path / "db", policy())
    yield made
    made.close()


def on(stage: Stage, topic: str) -> list[dict[str, Any]]:
    return [payload(out) for out in stage.outgoing if out.topic == topic]


def requests(stage: Stage) -> list[tuple[str, int, int]]:
    """Channel, attempt and instant of all that was asked for."""
    return [(one["channel"], one["attempt"], one["not_before"]) for one in on(stage, TOPICS.messages)]


def newest(stage: Stage) -> str:
    asked: str = on(stage, TOPICS.messages)[-1]["message_id"]
    return asked


def outcomes(stage: Stage) -> dict[tuple[str, str], int]:
    return dict(sum((tally.messages for tally in stage.tallies[1:]), stage.tallies[0].messages))


FIRST = ("email", 1, T0)


def test_what_fails_is_asked_for_again_after_a_while_then_on_the_next_channel_and_is_given_up_with_an_alert(
    stage: Stage,
) -> None:
    stage.absorb([CLICK])
    at = T0
    for number, wait in enumerate((10 * MINUTE, 0, 10 * MINUTE)):
        at += MINUTE
        stage.absorb([failed(f"f{number}", at, newest(stage))])
        stage.crash(lose_disk=True)
        stage.pass_time(at + wait - 1)
        assert len(requests(stage)) == number + 1
        at += wait
        stage.pass_time(at)
    expected = [FIRST, ("email", 2, T0 + 11 * MINUTE), ("push", 1, T0 + 12 * MINUTE), ("push", 2, T0 + 23 * MINUTE)]
    assert requests(stage) == expected
    stage.absorb([failed("f9", at + MINUTE, newest(stage), reason="mailbox_full")])
    stage.pass_time(at + 2 * MINUTE)
    (alert,) = on(stage, TOPICS.alerts)
    assert (alert["reason"], alert["channels"], alert["rule"]) == ("mailbox_full", ["email", "push"], "thanks")
    (letter,) = (out for out in stage.outgoing if out.topic == TOPICS.dead_letters)
    assert payload(letter) == on(stage, TOPICS.messages)[-1]
    assert outcomes(stage) == {
        ("email", "asked"): 1, ("email", "asked_again"): 1, ("email", "failed"): 2,
        ("push", "asked_again"): 2, ("push", "failed"): 2, ("push", "given_up"): 1,
    }  # fmt: skip


def test_each_request_has_an_id_of_its_own_and_names_the_first(stage: Stage) -> None:
    stage.absorb([CLICK])
    stage.absorb([failed("f", T0 + 1, newest(stage))])
    stage.pass_time(T0 + HOUR)
    first, second = on(stage, TOPICS.messages)
    assert (first["original_id"], second["original_id"]) == (None, first["message_id"])
    assert first["message_id"] != second["message_id"]
    same = ("template", "fields", "rule", "reward_id", "effective_at", "customer_id")
    assert {name: first[name] for name in same} == {name: second[name] for name in same}


def test_a_request_again_and_the_alert_that_ends_it_are_those_of_their_golden_files(stage: Stage) -> None:
    stage.absorb([CLICK])
    stage.absorb([failed("f", T0 + 1, newest(stage), permanent=True)])
    stage.pass_time(T0 + HOUR)
    stage.absorb([failed("g", T0 + 2 * HOUR, newest(stage), permanent=True, reason="unknown_address")])
    stage.pass_time(T0 + 3 * HOUR)
    again, alert, letter = [out for out in stage.outgoing if out.topic != TOPICS.rewards][-3:]
    for name, out in (("message_again", again), ("undeliverable", alert)):
        assert told(out) == golden(name)
        assert out.value == canonical(golden(name)["value"])
    assert (letter.topic, letter.key, letter.value) == (TOPICS.dead_letters, b"ann", again.value)


def test_a_failure_for_good_leads_to_the_next_channel_at_once(stage: Stage) -> None:
    stage.absorb([CLICK])
    stage.absorb([failed("f", T0 + MINUTE, newest(stage), permanent=True)])
    stage.pass_time(T0 + MINUTE)
    assert requests(stage) == [FIRST, ("push", 1, T0 + MINUTE)]


def test_what_was_delivered_is_not_asked_for_again_unless_it_failed_for_good_after_all(stage: Stage) -> None:
    stage.absorb([CLICK])
    first = newest(stage)
    stage.absorb([failed("f", T0 + 1, first), delivered("d", T0 + 2, first)])
    stage.pass_time(T0 + HOUR)
    assert requests(stage) == [FIRST]
    stage.absorb([failed("g", T0 + HOUR, first, permanent=True)])
    stage.pass_time(T0 + 2 * HOUR)
    assert requests(stage) == [FIRST, ("push", 1, T0 + HOUR)]


@pytest.mark.parametrize("stranger", ["nobody", "again", "too late"])
def test_a_receipt_that_nobody_waits_for_does_nothing(stage: Stage, stranger: str) -> None:
    stage.absorb([CLICK])
    first = newest(stage)
    at, name = (T0 + 3 * DAY, first) if stranger == "too late" else (T0 + HOUR, "5f0c7d1a")
    if stranger == "again":
        stage.absorb([failed("f", T0, first)])
        stage.pass_time(T0 + HOUR)
        name = first  # of the first request, which another has followed
    before = requests(stage)
    stage.absorb([failed("x", at, name, permanent=True)])
    stage.pass_time(T0 + 9 * DAY)
    assert requests(stage) == before
    assert on(stage, TOPICS.alerts) == []


def test_without_a_policy_for_delivery_a_receipt_is_counted_and_nothing_else(opened: Open) -> None:
    stage = opened(policy(""))
    stage.absorb([CLICK])
    sent = len(stage.outgoing)
    stage.absorb([failed("f", T0 + 1, newest(stage), permanent=True)])
    stage.pass_time(T0 + DAY)
    assert [ending.value for ending in stage.tallies[-1].endings] == ["unasked"]
    assert len(stage.outgoing) == sent


def test_a_message_of_quiet_hours_is_asked_for_when_they_are_over(opened: Open) -> None:
    stage = opened(policy(NIGHT))
    stage.absorb([engaged("e", LATE, "link_clicked")])
    assert requests(stage) == []
    stage.pass_time(LATE + DAY)
    assert requests(stage) == [("email", 1, T0 + DAY - 26 * MINUTE)]
    assert on(stage, TOPICS.messages)[0]["effective_at"] == LATE


def test_who_unsubscribes_while_it_is_quiet_hears_nothing_on_that_channel(opened: Open) -> None:
    for refused, channels in ((["email"], ["push"]), (["email", "push"], [])):
        stage = opened(policy(NIGHT))
        stage.absorb([engaged("e", LATE, "link_clicked")])
        stage.absorb([profile("p", LATE + HOUR, None, **dict.fromkeys(refused, False))])
        stage.pass_time(LATE + DAY)
        assert [channel for channel, *_ in requests(stage)] == channels


def test_who_unsubscribes_before_a_message_is_tried_again_hears_nothing_on_that_channel(opened: Open) -> None:
    for refused, channels in ((["email"], ["push"]), (["email", "push"], [])):
        stage = opened(policy())
        stage.absorb([CLICK])
        stage.absorb([failed("f", T0 + 1, newest(stage))])
        stage.absorb([profile("p", T0 + MINUTE, None, **dict.fromkeys(refused, False))])
        stage.pass_time(T0 + DAY)
        assert [channel for channel, *_ in requests(stage)][1:] == channels
        assert on(stage, TOPICS.alerts) == []


VOUCHER = """\
rewards:
  - {id: thanks, on: {order_value: {min: 1.00}}, give: {kind: discount, percent: 10%%, expires: %s}, clawback: full,
     message: {template: ten, channels: [email, push]}}
"""


def kept_back(stage: Stage) -> list[tuple[str, int, str | None]]:
    """Reason, instant and the id of the first request of what is not asked for."""
    told = [payload(out) for out in stage.outgoing if dict(out.headers)["ce_type"] == b"message.withheld"]
    assert all((one["rule"], one["template"], one["journey"]) == ("thanks", "ten", None) for one in told)
    return [(one["reason"], one["effective_at"], one["message_id"]) for one in told]


MORNING = T0 + DAY - 26 * MINUTE


@pytest.mark.parametrize(("expires", "reason"), [("90d", "revoked"), ("30m", "expired"), ("574m", "expired")])
def test_a_held_message_of_a_reward_that_is_hers_no_more_is_withheld(opened: Open, expires: str, reason: str) -> None:
    """The last of them expires in the very millisecond in which the quiet hours end."""
    stage = opened(small(LADDER, NIGHT + VOUCHER % expires))
    stage.absorb([order("1", LATE, 100)])
    if reason == "revoked":
        stage.absorb([cancellation("1", LATE + MINUTE)])
    stage.crash(lose_disk=True)
    stage.pass_time(LATE + 2 * DAY)
    assert kept_back(stage) == [(reason, MORNING, None)]
    assert outcomes(stage) == {("email", reason): 1}


def test_a_message_is_not_asked_for_again_when_its_reward_is_hers_no_more(opened: Open) -> None:
    stage = opened(small(LADDER, DELIVERY + VOUCHER % "90d"))
    stage.absorb([order("1", T0, 100)])
    first = newest(stage)
    stage.absorb([failed("f", T0 + 1, first)])
    stage.absorb([cancellation("1", T0 + MINUTE)])
    stage.pass_time(T0 + HOUR)
    assert kept_back(stage) == [("revoked", T0 + 1 + 10 * MINUTE, first)]
    stage.absorb([failed("g", T0 + 2 * HOUR, first, permanent=True)])
    stage.pass_time(T0 + DAY)
    assert len(on(stage, TOPICS.messages)) == 2
    assert on(stage, TOPICS.alerts) == []


def test_a_reward_that_is_still_hers_is_told_of_in_the_morning(opened: Open) -> None:
    stage = opened(small(LADDER, NIGHT + VOUCHER % "1d"))
    stage.absorb([order("1", LATE, 100)])
    stage.pass_time(LATE + 2 * DAY)
    assert (requests(stage), kept_back(stage)) == ([("email", 1, MORNING)], [])


def test_a_message_is_not_tried_again_while_it_is_quiet(opened: Open) -> None:
    stage = opened(policy(NIGHT + DELIVERY))
    evening = LATE - 90 * MINUTE  # 20:56
    stage.absorb([engaged("e", evening, "link_clicked")])
    stage.absorb([failed("f", evening + 1, newest(stage))])
    stage.pass_time(LATE + DAY)
    assert requests(stage) == [("email", 1, evening), ("email", 2, T0 + DAY - 26 * MINUTE)]


def test_nothing_is_tried_again_for_who_is_erased(stage: Stage) -> None:
    stage.absorb([CLICK])
    first = newest(stage)
    stage.absorb([failed("f", T0 + 1, first), erasure("x", T0 + MINUTE)])
    stage.absorb([failed("g", T0 + HOUR, first, permanent=True)])
    stage.pass_time(T0 + DAY)
    assert requests(stage) == [FIRST]


def test_no_more_messages_are_followed_than_a_row_may_hold(stage: Stage) -> None:
    stage.absorb([engaged(str(n), T0 + n, "link_clicked") for n in range(MOST_FOLLOWED + 5)])
    stored = stage.table.get(LOYALTY + b"ann")
    assert stored is not None
    kept = decode_loyalty(stored).messages
    assert [one.asked_at for one in kept] == [T0 + n for n in range(5, MOST_FOLLOWED + 5)]
    stage.absorb([engaged("later", T0 + 5 * DAY, "link_clicked")])
    assert len(decode_loyalty(stage.table.get(LOYALTY + b"ann") or b"").messages) == 1
