"""`segue rewards audit`: each grant, refusal, reminder, expiry and taking back in words, with the balance after it."""

from pathlib import Path
from typing import Any

import orjson
import pytest
from typer.testing import CliRunner, Result

from app.explaining.audit import NOTHING_READ
from app.rewards_command import rewards
from schemas.digests import message_of_reward, request_id, reward_id
from tests.builders import DAY, T0
from tests.oracle.events import cancellation, delivered, engaged, erasure, failed, order

RULES = """\
version: 1
id: small
currency: GBP
segments: [{id: all, otherwise: true}]
rewards:
  - {id: welcome, on: {first_order: true}, give: {kind: points, points: 100, expires: 60d, remind: [7d]}}
  - {id: large, on: {order_value: {min: 100.00}}, give: {kind: points, points: 50}, clawback: full, limit: {times: 1}}
"""
FULL = "she has had as many as the limit of the rule allows"
EVENTS: list[Any] = [
    order("1", T0, 10_000),
    order("2", T0 + DAY, 20_000),
    engaged("e-1", T0 + 2 * DAY, "reward_redeemed", reward_id=reward_id("ann", "welcome", "first_order"), points=30),
    cancellation("1", T0 + 3 * DAY),
]


@pytest.fixture
def files(tmp_path: Path) -> list[str]:
    (tmp_path / "rules.yaml").write_text(RULES)
    (tmp_path / "events.ndjson").write_bytes(b"\n".join(map(orjson.dumps, EVENTS)))
    return ["--policy", str(tmp_path / "rules.yaml"), "--events", str(tmp_path / "events.ndjson")]


def run(*arguments: str) -> Result:
    return CliRunner().invoke(rewards, ["audit", *arguments])


def test_everything_is_told_in_words_and_in_order_with_the_balance_after_it(files: list[str]) -> None:
    done = run("ann", *files, "--as-of", str(T0 + 100 * DAY))
    assert done.exit_code == 0, done.output
    heading, note, *lines = done.stdout.splitlines()
    assert heading == "Rewards of ann up to 2011-03-11 08:26 UTC, by small 1"
    assert note == f"  note: {NOTHING_READ}"
    assert [line.partition("  2010-12-0")[2] or line.strip() for line in lines] == [
        "1 08:26  large: granted 50 points, for order 1 of 100.00 GBP; balance 50",
        "1 08:26  welcome: granted 100 points, until 2011-01-30 08:26, for order 1 of 100.00 GBP; balance 150",
        f"2 08:26  large: withheld 50 points, {FULL}, for order 2 of 200.00 GBP; balance 150",
        "3 08:26  welcome: redeemed 30 points, by event e-1; balance 120",
        "4 08:26  large: taken back (50 points): cancellation of order 1; balance 70",
        "2011-01-23 08:26  welcome: reminder: 70 points will expire at 2011-01-30 08:26, 7d ahead; balance 70",
        "2011-01-30 08:26  welcome: expired: 70 points had not been redeemed; balance 0",
    ]


def test_the_object_sums_up_to_the_balance(files: list[str]) -> None:
    told = orjson.loads(run("ann", *files, "--as-of", str(T0 + 10 * DAY), "--json").stdout)
    assert [one["outcome"] for one in told["entries"]] == ["granted", "granted", "limit", "redeemed", "revoked"]
    assert sum(one["points"] for one in told["entries"]) == told["points"] == told["entries"][-1]["balance"] == 70
    assert {(one["published"], one["difference"]) for one in told["entries"]} == {(None, None)}
    assert told["notes"] == [NOTHING_READ]


def test_an_erasure_begins_the_balance_anew(tmp_path: Path, files: list[str]) -> None:
    ends = [*EVENTS, erasure("x", T0 + 5 * DAY), order("3", T0 + 6 * DAY, 10_000)]
    (tmp_path / "events.ndjson").write_bytes(b"\n".join(map(orjson.dumps, ends)))
    told = orjson.loads(run("ann", *files, "--as-of", str(T0 + 9 * DAY), "--json").stdout)
    assert (told["entries"][-1]["outcome"], told["points"]) == ("granted", 50)


def test_who_is_unknown_is_an_error(files: list[str]) -> None:
    done = run("zoe", *files)
    assert done.exit_code == 1
    assert "customer zoe: the files hold no fact of such a customer" in done.stderr


def test_the_story_of_a_grant_shows_what_became_of_its_message(tmp_path: Path) -> None:
    thanks = "message: {template: thank-you, channels: [email, push]}"
    rules = RULES.replace("clawback: full", f"{thanks}, clawback: full") + "delivery: {attempts: 1}\n"
    (tmp_path / "rules.yaml").write_text(rules)
    message = message_of_reward(reward_id("ann", "large", "o-1"))
    events = [order("1", T0, 10_000), failed("f", T0 + DAY, message, reason="mailbox_full")]
    events.append(delivered("d", T0 + 2 * DAY, request_id("ann", message, "push", 1)))
    (tmp_path / "events.ndjson").write_bytes(b"\n".join(map(orjson.dumps, events)))
    options = ["--policy", str(tmp_path / "rules.yaml"), "--events", str(tmp_path / "events.ndjson")]
    lines = [line.partition("large: ")[2] for line in run("ann", *options).stdout.splitlines() if "large" in line]
    assert lines[1:] == [
        "message thank-you by email: asked for",
        "message thank-you by email: attempt 1 failed for now (mailbox_full)",
        "message thank-you by push: asked for again (attempt 1 on this channel)",
        "message thank-you by push: delivered",
    ]
    told = orjson.loads(run("ann", *options, "--json").stdout)["messages"]
    assert [(one["outcome"], one["channel"]) for one in told] == [
        ("asked", "email"), ("failed", "email"), ("asked_again", "push"), ("delivered", "push"),
    ]  # fmt: skip
    assert {one["reward_id"] for one in told} == {reward_id("ann", "large", "o-1")}


SERIES = """\
version: 1
id: small
currency: GBP
segments: [{id: all, otherwise: true}]
caps: [{id: daily, kinds: [message], times: 1, per: 1d}]
journeys:
  - {id: hello, on: {first_order: true}, steps: [{message: {template: one, channels: [email]}}, {wait: 1h},
      {message: {template: two, channels: [email]}}]}
"""


def test_a_message_that_a_cap_keeps_back_is_told_as_such(files: list[str], tmp_path: Path) -> None:
    (tmp_path / "rules.yaml").write_text(SERIES)
    done = run("ann", *files, "--as-of", str(T0 + DAY))
    assert done.exit_code == 0, done.output
    assert done.stdout.splitlines()[2:] == [
        "  2010-12-01 08:26  hello: message one by email: asked for",
        "  2010-12-01 09:26  hello: message two: not asked for, a cap is reached",
    ]
    *_, withheld = orjson.loads(run("ann", *files, "--as-of", str(T0 + DAY), "--json").stdout)["messages"]
    assert (withheld["outcome"], withheld["channel"], withheld["attempt"]) == ("withheld", None, None)
