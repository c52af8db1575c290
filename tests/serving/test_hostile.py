"""Clients that send what is no request, do not go on, do not read, or ask too much: they harm nobody else."""

import asyncio
import logging
import socket
from collections.abc import AsyncIterator, Callable

import pytest
from aiohttp import web

from app.serving import customer_routes
from app.serving.connections import Listener
from app.serving.program import new_desk
from app.serving.server import listen
from app.serving.view import View
from app.settings import ServingSettings
from tests.serving.conftest import AS_OF, Client, Served, level_at

LIMIT_S = 20
HEAD = b" HTTP/1.1\r\nHost: localhost\r\n"
BROKEN = [
    b"GET /v1/customers/" + b"secret" * 4_000 + HEAD + b"\r\n",
    b"GET /v1/customers/secret\xff" + HEAD + b"\r\n",
    b"GET /" + HEAD + b"Authorization: Bearer " + b"secret" * 4_000 + b"\r\n\r\n",
    b"<script>secret</script> /" + HEAD + b"\r\n",
    b"GET /v1/customers/secret" + HEAD + b"Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
    b"POST /v1/customers:batch" + HEAD + b"Content-Length: secret\r\n\r\n",
    b"secret\x00\x01\x02\r\n\r\n",
]


@pytest.fixture
async def port(view: View) -> AsyncIterator[int]:
    """Serve as the program does, and end."""
    listener, port = await listen(new_desk(ServingSettings(port=0), view, level_at(AS_OF)))
    yield port
    await listener.close()


async def until(true: Callable[[], bool]) -> None:
    """Wait for something to become true."""
    async with asyncio.timeout(LIMIT_S):
        while not true():
            await asyncio.sleep(0.02)


async def answer_to(port: int, sent: bytes) -> bytes:
    """Send bytes, and read until the server closes."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(sent)
    async with asyncio.timeout(LIMIT_S):
        answer = await reader.read()
    writer.close()
    return answer


async def test_what_is_no_request_is_repeated_to_nobody(port: int, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    for sent in BROKEN:
        answer = await answer_to(port, sent)
        assert (sent[:30], answer[9:12], b'"code":"unreadable"' in answer) == (sent[:30], b"400", True)
        assert b"secret" not in answer
    assert "secret" not in caplog.text


async def test_a_body_that_does_not_come_is_not_waited_for(port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(customer_routes, "BODY_SECONDS", 0.1)
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(b"POST /v1/customers:batch" + HEAD + b'Content-Length: 100\r\n\r\n{"ids":[')
    async with asyncio.timeout(LIMIT_S):
        head = await reader.readuntil(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 408 ")
    writer.close()


@pytest.mark.skipif(not hasattr(socket, "TCP_USER_TIMEOUT"), reason="only Linux knows this")
async def test_who_does_not_read_an_answer_loses_the_connection() -> None:
    async def much(_: web.Request) -> web.Response:
        asked.set()
        return web.Response(body=bytes(16 * 1024 * 1024))

    app, asked = web.Application(), asyncio.Event()
    app.router.add_get("/", much)
    listener = Listener(app, 1, idle_seconds=0.3)
    port = await listener.start("127.0.0.1", 0)
    with socket.socket() as client:
        client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        client.connect(("127.0.0.1", port))
        client.sendall(b"GET /" + HEAD + b"\r\n")
        await asyncio.wait_for(asked.wait(), LIMIT_S)
        await until(lambda: listener.connections == 0)
    await listener.close()


async def test_ten_times_too_much_is_refused_and_leaves_nothing_behind(served: Served) -> None:
    client = await served(ServingSettings(at_once=4))
    ids = {"ids": [f"c{number}" for number in range(500)]}

    async def ask(client: Client) -> int:
        async with client.post("/v1/customers:batch", json=ids) as answer:
            await answer.read()
            return answer.status

    asking = [asyncio.ensure_future(ask(client)) for _ in range(40)]
    assert (await client.get("/healthz")).status == 200, "whoever watches is answered meanwhile"
    statuses = await asyncio.gather(*asking)
    assert set(statuses) == {200, 503}
    assert [await ask(client) for _ in range(4)] == [200] * 4
