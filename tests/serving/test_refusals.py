"""Requests that cannot be answered in, problems out that repeat nothing of what was sent."""

import asyncio
from urllib.parse import quote

import pytest
from aiohttp import ClientResponse, web
from aiohttp.test_utils import TestClient, TestServer
from yarl import URL

from app.serving.connections import Listener
from app.serving.hub import QUEUED, Subscriber
from app.serving.level import UNASKED, End, Level
from app.serving.limits import Buckets
from app.serving.program import new_desk
from app.serving.server import application
from app.serving.view import View
from app.settings import ServingSettings
from tests.serving.conftest import AS_OF, Client, Served, level_at
from tests.serving.telling import BEGIN, Log

ODD = [
    ("/v1/customers/" + "a" * 129, 400, "bad_id"),
    ("/v1/customers/" + "%C3%B8" * 65, 400, "bad_id"),
    ("/v1/customers/%FF", 400, "bad_id"),
    ("/v1/customers/%00", 400, "bad_id"),
    ("/v1/customers/a%0Ab", 400, "bad_id"),
    ("/v1/customers/%C2%80", 400, "bad_id"),
    ("/v1/customers/a/transitions?limit=0", 400, "bad_parameter"),
    ("/v1/customers/a/transitions?limit=501", 400, "bad_parameter"),
    ("/v1/customers/a/transitions?limit=%D9%A3", 400, "bad_parameter"),
    ("/v1/customers/a/transitions?limit=5&limit=6", 400, "bad_parameter"),
    ("/v1/customers/a/transitions?limitt=5", 400, "bad_parameter"),
    ("/v1/customers/a/transitions?limit=%FF", 400, "bad_parameter"),
    ("/v1/customers", 400, "bad_parameter"),
    ("/v1/segments/loyal/leaving?within=forever", 400, "bad_parameter"),
    ("/v1/segments/loyal/leaving?within=401d", 400, "bad_parameter"),
    ("/v1/segments/loyal/customers?cursor=!", 400, "bad_parameter"),
    ("/v1/segments/nowhere/customers", 404, "unknown_segment"),
    ("/v1/transitions/matrix?from=2011-02-30", 400, "bad_parameter"),
    ("/v1/transitions/matrix?from=2011-01-02&to=2011-01-01", 400, "bad_parameter"),
    ("/v1/sizes?from=2000-01-01&to=2011-01-01", 400, "bad_parameter"),
    ("/v1/transitions/stream?after=" + "a" * 65, 400, "bad_parameter"),
    ("/v1/nothing", 404, "not_found"),
    ("/page/../settings.py", 404, "not_found"),
]


async def problem(answer: ClientResponse) -> tuple[int, str]:
    """Read a problem."""
    told = await answer.json()
    assert answer.content_type == "application/problem+json"
    assert set(told) == {"type", "title", "status", "code", "detail"}
    return told["status"], told["code"]


async def test_odd_requests_are_refused_by_name(client: Client, log: Log) -> None:
    log.stand("a", "loyal", BEGIN)
    log.flush()
    for path, status, code in ODD:
        answer = await client.get(URL(path, encoded=True))
        assert (path, answer.status, *await problem(answer)) == (path, status, status, code)
        assert answer.headers["Segue-As-Of"] == str(AS_OF)


async def test_without_tokens_nobody_is_answered_who_asks_for_somebody_else(client: Client, log: Log) -> None:
    log.stand("a", "loyal", BEGIN)
    log.flush()
    for host in ("localhost", "LOCALHOST:9465", "127.0.0.1", "127.0.0.1:80", "[::1]", "[::1]:9465"):
        assert (host, (await client.get("/v1/customers/a", headers={"Host": host})).status) == (host, 200)
    hosts = (
        "evil.example",
        "evil.example:9465",
        "localhost.evil.example",
        "127.0.0.1.evil.example",
        "127.0.0.2",
        "::1",
    )
    for host in (*hosts, "localhost:", "localhost:9465@evil", ""):
        for path in ("/v1/customers/a", "/v1/transitions/stream", "/v1/nothing", "/", "/metrics", "/openapi.json"):
            answer = await client.get(path, headers={"Host": host})
            assert (host, path, *await problem(answer)) == (host, path, 421, "misdirected")


async def test_any_id_that_a_customer_may_have_can_be_asked_for(client: Client, log: Log) -> None:
    names = ["a/b", "ø" * 64, "{x}", "%2F", "a b", "<script>alert(1)</script>", "a:b?c#d"]
    for name in names:
        log.stand(name, "loyal", BEGIN)
    log.flush()
    for name in names:
        answer = await client.get(URL(f"/v1/customers/{quote(name, safe='')}/transitions", encoded=True))
        assert (name, answer.status) == (name, 200)
        assert (await answer.json())["customer_id"] == name


async def test_unknown_and_erased_ids_look_the_same(client: Client, log: Log) -> None:
    log.move("gone", None, "loyal", BEGIN)
    log.erase("gone", BEGIN + 1)
    log.flush()
    for suffix in ("", "/transitions", "/rewards", "/lifts"):
        gone = await client.get(f"/v1/customers/gone{suffix}")
        never = await client.get(f"/v1/customers/never{suffix}")
        assert (gone.status, await gone.read()) == (404, await never.read())


async def test_bodies_are_bounded(client: Client) -> None:
    async def post(body: bytes) -> tuple[int, str]:
        return await problem(await client.post("/v1/customers:batch", data=body))

    assert await post(b'{"ids":[' + b",".join([b'"a"'] * 501) + b"]}") == (400, "too_many_ids")
    assert await post(b"x" * 300_000) == (413, "too_large")
    assert await post(b'{"ids":"a"}') == (400, "bad_body")
    assert await post(b"\xff\xfe") == (400, "bad_body")
    assert await post(b"[" * 10_000) == (400, "bad_body")
    assert await post(b'{"ids":["\\ud800"]}') in {(400, "bad_body"), (400, "bad_id")}
    assert await problem(await client.get("/v1/customers:batch")) == (405, "method_not_allowed")


async def test_no_more_is_answered_at_once_than_is_allowed(served: Served) -> None:
    client = await served(ServingSettings(at_once=1))
    ids = {"ids": [f"c{number}" for number in range(500)]}
    answers = await asyncio.gather(*(client.post("/v1/customers:batch", json=ids) for _ in range(10)))
    statuses = [answer.status for answer in answers]
    assert set(statuses) == {200, 503}
    busy = answers[statuses.index(503)]
    assert (await problem(busy), busy.headers["Retry-After"]) == ((503, "busy"), "1")


async def test_who_catches_up_says_when_to_come_back(view: View) -> None:
    desk = new_desk(ServingSettings(), view, Level())
    async with TestClient(TestServer(application(desk))) as client:
        answer = await client.get("/v1/segments")
        assert await problem(answer) == (503, "catching_up")
        assert answer.headers["Retry-After"] == "1"
        assert "Segue-As-Of" not in answer.headers
        assert (await client.get("/readyz")).status == 503
        assert (await client.get("/healthz")).status == 200


def test_a_copy_that_connects_anew_answers_on_before_it_has_fetched() -> None:
    level = level_at(AS_OF)
    level.assign([("t", 0)])
    level.ended(("t", 0), End(7, UNASKED))
    level.read_to(("t", 0), 0)
    assert (level.ready, level.as_of, level.behind) == (True, AS_OF, 7)
    level.read_to(("t", 0), 7)
    assert (level.ready, level.as_of, level.behind) == (True, AS_OF, 0), "what it knew stays true"


async def test_a_copy_that_falls_behind_answers_on_and_is_not_ready_until_it_is_level(view: View, log: Log) -> None:
    log.stand("a", "loyal", BEGIN)
    log.flush()
    level, now = level_at(AS_OF), [AS_OF + 300_000]
    desk = new_desk(ServingSettings(), view, level)
    desk.now = lambda: now[0]
    async with TestClient(TestServer(application(desk))) as client:
        assert (await client.get("/readyz")).status == 200
        now[0] += 1
        waits = await client.get("/readyz")
        assert (waits.status, await waits.text(), waits.headers["Retry-After"]) == (503, "behind\n", "1")
        answer = await client.get("/v1/customers/a")
        assert (answer.status, (await answer.json())["as_of"]) == (200, AS_OF)
        desk.settings = ServingSettings(stale_seconds=0)
        assert (await client.get("/readyz")).status == 200
        desk.settings = ServingSettings()
        level.ended(("t", 0), End(0, now[0]))
        level.read_to(("t", 0), 0)
        assert (await client.get("/readyz")).status == 200


def test_a_bucket_fills_as_time_goes() -> None:
    now = [0.0]
    buckets = Buckets(2.0, 2, lambda: now[0])
    assert [buckets.wait("a") for _ in range(3)] == [0, 0, 1]
    now[0] = 0.5
    assert [buckets.wait("a") for _ in range(2)] == [0, 1]


def test_a_client_that_does_not_read_is_dropped() -> None:
    subscriber = Subscriber()
    for _ in range(QUEUED):
        subscriber.offer(b"x")
    assert not subscriber.dropped
    subscriber.offer(b"x")
    assert subscriber.dropped
    assert subscriber.queue.qsize() == QUEUED


async def test_a_request_that_does_not_end_is_not_waited_for() -> None:
    listener = Listener(web.Application(), 2, idle_seconds=0.2)
    port = await listener.start("127.0.0.1", 0)
    try:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"GET /v1/customers/a HTTP/1.1\r\nHost: x\r\nX-Slow: ")
        async with asyncio.timeout(10):
            assert await reader.read() == b""
        writer.close()
    finally:
        await listener.close()


async def test_connections_beyond_the_bound_are_closed_at_once() -> None:
    listener = Listener(web.Application(), 2)
    port = await listener.start("127.0.0.1", 0)
    try:
        open_ones = [await asyncio.open_connection("127.0.0.1", port) for _ in range(2)]
        for _, writer in open_ones:
            writer.write(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        assert [(await reader.readline())[:12] for reader, _ in open_ones] == [b"HTTP/1.1 404"] * 2
        reader, _ = await asyncio.open_connection("127.0.0.1", port)
        with pytest.raises((ConnectionError, asyncio.IncompleteReadError)):
            await reader.readexactly(1)
        for _, writer in open_ones:
            writer.close()
    finally:
        await listener.close()
