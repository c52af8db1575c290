"""The example consumer as its own process: requested messages in, calls to a receiver that has its moods out."""

import asyncio
import signal
import sys
import uuid
from asyncio.subprocess import Process
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import pytest
from aiohttp import web
from aiokafka import AIOKafkaProducer

from app.demo.webhook import EXAMPLE

LIMIT_S = 60.0
REQUESTED = "message.requested"
Answer = Callable[[int], int]


class Receiver:
    """Answers the n-th call (from 0) with the status that `answer` says."""

    def __init__(self, answer: Answer) -> None:
        self._answer = answer
        self._called = asyncio.Event()
        self.url = ""
        self.calls: list[tuple[str, bytes]] = []
        self.headers: list[dict[str, str]] = []

    async def take(self, request: web.Request) -> web.Response:
        status = self._answer(len(self.calls))
        self.calls.append((request.headers["Idempotency-Key"], await request.read()))
        self.headers.append(dict(request.headers))
        self._called.set()
        return web.Response(status=status)

    async def until(self, calls: int) -> None:
        async with asyncio.timeout(LIMIT_S):
            while len(self.calls) < calls:
                self._called.clear()
                await self._called.wait()


@asynccontextmanager
async def receiver(answer: Answer = lambda _: 204) -> AsyncIterator[Receiver]:
    taken = Receiver(answer)
    application = web.Application()
    application.router.add_post("/", taken.take)
    runner = web.AppRunner(application)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    taken.url = f"http://127.0.0.1:{runner.addresses[0][1]}/"
    try:
        yield taken
    finally:
        await runner.cleanup()


@asynccontextmanager
async def example(bootstrap: str, topic: str, url: str) -> AsyncIterator[Process]:
    options = ["--bootstrap", bootstrap, "--topic", topic, "--group", topic, "--url", url, "--no-check-crcs"]
    process = await asyncio.create_subprocess_exec(sys.executable, str(EXAMPLE), *options)
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


async def end(process: Process) -> int:
    process.send_signal(signal.SIGTERM)
    return await asyncio.wait_for(process.wait(), LIMIT_S)


async def request(bootstrap: str, topic: str, *messages: str, kind: str = REQUESTED) -> None:
    """Write messages for one customer: they stay in one partition."""
    producer = AIOKafkaProducer(bootstrap_servers=bootstrap)
    await producer.start()
    try:
        for ce_id in messages:
            headers = [("ce_type", kind.encode()), ("ce_id", ce_id.encode()), ("content-type", b"application/json")]
            await producer.send_and_wait(topic, b'{"of":"%s"}' % ce_id.encode(), key=b"ann", headers=headers)
    finally:
        await producer.stop()


@pytest.fixture
def topic() -> str:
    return f"messages-{uuid.uuid4().hex[:8]}"


async def test_a_receiver_that_fails_twice_gets_the_message_a_third_time(embedded_broker: str, topic: str) -> None:
    await request(embedded_broker, topic, "m-1", "m-2")
    async with (
        receiver(lambda call: 503 if call < 2 else 204) as taken,
        example(embedded_broker, topic, taken.url) as process,
    ):
        await taken.until(4)
        assert await end(process) == 0
    assert taken.calls == [("m-1", b'{"of":"m-1"}')] * 3 + [("m-2", b'{"of":"m-2"}')]
    assert taken.headers[0]["ce-type"] == REQUESTED
    assert taken.headers[0]["Content-Type"] == "application/json"


async def test_a_message_that_stands_twice_in_the_topic_is_sent_once(embedded_broker: str, topic: str) -> None:
    await request(embedded_broker, topic, "m-1", "m-2", "m-1")
    await request(embedded_broker, topic, "x-1", kind="of.another.type")
    await request(embedded_broker, topic, "m-2", "m-3")
    async with receiver() as taken, example(embedded_broker, topic, taken.url) as process:
        await taken.until(3)
        assert await end(process) == 0
    assert [ce_id for ce_id, _ in taken.calls] == ["m-1", "m-2", "m-3"]


async def test_a_message_that_is_refused_for_what_it_says_is_skipped(embedded_broker: str, topic: str) -> None:
    await request(embedded_broker, topic, "m-1", "m-2")
    async with (
        receiver(lambda call: 422 if call == 0 else 204) as taken,
        example(embedded_broker, topic, taken.url) as process,
    ):
        await taken.until(2)
        assert await end(process) == 0
    assert [ce_id for ce_id, _ in taken.calls] == ["m-1", "m-2"]


async def test_stopped_while_the_receiver_is_down_it_goes_on_where_it_was(embedded_broker: str, topic: str) -> None:
    await request(embedded_broker, topic, "m-1", "m-2")
    async with (
        receiver(lambda call: 204 if call == 0 else 503) as taken,
        example(embedded_broker, topic, taken.url) as process,
    ):
        await taken.until(3)
        assert await end(process) == 0
    async with receiver() as after, example(embedded_broker, topic, after.url) as process:
        await after.until(1)
        assert await end(process) == 0
    assert [ce_id for ce_id, _ in taken.calls][:3] == ["m-1", "m-2", "m-2"]
    assert [ce_id for ce_id, _ in after.calls] == ["m-2"]
