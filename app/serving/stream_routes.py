"""A client that listens in, moves as server-sent events out, from where it was told last."""

import asyncio
from typing import Final

from aiohttp import web

from app.serving import problems
from app.serving.answering import HEADERS, as_of, still_may
from app.serving.answers import Problem
from app.serving.asking import Ask, Route
from app.serving.hub import Subscriber
from app.serving.parameters import Parameter

SCOPE: Final = "customers"
STILL_HERE_SECONDS: Final = 15.0
WRITE_SECONDS: Final = 20.0
"""A client that takes nothing for so long is dropped."""


async def stream(ask: Ask) -> web.StreamResponse | Problem:
    """Tell moves as they are published."""
    desk = ask.desk
    after = ask.values["after"] or ask.request.headers.get("Last-Event-ID")
    if after is not None and len(after) > desk.hub.longest_id:
        return problems.bad_parameter(f"after: at most {desk.hub.longest_id} characters")
    if len(desk.hub.subscribers) >= desk.settings.streams:
        return problems.BUSY
    headers = {**HEADERS, **as_of(desk), "Content-Type": "text/event-stream", "Cache-Control": "no-store"}
    response = web.StreamResponse(headers=headers)
    subscriber = desk.hub.join()
    until = desk.hub.place()
    try:
        await response.prepare(ask.request)
        await _write(response, b"retry: 2000\n\n")
        if after:
            await _catch_up(ask, response, after, until)
        await _tell(ask, response, subscriber)
    except TimeoutError:
        subscriber.dropped = True
    except ConnectionError:  # the client has gone
        pass
    finally:
        desk.metrics.dropped.inc(subscriber.dropped)
        desk.hub.leave(subscriber)
    _cut_off(ask.request)
    return response


async def _catch_up(ask: Ask, response: web.StreamResponse, after: str, until: dict[int, int]) -> None:
    """Tell what was published since; or that nobody knows any more."""
    hub = ask.desk.hub
    told = hub.read_id(after)
    if told is None:
        await _write(response, b"event: reset\ndata: {}\n\n")
        return
    while _may_hear(ask) and (events := hub.missed(told, until)):
        await _write(response, b"".join(events))


async def _tell(ask: Ask, response: web.StreamResponse, subscriber: Subscriber) -> None:
    """Tell what comes, until the client does not read, its token is taken away, or it is let go."""
    while not (subscriber.dropped or subscriber.ended):
        try:
            async with asyncio.timeout(STILL_HERE_SECONDS):
                event = await subscriber.queue.get()
        except TimeoutError:
            event = b": still here\n\n"
        while not subscriber.queue.empty() and len(event) < 65_536:
            event += subscriber.queue.get_nowait()
        if not _may_hear(ask):
            return
        await _write(response, event)


def _may_hear(ask: Ask) -> bool:
    """Tell whether the client may be told more: a stream is asked for once, and goes on for days."""
    return still_may(ask.desk, SCOPE, ask.request)


async def _write(response: web.StreamResponse, event: bytes) -> None:
    async with asyncio.timeout(WRITE_SECONDS):
        await response.write(event)


def _cut_off(request: web.Request) -> None:
    """Close a connection that cannot be written to: a clean end would wait for the client."""
    if request.transport is not None:
        request.transport.abort()


_AFTER: Final = Parameter(
    "after", "id of the last event that was seen, as the header Last-Event-ID", {"type": "string"}, lambda text: text
)

ROUTES: Final = (
    Route(
        "/v1/transitions/stream",
        SCOPE,
        "Moves and retractions as they are published (server-sent events); an event may come twice after a return.",
        None,
        stream,
        (_AFTER,),
    ),
)
