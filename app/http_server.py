"""The worker's own small HTTP server: /metrics, /healthz, /readyz, and no other listener."""

from collections.abc import Callable

from aiohttp import web
from prometheus_client import CollectorRegistry
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest

from app.runtime.errors import SegueError
from app.settings import HttpSettings


class HttpServer:
    """Serves from before the first partition opens until the worker ends."""

    def __init__(self, settings: HttpSettings, registry: CollectorRegistry, ready: Callable[[], bool]) -> None:
        self._settings = settings
        self._registry = registry
        self._ready = ready
        self._runner: web.AppRunner | None = None

    async def start(self) -> int:
        """Listen; gives the port. SegueError when the address cannot be had."""
        app = web.Application()
        app.router.add_get("/metrics", self._metrics)
        app.router.add_get("/healthz", self._healthz)
        app.router.add_get("/readyz", self._readyz)
        runner = web.AppRunner(app, access_log=None)
        await runner.setup()
        try:
            await web.TCPSite(runner, self._settings.host, self._settings.port).start()
        except OSError as error:
            await runner.cleanup()
            raise SegueError(
                f"cannot listen on {self._settings.host}:{self._settings.port}: {error.strerror}. Operator action: set "
                "SEGUE_HTTP__PORT (0 takes any free port)."
            ) from error
        self._runner = runner
        port: int = runner.addresses[0][1]
        return port

    async def _metrics(self, _: web.Request) -> web.Response:
        return web.Response(body=generate_latest(self._registry), headers={"Content-Type": CONTENT_TYPE_LATEST})

    async def _healthz(self, _: web.Request) -> web.Response:
        return web.Response(text="alive\n")

    async def _readyz(self, _: web.Request) -> web.Response:
        if self._ready():
            return web.Response(text="ready\n")
        return web.Response(status=503, text="partitions are opening\n", headers={"Retry-After": "1"})
