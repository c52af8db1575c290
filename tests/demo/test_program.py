"""The demo as a user runs it: its moves and rewards are those of a plain fold of the same facts; it ends cleanly."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from dataclasses import replace
from http import HTTPStatus
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import aiohttp
import orjson
import pytest
import structlog
from aiokafka.partitioner import murmur2

from app.demo import program, worker_process
from app.demo.broker import EmbeddedBroker
from app.demo.deployment import demo_settings
from app.demo.derived import with_derived
from app.demo.page import ServedPage, looked_at, served_page
from app.demo.program import PARTITIONS, Year, run_demo, stream_year
from app.demo.reader import transitions
from app.demo.rewarded import count_rewards, message_ids
from app.demo.shop import events
from app.demo.stories import stories
from app.demo.summary import Summary, Way, summarize
from app.demo.topics import make_topics
from app.demo.webhook import Delivery
from app.runtime.errors import SegueError
from app.settings import Settings
from app.simulate.cut_point_history import history
from schemas.digests import reward_id, transition_id
from schemas.facts import Fact
from schemas.policy_file import load_policy
from tests.agents.policies import Both
from tests.builders import DAY, fact_of
from tests.oracle import SEED, CustomerTimeline, CutPoints, Reward, compare, rewards, timeline
from tests.serving.shown_worker import shown_worker

GRACE_MS = 200
LIMIT_S = 30.0


@pytest.fixture(scope="module")
def year(tmp_path_factory: pytest.TempPathFactory) -> Year:
    with EmbeddedBroker() as broker:
        directory = tmp_path_factory.mktemp("demo")
        settings = demo_settings(Settings(), broker.bootstrap, directory, "demo-test", embedded=True)
        return asyncio.run(stream_year(settings, embedded=True))


@pytest.fixture(scope="module")
def facts() -> list[dict[str, Any]]:
    """All inputs, as a worker merges them."""
    return [orjson.loads(fact.payload) for fact in with_derived(events())]


@pytest.fixture(scope="module")
def ends() -> dict[int, int]:
    """Each partition's clock ends at its newest record; timers run a grace behind it."""
    return {partition_of(fact.customer_id): fact.occurred_at - GRACE_MS for fact in with_derived(events())}


@pytest.fixture(scope="module")
def cut_points(
    facts: list[dict[str, Any]], ends: dict[int, int], tmp_path_factory: pytest.TempPathFactory
) -> list[CutPoints]:
    """Those that a census of all facts gives, every week."""
    policy = load_policy("seed")
    weekly = replace(policy, refresh=replace(policy.refresh, every_ms=7 * DAY))
    known: dict[str, list[Fact]] = defaultdict(list)
    for fact in facts:
        known[fact["customer_id"]].append(fact_of(fact))
    versions = history(weekly, known.items(), min(ends.values()), tmp_path_factory.mktemp("census"))
    return Both(policy, SEED, tuple(versions)).told


@pytest.fixture(scope="module")
def fold(facts: list[dict[str, Any]], ends: dict[int, int], cut_points: list[CutPoints]) -> dict[str, CustomerTimeline]:
    return timeline(facts, SEED, lambda customer: ends[partition_of(customer)], cut_points)


@pytest.fixture(scope="module")
def due(facts: list[dict[str, Any]], ends: dict[int, int], cut_points: list[CutPoints]) -> list[Reward]:
    return rewards(facts, SEED, lambda customer: ends[partition_of(customer)], cut_points)


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


def test_rewards_equal_the_batch_fold(year: Year, due: list[Reward]) -> None:
    assert len(paid(year)) == len(due)
    assert paid(year) == sorted((payable(reward) for reward in due), key=str)


def paid(year: Year) -> list[tuple[Any, ...]]:
    """Rewards as published, each with the channel of its message."""
    messages = [orjson.loads(record.value) for record in year.messages]
    channels = {message["reward_id"]: message["channel"] for message in messages}
    told = [(record.type.removeprefix("reward."), orjson.loads(record.value)) for record in year.rewards]
    found = [
        (
            reward["reward_id"],
            outcome,
            reward.get("reason"),
            reward["effective_at"],
            reward.get("expires_at"),
            reward["cause"],
            channels.get(reward["reward_id"]),
        )
        for outcome, reward in told
        if outcome in {"granted", "withheld"}
    ]
    return sorted(found, key=str)


def payable(reward: Reward) -> tuple[Any, ...]:
    """The same of the oracle's."""
    occasion = str(reward.occasion[-1])
    if reward.occasion[0] == "transition":
        ways: Any = reward.occasion[1:]
        occasion = transition_id(reward.customer_id, SEED.id, *ways)
    granted = reward.outcome == "granted"
    return (
        reward_id(reward.customer_id, reward.rule, occasion),
        reward.outcome,
        reward.reason,
        reward.effective_at,
        reward.expires_at if granted else None,
        dict(reward.cause),
        reward.channel,
    )


def test_every_kind_of_reward_is_there_and_every_message_has_arrived_once(year: Year, due: list[Reward]) -> None:
    counted = count_rewards(year.rewards, year.messages)
    assert counted.outcomes == Counter((reward.rule, reward.reason or "granted") for reward in due)
    assert {("review-points", "limit"), ("champion-gift", "limit")} < set(counted.outcomes)
    assert counted.channels == Counter(reward.channel for reward in due if reward.channel is not None)
    assert set(counted.channels) == {"email", "push"}
    assert year.delivery == Delivery(len(message_ids(year.messages)), len(year.messages), 0)


def test_summary_equals_the_batch_fold(summary: Summary, fold: dict[str, CustomerTimeline]) -> None:
    expected = [transition for customer in fold.values() for transition in customer.transitions]
    assert summary.standing == Counter(customer.state.segment for customer in fold.values())
    assert summary.matrix == Counter(Way(transition["from"], transition["to"]) for transition in expected)
    assert summary.causes == Counter((transition["cause"]["type"], transition["direction"]) for transition in expected)
    assert all(summary.directions[Way(move["from"], move["to"])] == move["direction"] for move in expected)


def test_the_whole_shop_was_streamed(year: Year) -> None:
    assert (len(year.orders), year.orders.total(), year.speed.events) == (4_372, 18_536, 40_684)
    assert year.speed.seconds > 0


def test_three_known_customers_are_told(year: Year) -> None:
    labels = {segment.id: segment.label for segment in load_policy("seed").segments}
    told = stories(transitions(year.published), year.orders, labels)
    assert [story.customer_id for story in told] == ["12601", "16446", "12748"]


def test_a_worker_that_dies_is_told_with_its_last_words(monkeypatch: pytest.MonkeyPatch) -> None:
    dying = "import sys; sys.stderr.write('no state today\\n'); raise SystemExit(3)"
    monkeypatch.setattr(worker_process, "COMMAND", (sys.executable, "-c", dying))
    monkeypatch.setattr(program, "events", list)
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


def test_the_page_is_there_from_the_beginning(tmp_path: Path) -> None:
    with sleeping_worker(tmp_path / "pid") as (demo, _):
        assert demo.stderr is not None
        told = next(line for line in demo.stderr if line.startswith("The page: "))
        with urlopen(told.removeprefix("The page: ").strip(), timeout=LIMIT_S) as page:  # noqa: S310  # our own address
            assert b"<title>Segue</title>" in page.read()


async def test_whoever_has_seen_enough_ends_the_page_without_an_error(page: ServedPage) -> None:
    looking = asyncio.ensure_future(looked_at(page))
    await asyncio.sleep(0)
    looking.cancel()
    await looking
    assert not looking.cancelled()


async def test_the_page_tells_of_the_worker_and_once_it_has_ended_of_its_end(page: ServedPage) -> None:
    async with shown_worker() as worker, aiohttp.ClientSession() as http, asyncio.timeout(LIMIT_S):

        async def told_of_workers() -> Any:
            while True:  # until the page has read all topics
                async with http.get(f"{page.address}v1/health/processor") as answer:
                    if answer.status == HTTPStatus.OK:
                        return await answer.json()
                await asyncio.sleep(0.02)

        assert (await told_of_workers())["workers"] is None
        async with page.telling_of(f"http://127.0.0.1:{worker.port}/metrics"):
            while not (running := await told_of_workers())["workers"]:
                await asyncio.sleep(0.02)
        name = f"127.0.0.1:{worker.port}"
        await worker.close()
        ended = await told_of_workers()
    for told in (running, ended):
        (one,) = told["workers"]
        assert (one["worker"], one["told"]["partitions"]) == (name, 2)
    assert running["ended_at"] is None
    assert ended["ended_at"] >= ended["workers"][0]["told_at"]


async def test_its_readers_tell_of_trouble_and_of_nothing_else(
    page: ServedPage, capsys: pytest.CaptureFixture[str]
) -> None:
    log = structlog.get_logger("segue.control")
    log.info("control record", offset=7)
    log.warning("control topic cannot be read, trying again")
    told = capsys.readouterr()
    assert "trying again" in told.err
    assert "control record" not in told.err + told.out


@pytest.fixture
async def page(tmp_path: Path) -> AsyncIterator[ServedPage]:
    with EmbeddedBroker() as broker:
        settings = demo_settings(Settings(), broker.bootstrap, tmp_path, "demo-page", embedded=True)
        await make_topics(settings, PARTITIONS, embedded=True)
        async with served_page(settings) as page:
            assert page is not None
            yield page


@contextmanager
def sleeping_worker(pid_file: Path) -> Iterator[tuple["subprocess.Popen[str]", int]]:
    """The demo, waiting for a worker that never gets ready; ends both."""
    command = ("sh", "-c", f"echo $$ > {pid_file}; exec sleep {LIMIT_S}")
    program = (
        f"import sys; sys.argv = ['segue', 'demo']; from app.demo import program, worker_process; "
        f"program.events = list; worker_process.COMMAND = {command!r}; from app.command_line import main; main()"
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
