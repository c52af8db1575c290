"""An application in, a listening socket with a bounded number of connections out."""

import asyncio
from typing import Final, cast

from aiohttp import web

IDLE_SECONDS: Final = 30.0
"""A connection that has not sent a whole request head by then is closed."""
ENDING_SECONDS: Final = 2.0


class _Refused(asyncio.Protocol):
    """A connection beyond the bound: closed before a byte is read."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        cast("asyncio.Transport", transport).abort()


class Listener:
    """Serves an application until it is closed."""

    def __init__(self, app: web.Application, most: int, idle_seconds: float = IDLE_SECONDS) -> None:
        self._runner = web.AppRunner(
            app, access_log=None, keepalive_timeout=idle_seconds, shutdown_timeout=ENDING_SECONDS
        )
        self._most = most
        self._server: asyncio.Server | None = None

    async def start(self, host: str, port: int) -> int:
        """Listen; gives the port. OSError when the address cannot be had."""
        await self._runner.setup()
        try:
            loop = asyncio.get_running_loop()
            self._server = await loop.create_server(self._connection, host, port, backlog=128)
        except OSError:
            await self._runner.cleanup()
            raise
        found: int = self._server.sockets[0].getsockname()[1]
        return found

    async def close(self) -> None:
        """Take no connection any more, and end those there are."""
        if self._server is not None:
            self._server.close()
        await self._runner.cleanup()

    def _connection(self) -> asyncio.Protocol:
        server = self._runner.server
        if server is None or len(server.connections) >= self._most:
            return _Refused()
        return server()
