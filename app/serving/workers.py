"""Where workers show their metrics in, what each of them told last out: asked now and then, by no request.

So the page can tell how the processor does, and no flood of requests reaches a worker.
"""

import asyncio
import socket
import time
from collections.abc import Callable
from typing import Final

import aiohttp
from msgspec import Struct
from yarl import URL

from app.runtime.errors import SegueError
from app.serving.worker_told import WorkerTold, read_told

ASK_SECONDS: Final = 10.0
LIMIT_SECONDS: Final = 3.0
LARGEST: Final = 4 * 1024 * 1024
MOST: Final = 100
"""Workers that are asked; a name may stand for many."""


class WorkerHealth(Struct, frozen=True):
    """What a worker told last; `told` null: it did not answer when it was asked last, `told_at` is when it did."""

    worker: str
    told_at: int | None
    told: WorkerTold | None


class Workers:
    """Asks all workers again and again as long as it runs."""

    def __init__(self, addresses: str, now: Callable[[], float] = time.time) -> None:
        """Take URLs with commas between them; SegueError when one is none."""
        self._addresses = [_url(one.strip()) for one in addresses.split(",") if one.strip()]
        self._now = now
        self.health: list[WorkerHealth] = []
        """In the order of their names."""

    async def run(self) -> None:
        """Ask until cancelled."""
        async with _asking() as http:
            while True:
                await self.ask(http)
                await asyncio.sleep(ASK_SECONDS)

    async def ask_once(self) -> None:
        """Ask everybody once more, beside `run` too."""
        async with _asking() as http:
            await self.ask(http)

    async def ask(self, http: aiohttp.ClientSession) -> None:
        """Ask everybody once, side by side."""
        resolved = await asyncio.gather(*map(_resolved, self._addresses))
        urls = sorted({str(url): url for some in resolved for url in some}.items())[:MOST]
        told = await asyncio.gather(*(_told(http, url) for _, url in urls))
        before = {one.worker: one.told_at for one in self.health}
        now = int(self._now() * 1000)
        names = [f"{url.host}:{url.port}" for _, url in urls]
        self.health = [
            WorkerHealth(name, now if one is not None else before.get(name), one)
            for name, one in zip(names, told, strict=True)
        ]


def _asking() -> aiohttp.ClientSession:
    return aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(LIMIT_SECONDS))


async def _told(http: aiohttp.ClientSession, url: URL) -> WorkerTold | None:
    """Ask one worker; None: no answer, or none of a worker."""
    try:
        async with http.get(url, allow_redirects=False) as answer:
            text = bytearray()
            async for piece in answer.content.iter_chunked(65_536):
                text += piece
                if len(text) > LARGEST:
                    return None
            return read_told(text.decode()) if answer.status == 200 else None  # HTTP OK
    except (aiohttp.ClientError, OSError, ValueError, OverflowError):
        return None


async def _resolved(url: URL) -> list[URL]:
    """Name every address behind a name, as one service has for all workers; who cannot be found stays as named."""
    if url.scheme != "http" or url.host is None:  # a certificate is for the name
        return [url]
    loop = asyncio.get_running_loop()
    try:
        async with asyncio.timeout(LIMIT_SECONDS):
            found = await loop.getaddrinfo(url.host, url.port, type=socket.SOCK_STREAM)
    except (OSError, ValueError, OverflowError):  # a label of more than 63 characters is a UnicodeError
        return [url]
    return [url.with_host(str(address[0])) for *_, address in found]


def _url(text: str) -> URL:
    try:
        url = URL(text)
    except ValueError:  # such as a port that there cannot be
        url = URL()
    if url.scheme not in {"http", "https"} or not url.host:
        raise SegueError(
            "SEGUE_SERVING__WORKERS holds what is no address. Operator action: write the addresses at which workers "
            "show their metrics, such as http://worker-1:9464/metrics, with commas between them."
        )
    return url
