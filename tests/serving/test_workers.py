"""Workers are asked now and then for a few figures, and who does not answer is told as that."""

import asyncio
from collections.abc import AsyncIterator

import aiohttp
import pytest
from aiohttp.test_utils import TestServer
from structlog.testing import capture_logs

from app.runtime.errors import SegueError
from app.serving.program import ask_workers, new_desk
from app.serving.view import View
from app.serving.worker_told import read_told
from app.serving.workers import Workers
from app.settings import ServingSettings
from tests.serving.conftest import AS_OF, Served, level_at
from tests.serving.shown_worker import TOLD, metrics_text, shown_worker


def test_figures_are_those_that_a_worker_shows() -> None:
    assert read_told(metrics_text()) == TOLD


@pytest.mark.parametrize("text", ["", "<html>", metrics_text().replace(" 5.0", " five"), "segue_serving_ready 1.0\n"])
def test_what_no_worker_wrote_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"metrics of a worker|float"):
        read_told(text)


@pytest.fixture
async def worker() -> AsyncIterator[TestServer]:
    async with shown_worker() as server:
        yield server


async def test_who_answered_once_and_does_so_no_more_is_told_with_when(worker: TestServer) -> None:
    now = [5.0]
    workers = Workers(f"http://127.0.0.1:{worker.port}/metrics, http://127.0.0.1:1/metrics", lambda: now[0])
    async with aiohttp.ClientSession() as http:
        await workers.ask(http)
        silent, answering = workers.health
        assert (silent.worker, silent.told, silent.told_at) == ("127.0.0.1:1", None, None)
        assert (answering.worker, answering.told, answering.told_at) == (f"127.0.0.1:{worker.port}", TOLD, 5_000)
        await worker.close()
        now[0] = 15.0
        await workers.ask(http)
    assert [(one.told, one.told_at) for one in workers.health] == [(None, None), (None, 5_000)]


async def test_without_addresses_nothing_is_said_of_workers(served: Served) -> None:
    client = await served(ServingSettings())
    assert (await (await client.get("/v1/health/processor")).json())["workers"] is None


@pytest.mark.parametrize(
    "address", ["worker:9464", "ftp://worker/metrics", "http:///metrics", "http://worker:99999/metrics"]
)
def test_what_is_no_address_is_refused_at_the_start(address: str) -> None:
    with pytest.raises(SegueError, match=r"SEGUE_SERVING__WORKERS.*Operator action"):
        Workers(address)


async def test_a_name_that_nobody_can_have_is_one_that_does_not_answer() -> None:
    workers = Workers(f"http://{'a' * 64}.example:9464/metrics,http://127.0.0.1:1/metrics")
    async with aiohttp.ClientSession() as http:
        await workers.ask(http)
    assert [one.told for one in workers.health] == [None, None]


class Broken(Workers):
    """Ends by an error that nobody has thought of."""

    async def run(self) -> None:
        """End."""
        raise LookupError("secret")


async def test_where_workers_are_asked_no_more_it_is_told_and_nothing_stale_shown(view: View) -> None:
    desk = new_desk(ServingSettings(), view, level_at(AS_OF))
    desk.workers = Broken("")
    with capture_logs() as told:
        asking = ask_workers(desk, desk.workers)
        await asyncio.wait([asking])
        await asyncio.sleep(0)
    assert desk.workers is None
    assert [line["event"] for line in told] == ["workers are asked no more: how they do is not shown"]
    assert "secret" not in str(told)
