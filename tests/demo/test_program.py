"""The demo as a user runs it: its moves and numbers are those of a plain fold of the same file; it ends cleanly."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import orjson
import pytest
from aiokafka.partitioner import murmur2

from app.demo import worker_process
from app.demo.broker import EmbeddedBroker
from app.demo.deployment import demo_settings
from app.demo.program import PARTITIONS, Year, run_demo, stream_year
from app.demo.reader import transitions
from app.demo.shop import ShopEvent, events
from app.demo.stories import stories
from app.demo.summary import Summary, Way, summarize
from app.runtime.errors import SegueError
from app.settings import Settings
from schemas.policy_file import load_policy
from tests.oracle import SEED, CustomerTimeline, compare, timeline

GRACE_MS = 200
LIMIT_S = 30.0


@pytest.fixture(scope="module")
def year(tmp_path_factory: pytest.TempPathFactory) -> Year:
    with EmbeddedBroker() as broker:
        directory = tmp_path_factory.mktemp("demo")
        settings = demo_settings(Settings(), broker.bootstrap, directory, "demo-test", embedded=True)
        return asyncio.run(stream_year(settings, embedded=True))


@pytest.fixture(scope="module")
def fold() -> dict[str, CustomerTimeline]:
    """Each partition's clock ends at its newest record; timers run a grace behind it."""
    ends: dict[int, int] = {}
    facts: list[ShopEvent] = list(events())
    for fact in facts:
        ends[partition_of(fact.customer_id)] = fact.occurred_at - GRACE_MS
    return timeline([orjson.loads(fact.payload) for fact in facts], SEED, lambda customer: ends[partition_of(customer)])


def partition_of(customer: str) -> int:
    hashed: int = murmur2(customer.encode()) & 0x7FFFFFFF
    return hashed % PARTITIONS


@pytest.fixture(scope="module")
def summary(year: Year) -> Summary:
    return summarize(transitions(year.published), len(year.orders))


def test_demo_equals_the_batch_fold(year: Year, fold: dict[str, CustomerTimeline]) -> None:
    published = [(record.type, orjson.loads(record.value)) for record in year.published]
    assert len(published) == sum(len(customer.transitions) for customer in fold.values())
    assert compare(published, fold) == []


def test_summary_equals_the_batch_fold(summary: Summary, fold: dict[str, CustomerTimeline]) -> None:
    expected = [transition for customer in fold.values() for transition in customer.transitions]
    assert summary.standing == Counter(customer.state.segment for customer in fold.values())
    assert summary.matrix == Counter(Way(transition["from"], transition["to"]) for transition in expected)
    assert summary.causes == Counter((transition["cause"]["type"], transition["direction"]) for transition in expected)
    assert all(summary.directions[Way(move["from"], move["to"])] == move["direction"] for move in expected)


def test_the_whole_shop_was_streamed(year: Year) -> None:
    assert (len(year.orders), year.orders.total(), year.speed.events) == (4_372, 18_536, 22_190)
    assert year.speed.seconds > 0


def test_three_known_customers_are_told(year: Year) -> None:
    labels = {segment.id: segment.label for segment in load_policy("seed").segments}
    told = stories(transitions(year.published), year.orders, labels)
    assert [story.customer_id for story in told] == ["16955", "16446", "12748"]


def test_a_worker_that_dies_is_told_with_its_last_words(monkeypatch: pytest.MonkeyPatch) -> None:
    dying = "import sys; sys.stderr.write('no state today\\n'); raise SystemExit(3)"
    monkeypatch.setattr(worker_process, "COMMAND", (sys.executable, "-c", dying))
    with pytest.raises(SegueError, match=r"(?s)the worker ended with code 3\..*no state today"):
        run_demo(Settings(), None)


def test_a_kafka_that_is_not_there_is_one_clear_error() -> None:
    with pytest.raises(SegueError, match=r"cannot reach Kafka at 127\.0\.0\.1:1:"):
        run_demo(Settings(), "127.0.0.1:1")


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_stopped_early_it_takes_the_worker_along(tmp_path: Path, how: signal.Signals) -> None:
    with sleeping_worker(tmp_path / "pid") as (demo, worker):
        demo.send_signal(how)
        _, told = demo.communicate(timeout=LIMIT_S)
    assert demo.returncode == 1
    assert told.splitlines()[-1] == "error: stopped before the end; the worker is stopped too"
    assert "Traceback" not in told
    with pytest.raises(ProcessLookupError):
        os.kill(worker, 0)


@contextmanager
def sleeping_worker(pid_file: Path) -> Iterator[tuple["subprocess.Popen[str]", int]]:
    """The demo, waiting for a worker that never gets ready; ends both."""
    command = ("sh", "-c", f"echo $$ > {pid_file}; exec sleep {LIMIT_S}")
    program = (
        f"import sys; sys.argv = ['segue', 'demo']; from app.demo import worker_process; "
        f"worker_process.COMMAND = {command!r}; from app.command_line import main; main()"
    )
    around = {name: value for name, value in os.environ.items() if name != "KAFKA"}
    demo = subprocess.Popen(
        [sys.executable, "-c", program], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=around
    )
    try:
        yield demo, started(pid_file)
    finally:
        demo.kill()


def started(pid_file: Path) -> int:
    limit = time.monotonic() + LIMIT_S
    while time.monotonic() < limit:
        if pid_file.exists() and (text := pid_file.read_text().strip()):
            return int(text)
        time.sleep(0.05)
    raise TimeoutError(f"no worker in {LIMIT_S:.0f} s")
