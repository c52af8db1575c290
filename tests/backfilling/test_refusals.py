"""What `segue backfill` does not send, and how far it came where it was stopped; with an embedded broker."""

import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner

from app.backfilling import program, sending
from app.backfilling.history import History
from app.backfilling.record_sorter import Record
from app.simulate.progress import Progress
from tests.backfilling.histories import EVERYTHING
from tests.backfilling.stage import SEGUE, assert_empty, run
from tests.builders import TOPICS
from tests.kafka.shop import Shop
from tests.simulate.files import csv_of, ndjson, written


def test_a_file_that_was_cut_sends_nothing_not_even_of_another_file(shop: Shop, events: str, tmp_path: Path) -> None:
    cut = written(tmp_path / "cut.ndjson", ndjson(EVERYTHING)[:-9])
    done = run(events, str(cut))
    assert (done.exit_code, done.stdout) == (1, "")
    assert done.stderr.endswith("cut.ndjson:7: the file ends in the middle of a line\n")
    assert_empty(shop)


def test_files_of_nothing_but_rejected_rows_are_an_error(shop: Shop, tmp_path: Path) -> None:
    row = {"customer_id": "ann", "order_id": "1", "occurred_at": "yesterday", "amount": "1"}
    file = written(tmp_path / "orders.csv", csv_of([row, row]))
    done = run(str(file))
    assert (done.exit_code, done.stdout) == (1, "")
    assert done.stderr.startswith(
        f"error: nothing can be sent: all 2 events are rejected: invalid_time 2, first at {file}:2: $.occurred_at: "
    )


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
def test_an_interruption_tells_how_far_it_came_and_the_next_run_goes_on_there(
    signalled: signal.Signals, shop: Shop, events: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(history: History, progress: Progress, what: str) -> Iterator[Record]:
        for number, record in enumerate(history.in_order()):
            if number == 5:
                signal.raise_signal(signalled)
            yield record

    with monkeypatch.context() as patched:
        patched.setattr(sending, "CHECKPOINT", 2)
        patched.setattr(program, "_shown", interrupted)
        done = run(events)
    assert (done.exit_code, done.stdout) == (1, "")
    assert done.stderr.startswith(
        "error: stopped: 4 of 7 records are in the topics for certain, all that were recorded "
    )
    assert "before 2010-12-04T08:26:00.000Z. Operator action: run it again with the same files" in done.stderr
    assert signal.getsignal(signal.SIGTERM) == signal.SIG_DFL
    assert run(events).exit_code == 0
    assert sum(sum(shop.ends(feed).values()) for feed in TOPICS.feeds.values()) == len(EVERYTHING)


def test_interrupted_while_it_reads_it_has_sent_nothing(
    shop: Shop, events: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(program, "read_history", lambda *_: signal.raise_signal(signal.SIGINT))
    done = run(events)
    assert (done.exit_code, done.stderr) == (1, "error: stopped: nothing was sent\n")
    assert_empty(shop)
