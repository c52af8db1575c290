"""A request in; checked, asked of its handler, and answered with `as_of` and an ETag, or refused with a problem."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from hashlib import blake2b
from typing import Any, Final

import msgspec
import structlog
from aiohttp import web
from msgspec import Struct

from app.runtime.errors import whereabouts
from app.serving import problems
from app.serving.answers import Problem
from app.serving.asking import Ask, Desk, Route
from app.serving.parameters import BadQuery, path_id, read_query
from app.serving.tokens import find

log = structlog.get_logger("segue.serving")

HEADERS: Final = {
    "Cache-Control": "no-cache",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
}
_encode: Final = msgspec.json.Encoder().encode
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def answering(desk: Desk, route: Route) -> Handler:
    """Make the handler of a route."""
    counts: dict[int, Any] = {}

    async def handle(request: web.Request) -> web.StreamResponse:
        began = time.perf_counter()
        response = await _bounded(desk, route, request)
        if response.status not in counts:
            counts[response.status] = desk.metrics.requests.labels(route.path, response.status)
        counts[response.status].inc()
        if route.answers is not None:
            desk.metrics.seconds.observe(time.perf_counter() - began)
        return response

    return handle


async def _bounded(desk: Desk, route: Route, request: web.Request) -> web.StreamResponse:
    """Answer no more at a time than is allowed; streams are counted by themselves."""
    if route.answers is None:
        return await _answer(desk, route, request)
    if desk.asked >= desk.settings.at_once:
        return refused(desk, problems.BUSY)
    desk.asked += 1
    try:
        return await _answer(desk, route, request)
    finally:
        desk.asked -= 1


async def _answer(desk: Desk, route: Route, request: web.Request) -> web.StreamResponse:
    barred = _refuse(desk, route, request)
    if barred is not None:
        return barred
    try:
        ask = Ask(desk, request, read_query(request.rel_url.raw_query_string, route.parameters))
    except BadQuery as error:
        return refused(desk, problems.bad_parameter(str(error)))
    if route.names is not None:
        key = path_id(request.rel_url.raw_path)
        if key is None:
            return refused(desk, problems.BAD_ID)
        ask.key = key
    try:
        given = await route.handler(ask)
    except (asyncio.CancelledError, ConnectionError):
        raise
    except Exception as error:  # noqa: BLE001  # no request may end the process, and none may see what went wrong
        log.error("a request failed", path=route.path, error=whereabouts(error))  # noqa: TRY400  # values of customers
        return refused(desk, problems.FAILED)
    if isinstance(given, web.StreamResponse):
        return given
    return refused(desk, given) if isinstance(given, Problem) else respond(ask, given)


def _refuse(desk: Desk, route: Route, request: web.Request) -> web.Response | None:
    """Say who may not ask, or not now."""
    if desk.keyring is not None:
        token = find(desk.keyring.tokens(), request.headers.get("Authorization"))
        if token is None:
            return refused(desk, problems.UNAUTHORIZED)
        wait = desk.buckets.wait(token.digest)
        if wait:
            return refused(desk, problems.TOO_MANY_REQUESTS, {"Retry-After": str(wait)})
        if route.scope not in token.scopes:
            return refused(desk, problems.forbidden(route.scope))
    return None if desk.level.ready else refused(desk, problems.CATCHING_UP)


def still_may(desk: Desk, scope: str, request: web.Request) -> bool:
    """Tell whether what was allowed once is so now: tokens are taken away. It counts as no request."""
    if desk.keyring is None:
        return True
    token = find(desk.keyring.tokens(), request.headers.get("Authorization"))
    return token is not None and scope in token.scopes


def refused(desk: Desk, problem: Problem, headers: dict[str, str] | None = None) -> web.Response:
    """Write a problem; where everything was read once it says up to when."""
    return problems.response(problem, {**as_of(desk), **(headers or {})})


def as_of(desk: Desk) -> dict[str, str]:
    """Say up to when everything has been read, in the header of what has no member for it."""
    return {"Segue-As-Of": str(desk.level.as_of)} if desk.level.ready else {}


def respond(ask: Ask, answer: Struct) -> web.Response:
    """Write an answer, or say that it is what the client has."""
    content = _encode(answer)
    headers = fresh(ask, content)
    if headers is None:
        return not_modified(ask, content)
    body = b'{"as_of":%d,%b' % (ask.desk.level.as_of, content[1:])
    headers["Content-Type"] = "application/json"
    return web.Response(body=body, headers=headers)


def fresh(ask: Ask, content: bytes) -> dict[str, str] | None:
    """Give the headers of an answer; None: the client has this content already."""
    tag = _tag(content)
    if ask.request.method == "GET" and tag in ask.request.headers.get("If-None-Match", ""):
        return None
    return {**HEADERS, "ETag": f'W/"{tag}"', "Segue-As-Of": str(ask.desk.level.as_of), "Vary": "Accept"}


def not_modified(ask: Ask, content: bytes) -> web.Response:
    """Say that nothing is new."""
    headers = {"ETag": f'W/"{_tag(content)}"', "Segue-As-Of": str(ask.desk.level.as_of), "Cache-Control": "no-cache"}
    return web.Response(status=304, headers=headers)


def _tag(content: bytes) -> str:
    return blake2b(content, digest_size=12).hexdigest()
