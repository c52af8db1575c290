"""A desk in, one listening HTTP server out: the API, the page, health and metrics, and nothing else."""

from collections.abc import Awaitable, Callable
from functools import partial
from typing import Final

import msgspec
from aiohttp import web
from aiohttp.typedefs import Middleware
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest

from app.runtime.errors import SegueError
from app.serving import customer_routes, flow_routes, problems, segment_routes, stream_routes
from app.serving.answering import HEADERS, answering, refused
from app.serving.asking import Desk, Route
from app.serving.connections import Handle, Listener
from app.serving.exposure import names_loopback
from app.serving.openapi import openapi
from app.serving.static_files import page_routes

ROUTES: Final[tuple[Route, ...]] = (
    *customer_routes.ROUTES,
    *segment_routes.ROUTES,
    *flow_routes.ROUTES,
    *stream_routes.ROUTES,
)


def application(desk: Desk) -> web.Application:
    """Put the routes together."""
    app = web.Application(middlewares=[_problems(desk)], client_max_size=customer_routes.LARGEST_BODY)
    for route in ROUTES:
        path = route.path.replace("{id}", "{id:[^/]+}")
        app.router.add_route(route.method, path, answering(desk, route))
    described = msgspec.json.encode(openapi(ROUTES))
    app.router.add_get("/openapi.json", _fixed(described, "application/json"))
    app.router.add_get("/healthz", _fixed(b"alive\n", "text/plain"))
    app.router.add_get("/readyz", _readiness(desk))
    app.router.add_get("/metrics", _metrics(desk))
    for path, handler in page_routes().items():
        app.router.add_get(path, handler)
    return app


def straight_to_customers(desk: Desk, routed: Handle) -> Handle:
    """Lead what is asked most, where one customer stands, past the router: that costs as much as to look her up.

    The router would find the same handler; whatever is not plainly such a request is left to it.
    """
    route = customer_routes.ROUTES[0]
    begins = route.path.removesuffix("{id}")
    length, handler = len(begins), answering(desk, route)

    def lead(request: web.Request) -> Awaitable[web.StreamResponse]:
        path = request.rel_url.raw_path
        if (
            request.method == "GET"
            and path.startswith(begins)
            and len(path) > length
            and "/" not in path[length:]
            and "Expect" not in request.headers
            and _is_addressed(desk, request)
        ):
            return handler(request)
        return routed(request)

    return lead


def _is_addressed(desk: Desk, request: web.Request) -> bool:
    """Tell whether a request is for this copy by its name; who has a token may call it anything."""
    return desk.keyring is not None or names_loopback(request.headers.get("Host"))


def _problems(desk: Desk) -> Middleware:
    """Say as a problem what the router refuses, and refuse who asks for somebody else."""

    @web.middleware
    async def say(request: web.Request, handler: Handle) -> web.StreamResponse:
        if not _is_addressed(desk, request):
            return refused(desk, problems.MISDIRECTED)
        try:
            return await handler(request)
        except web.HTTPMethodNotAllowed as not_allowed:
            return refused(desk, problems.NOT_ALLOWED, {"Allow": ", ".join(sorted(not_allowed.allowed_methods))})
        except web.HTTPNotFound:
            return refused(desk, problems.NOT_FOUND)

    return say


def _fixed(body: bytes, kind: str) -> Callable[[web.Request], Awaitable[web.Response]]:
    async def give(_: web.Request) -> web.Response:
        return web.Response(body=body, content_type=kind, headers=HEADERS)

    return give


def _readiness(desk: Desk) -> Callable[[web.Request], Awaitable[web.Response]]:
    async def give(_: web.Request) -> web.Response:
        why_not = _why_not_ready(desk)
        if why_not is None:
            return web.Response(text="ready\n")
        return web.Response(status=503, text=f"{why_not}\n", headers={"Retry-After": "1"})

    return give


def _why_not_ready(desk: Desk) -> str | None:
    """Say why others should be asked instead; one that was level once still answers, with `as_of`."""
    if not desk.level.ready:
        return "catching up"
    bound_ms = desk.settings.stale_seconds * 1000
    return "behind" if bound_ms and desk.now() - desk.level.as_of > bound_ms else None


def _metrics(desk: Desk) -> Callable[[web.Request], Awaitable[web.Response]]:
    async def give(_: web.Request) -> web.Response:
        return web.Response(body=generate_latest(desk.metrics.registry), headers={"Content-Type": CONTENT_TYPE_LATEST})

    return give


async def listen(desk: Desk) -> tuple[Listener, int]:
    """Listen; gives what ends it, and the port. SegueError when the address cannot be had."""
    settings = desk.settings
    listener = Listener(application(desk), settings.connections, around=partial(straight_to_customers, desk))
    try:
        return listener, await listener.start(settings.host, settings.port)
    except OSError as error:
        raise SegueError(
            f"cannot listen on {settings.host}:{settings.port}: {error.strerror}. Operator action: set "
            "SEGUE_SERVING__PORT (0 takes any free port)."
        ) from error
