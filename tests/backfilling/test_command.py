"""`segue backfill` as it is typed, with an embedded broker."""

import time
from pathlib import Path

import orjson

from tests.backfilling.histories import EVERYTHING
from tests.backfilling.stage import PARTITIONS, assert_empty, run
from tests.builders import DAY, T0, TOPIC_OF, TOPICS
from tests.kafka.reading import Read, read_all
from tests.kafka.shop import Shop
from tests.oracle.events import order
from tests.simulate.files import ndjson, written


def sent(shop: Shop) -> dict[str, list[Read]]:
    return {topic: read_all(shop, topic) for topic in shop.topics.inputs}


def test_everything_is_on_its_topic_at_home_and_in_the_order_of_time(shop: Shop, tmp_path: Path) -> None:
    events = [order(str(n), T0 + n * 7_919_000_000 % (300 * DAY), n, customer_id=f"c-{n % 90}") for n in range(2_000)]
    done = run(str(written(tmp_path / "events.ndjson.zst", ndjson([*events, *EVERYTHING]))))
    assert done.exit_code == 0, done.stderr
    records = sent(shop)
    for topic, read in records.items():
        assert all(record.key is not None for record in read)
        assert {record.partition for record in read} == {
            shop.partition_of((record.key or b"").decode()) for record in read
        }
        for partition in range(PARTITIONS):
            stamps = [record.timestamp for record in read if record.partition == partition]
            assert stamps == sorted(stamps), topic
        assert all(record.payload["occurred_at"] == record.timestamp for record in read)
    values = sorted(record.value or b"" for read in records.values() for record in read)
    assert values == sorted(map(orjson.dumps, [*events, *EVERYTHING]))
    assert {record.payload["type"] for record in records[shop.topics.customers]} == {
        kind for kind, topic in TOPIC_OF.items() if topic == TOPICS.customers
    }


def test_an_account_is_given_and_nothing_else_is_said(shop: Shop, tmp_path: Path, events: str) -> None:
    bad = written(tmp_path / "bad.ndjson", ndjson([order("9", "2010-12-01T08:26:00", 1), order("9", T0, -1)]))
    done = run(events, str(bad))
    assert done.exit_code == 0
    assert done.stdout.splitlines()[:9] == [
        "Sent 7 records, 2010-12-01T08:26:00.000Z to 2010-12-07T08:26:00.000Z",
        f"  {shop.topics.orders}                4",
        f"  {shop.topics.engagement}            1",
        f"  {shop.topics.customers}             2",
        f"  {shop.topics.receipts}               0",
        "  2 customers",
        "  9 events read, 2 rejected",
        f"    naive_time 1, first at {bad}:1: $.occurred_at: A time needs an offset: Z or +hh:mm",
        f"    negative_amount 1, first at {bad}:2: $.total.amount_minor: An amount is not negative",
    ]
    assert "workers may start now, and should not have before" in done.stdout
    assert "Policy seed has no silent_until after the history begins" in done.stdout
    assert "Held records before" not in done.stdout
    assert done.stderr == ""


def test_json_tells_the_same(shop: Shop, events: str) -> None:
    told = orjson.loads(run(events, "--json").stdout)
    assert told == {
        "dry_run": False,
        "read": 7,
        "rejected": {},
        "records": {
            shop.topics.orders: 4,
            shop.topics.engagement: 1,
            shop.topics.customers: 2,
            shop.topics.receipts: 0,
        },
        "customers": 2,
        "oldest_at": T0,
        "newest_at": T0 + 6 * DAY,
        "already_there": 0,
        "not_empty": [],
        "silent_until": None,
    }


def test_a_second_run_sends_nothing(shop: Shop, events: str) -> None:
    run(events)
    again = run(events)
    assert again.stdout.startswith("Sent 0 records, ")
    assert "  7 records before them had been sent already, by a run that was stopped" in again.stdout
    assert "Held records before" not in again.stdout
    assert orjson.loads(run(events, "--json").stdout)["already_there"] == 7
    assert sum(map(len, sent(shop).values())) == len(EVERYTHING)


def test_topics_that_hold_anything_else_get_everything_and_are_named(shop: Shop, tmp_path: Path, events: str) -> None:
    earlier = [{**event, "occurred_at": event["occurred_at"] - 1} for event in EVERYTHING]
    run(str(written(tmp_path / "earlier.ndjson", ndjson(earlier))))
    again = run(events)
    assert again.stdout.startswith("Sent 7 records, ")
    assert (
        f"Held records before: {shop.topics.customers}, {shop.topics.engagement}, {shop.topics.orders}. What was"
        in (again.stdout)
    )
    assert sum(map(len, sent(shop).values())) == 2 * len(EVERYTHING)


def test_a_dry_run_tells_what_would_be_sent_and_sends_nothing(shop: Shop, events: str) -> None:
    done = run(events, "--dry-run")
    assert done.exit_code == 0
    assert done.stdout.startswith("Would send 7 records, ")
    assert "Nothing was sent. Start no worker before the history is complete" in done.stdout
    assert orjson.loads(run(events, "--dry-run", "--json").stdout)["dry_run"]
    assert_empty(shop)


def test_stamped_with_now_a_record_is_as_old_as_its_sending(shop: Shop, events: str) -> None:
    before = int(time.time() * 1000)
    assert run(events, "--recorded-at", "now").exit_code == 0
    stamps = [record.timestamp for read in sent(shop).values() for record in read]
    assert before <= min(stamps) <= max(stamps) <= int(time.time() * 1000)


def test_another_stamp_is_a_usage_error(events: str) -> None:
    assert run(events, "--recorded-at", "then").exit_code == 2


def test_help_says_that_a_second_run_goes_on_and_is_harmless() -> None:
    told = " ".join(run("--help").stdout.split())
    assert "Run again after it was interrupted it goes on where it stopped" in told
    assert "What is sent twice all the same is harmless" in told
