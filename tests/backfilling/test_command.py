"""`segue backfill` as it is typed, with an embedded broker."""

import asyncio
import signal
import time
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import orjson
import pytest
import typer
from typer.testing import CliRunner, Result

from app.backfill_command import backfill
from app.backfilling import program, sending
from app.backfilling.history import History
from app.backfilling.record_sorter import Record
from app.demo.topics import make_topics
from app.settings import KafkaSettings, Settings
from app.simulate.progress import Progress
from schemas.topics import Topics
from tests.backfilling.histories import EVERYTHING
from tests.builders import DAY, T0, TOPIC_OF, TOPICS
from tests.kafka.reading import Read, read_all
from tests.kafka.shop import Shop
from tests.oracle.events import order
from tests.simulate.files import csv_of, ndjson, written

SEGUE = typer.Typer()
SEGUE.command()(backfill)
PARTITIONS: Final = 4
"""The embedded broker's."""


@pytest.fixture
def shop(embedded_broker: str, monkeypatch: pytest.MonkeyPatch) -> Shop:
    """A deployment of its own, whose topics are there and empty."""
    name = f"t{uuid.uuid4().hex[:10]}"
    monkeypatch.setenv("SEGUE_KAFKA__BOOTSTRAP_SERVERS", embedded_broker)
    monkeypatch.setenv("SEGUE_TOPIC_PREFIX", f"{name}.")
    monkeypatch.setenv("SEGUE_APP_ID", name)
    kafka = KafkaSettings(bootstrap_servers=embedded_broker)
    asyncio.run(make_topics(Settings(app_id=name, topic_prefix=f"{name}.", kafka=kafka), PARTITIONS, embedded=True))
    return Shop(embedded_broker, Topics(f"{name}.", name), PARTITIONS)


@pytest.fixture
def events(tmp_path: Path) -> str:
    return str(written(tmp_path / "events.ndjson", ndjson(EVERYTHING)))


def run(*arguments: str) -> Result:
    return CliRunner().invoke(SEGUE, ["--ignore-retention", *arguments])


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
    assert done.stdout.splitlines()[:8] == [
        "Sent 7 records, 2010-12-01T08:26:00.000Z to 2010-12-07T08:26:00.000Z",
        f"  {shop.topics.orders}                4",
        f"  {shop.topics.engagement}            1",
        f"  {shop.topics.customers}             2",
        "  2 customers",
        "  9 events read, 2 rejected",
        "    naive_time 1",
        "    negative_amount 1",
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
        "records": {shop.topics.orders: 4, shop.topics.engagement: 1, shop.topics.customers: 2},
        "customers": 2,
        "oldest_at": T0,
        "newest_at": T0 + 6 * DAY,
        "not_empty": [],
        "silent_until": None,
    }


def test_a_second_run_says_that_the_topics_were_not_empty(shop: Shop, events: str) -> None:
    run(events)
    again = run(events)
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


def assert_empty(shop: Shop) -> None:
    assert {feed: sum(shop.ends(feed).values()) for feed in TOPICS.feeds.values()} == dict.fromkeys(
        TOPICS.feeds.values(), 0
    )


def test_a_file_that_was_cut_sends_nothing_not_even_of_another_file(shop: Shop, events: str, tmp_path: Path) -> None:
    cut = written(tmp_path / "cut.ndjson", ndjson(EVERYTHING)[:-9])
    done = run(events, str(cut))
    assert (done.exit_code, done.stdout) == (1, "")
    assert done.stderr.endswith("cut.ndjson:7: the file ends in the middle of a line\n")
    assert_empty(shop)


def test_files_of_nothing_but_rejected_rows_are_an_error(shop: Shop, tmp_path: Path) -> None:
    row = {"customer_id": "ann", "order_id": "1", "occurred_at": "yesterday", "amount": "1"}
    done = run(str(written(tmp_path / "orders.csv", csv_of([row, row]))))
    assert (done.exit_code, done.stdout) == (1, "")
    assert done.stderr == "error: nothing can be sent: all 2 events are rejected, invalid_time 2\n"


def test_stamped_with_now_a_record_is_as_old_as_its_sending(shop: Shop, events: str) -> None:
    before = int(time.time() * 1000)
    assert run(events, "--recorded-at", "now").exit_code == 0
    stamps = [record.timestamp for read in sent(shop).values() for record in read]
    assert before <= min(stamps) <= max(stamps) <= int(time.time() * 1000)


def test_without_its_topics_nothing_is_read_or_sent(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SEGUE_TOPIC_PREFIX", "none.")
    done = run("no such file")
    assert done.exit_code == 1
    assert done.stderr.startswith("error: topics are missing: none.commerce.orders.v1, none.commerce.engagement.v1, ")


def test_what_topics_do_with_old_records_is_asked_unless_it_is_ignored(shop: Shop, events: str) -> None:
    """The embedded broker has no answer."""
    done = CliRunner().invoke(SEGUE, [events])
    assert done.exit_code == 1
    assert "IncompatibleBrokerVersion" in done.stderr
    assert_empty(shop)


@pytest.mark.parametrize("signalled", [signal.SIGINT, signal.SIGTERM])
def test_an_interruption_tells_how_far_it_came(
    signalled: signal.Signals, shop: Shop, events: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(history: History, progress: Progress) -> Iterator[Record]:
        for number, record in enumerate(history.in_order()):
            if number == 5:
                signal.raise_signal(signalled)
            yield record

    monkeypatch.setattr(sending, "CHECKPOINT", 2)
    monkeypatch.setattr(program, "_shown", interrupted)
    done = run(events)
    assert (done.exit_code, done.stdout) == (1, "")
    assert done.stderr.startswith(
        "error: stopped: 4 of 7 records are in the topics for certain, all that were recorded "
    )
    assert "before 2010-12-04T08:26:00.000Z. Operator action: run it again with the same files" in done.stderr
    assert signal.getsignal(signal.SIGTERM) == signal.SIG_DFL
    monkeypatch.undo()


def test_interrupted_while_it_reads_it_has_sent_nothing(
    shop: Shop, events: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(program, "read_history", lambda *_: signal.raise_signal(signal.SIGINT))
    done = run(events)
    assert (done.exit_code, done.stderr) == (1, "error: stopped: nothing was sent\n")
    assert_empty(shop)


def test_another_stamp_is_a_usage_error(events: str) -> None:
    assert run(events, "--recorded-at", "then").exit_code == 2


def test_help_says_that_a_second_run_is_harmless() -> None:
    told = " ".join(run("--help").stdout.split())
    assert "Running it twice, or again after it was interrupted, is harmless" in told
