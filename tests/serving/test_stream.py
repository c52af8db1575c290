"""Moves as they are published in, server-sent events out: live, and again from where a client was told last."""

import asyncio
from typing import NamedTuple

import orjson
import pytest
from aiohttp import ClientPayloadError, ClientResponse

from app.serving.hub import Hub
from app.serving.view import View
from tests.serving.conftest import AS_OF, Client
from tests.serving.telling import BEGIN, Log

LIMIT_S = 10


class Event(NamedTuple):
    """One event as a browser sees it."""

    id: str
    kind: str
    data: dict[str, object]


async def next_event(answer: ClientResponse) -> Event:
    """Read one event; comments are passed over."""
    async with asyncio.timeout(LIMIT_S):
        while True:
            fields: dict[str, str] = {}
            while line := (await answer.content.readline()).decode().rstrip("\n"):
                name, _, value = line.partition(": ")
                fields[name] = value
            if "event" in fields:
                return Event(fields.get("id", ""), fields["event"], orjson.loads(fields["data"]))


async def test_moves_are_told_as_they_come_and_again_to_those_who_return(client: Client, log: Log) -> None:
    answer = await client.get("/v1/transitions/stream")
    assert (answer.content_type, answer.headers["Segue-As-Of"]) == ("text/event-stream", str(AS_OF))
    await answer.content.readuntil(b"\n\n")
    gone = log.move("a", None, "recent", BEGIN)
    log.flush()
    first = await next_event(answer)
    assert (first.kind, first.data["to"]) == ("segment.transitioned", "recent")
    answer.close()
    log.retract(gone)
    log.move("b", None, "loyal", BEGIN)
    log.flush()
    again = await client.get("/v1/transitions/stream", headers={"Last-Event-ID": first.id})
    missed = [await next_event(again), await next_event(again)]
    assert [(one.kind, one.data["customer_id"]) for one in missed] == [
        ("segment.retracted", "a"),
        ("segment.transitioned", "b"),
    ]
    log.move("c", None, "loyal", BEGIN)
    log.flush()
    assert (await next_event(again)).data["customer_id"] == "c"
    again.close()


async def test_the_erased_are_not_told_again(client: Client, log: Log) -> None:
    answer = await client.get("/v1/transitions/stream")
    await answer.content.readuntil(b"\n\n")
    log.move("first", None, "recent", BEGIN)
    log.flush()
    seen = await next_event(answer)
    answer.close()
    log.move("somebody", None, "recent", BEGIN)
    log.move("b", None, "loyal", BEGIN)
    log.flush()
    log.erase("somebody", BEGIN + 1)
    log.flush()
    again = await client.get("/v1/transitions/stream", params={"after": seen.id})
    assert (await next_event(again)).data["customer_id"] == "b"
    again.close()


async def test_who_was_away_for_too_long_is_told_to_begin_anew(client: Client, log: Log, view: View) -> None:
    log.move("a", None, "recent", BEGIN)
    log.flush()
    event = Hub(view).event({0: 0}, "segment.transitioned", b"{}")
    known = event.split(b"\n")[0].removeprefix(b"id: ").decode()
    answer = await client.get("/v1/transitions/stream", headers={"Last-Event-ID": known})
    assert (await next_event(answer)).kind == "segment.transitioned"
    answer.close()
    view.news.since[0] = 1
    for name in (known, "nonsense", "gsQEAAAAAIEAAA"):
        answer = await client.get("/v1/transitions/stream", headers={"Last-Event-ID": name})
        assert (await next_event(answer)).kind == "reset"
        answer.close()


async def test_the_longest_id_that_is_given_is_taken_back(client: Client, log: Log, view: View) -> None:
    for number in range(400):
        view.positions[log.topics.transitions, number] = 2**63 + number
        view.news.since[number] = 0
    hub = Hub(view)
    event = hub.event(hub.place(), "segment.transitioned", b"{}")
    longest = event.split(b"\n")[0].removeprefix(b"id: ").decode()
    answer = await client.get("/v1/transitions/stream", headers={"Last-Event-ID": longest})
    assert (answer.status, len(longest) > 5_000) == (200, True)
    assert await answer.content.readuntil(b"\n\n") == b"retry: 2000\n\n"
    answer.close()
    assert (await client.get("/v1/transitions/stream", params={"after": "a" * 8_065})).status == 400


async def test_what_is_read_again_is_no_news(client: Client, log: Log, view: View) -> None:
    answer = await client.get("/v1/transitions/stream")
    await answer.content.readuntil(b"\n\n")
    log.move("a", None, "recent", BEGIN)
    log.flush()
    first = await next_event(answer)
    view.forget()
    anew = Log(view)
    for customer in ("a", "b"):
        anew.move(customer, None, "recent", BEGIN)
    anew.flush()
    with pytest.raises(ClientPayloadError):
        await next_event(answer)
    again = await client.get("/v1/transitions/stream", headers={"Last-Event-ID": first.id})
    assert (await next_event(again)).data["customer_id"] == "b", "and nothing is missing"
    again.close()
