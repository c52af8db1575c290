"""An application in, a listening socket with a bounded number of connections out."""

import asyncio
import socket
from collections.abc import Awaitable, Callable
from typing import Any, Final, cast

import structlog
from aiohttp import web

from app.runtime.errors import whereabouts
from app.serving import problems

log = structlog.get_logger("segue.serving")

IDLE_SECONDS: Final = 30.0
"""A connection that has not sent a whole request head by then, or takes nothing for so long, is closed."""
ENDING_SECONDS: Final = 2.0

Handle = Callable[[web.Request], Awaitable[web.StreamResponse]]


def unchanged(routed: Handle) -> Handle:
    """Lead every request through the router."""
    return routed


class _Refused(asyncio.Protocol):
    """A connection beyond the bound: closed before a byte is read."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        cast("asyncio.Transport", transport).abort()


class _Connection(web.RequestHandler):
    """A connection that repeats nothing of what was sent, neither to the client nor to the log: ids may be in it."""

    __slots__ = ()

    def handle_error(
        self,
        request: web.BaseRequest,
        status: int = 500,
        exc: BaseException | None = None,
        message: str | None = None,  # says what was sent
    ) -> web.StreamResponse:
        """Refuse what could not be read, or say that what was being done failed."""
        if status >= 500:
            log.error("a request failed", error=whereabouts(exc) if isinstance(exc, Exception) else None)
        if request.writer.output_size > 0:
            raise ConnectionError("an answer has begun already")
        refused = problems.response(problems.FAILED if status >= 500 else problems.UNREADABLE)
        refused.force_close()
        return refused


class Listener:
    """Serves an application until it is closed."""

    def __init__(
        self,
        app: web.Application,
        most: int,
        idle_seconds: float = IDLE_SECONDS,
        around: Callable[[Handle], Handle] = unchanged,
    ) -> None:
        self._runner = web.AppRunner(
            app, access_log=None, keepalive_timeout=idle_seconds, shutdown_timeout=ENDING_SECONDS
        )
        self._idle_seconds = idle_seconds
        self._most, self._around = most, around
        self._server: asyncio.Server | None = None

    async def start(self, host: str, port: int) -> int:
        """Listen; gives the port. OSError when the address cannot be had."""
        await self._runner.setup()
        server: Any = self._runner.server  # its types say less of handlers than there is
        server.request_handler = self._around(server.request_handler)
        try:
            loop = asyncio.get_running_loop()
            self._server = await loop.create_server(self._connection, host, port, backlog=128)
            self._end_who_does_not_read(self._server)
        except OSError:
            await self._runner.cleanup()
            raise
        found: int = self._server.sockets[0].getsockname()[1]
        return found

    @property
    def connections(self) -> int:
        """How many there are."""
        return len(self._runner.server.connections) if self._runner.server is not None else 0

    async def close(self) -> None:
        """Take no connection any more, and end those there are."""
        if self._server is not None:
            self._server.close()
        await self._runner.cleanup()

    def _connection(self) -> asyncio.Protocol:
        server = self._runner.server
        if server is None or self.connections >= self._most:
            return _Refused()
        loop = asyncio.get_running_loop()
        quiet: Any = None  # switches the log of requests off; aiohttp's types forget that
        return _Connection(server, loop=loop, access_log=quiet, keepalive_timeout=self._idle_seconds)

    def _end_who_does_not_read(self, server: asyncio.Server) -> None:
        """Let the kernel close a connection that takes nothing for so long: nothing above it notices.

        Connections have from the listening socket what is set there. Only Linux knows this.
        """
        if hasattr(socket, "TCP_USER_TIMEOUT"):
            for listening in server.sockets:
                listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, int(1000 * self._idle_seconds))
