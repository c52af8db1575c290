"""Requested messages in through the example consumer, calls to a local endpoint out: counted, none sent anywhere."""

import asyncio
import signal
import sys
import time
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Self

from aiohttp import web

from app.settings import Settings

NAME: Final = "messages_to_webhook.py"
INSTALLED: Final = Path(__file__).resolve().parent / NAME
"""Where a wheel has the example."""
EXAMPLE: Final = INSTALLED if INSTALLED.exists() else INSTALLED.parents[2] / "deploy" / "examples" / NAME
LIMIT_SECONDS: Final = 15
STOP_SECONDS: Final = 5


@dataclass(frozen=True, slots=True)
class Delivery:
    """What came of the example: of `requested` messages `arrived`, and `repeated` of them more than once."""

    requested: int
    arrived: int
    repeated: int
    trouble: str | None = None
    """Why not all arrived, or why the example did not run."""


class Webhook:
    """An endpoint on loopback, and the example that calls it, for the length of an `async with` block.

    It is beside the demo's point: whatever goes wrong with it is told and stops nothing.
    """

    def __init__(self, settings: Settings, log: Path) -> None:
        self._settings = settings
        self._log = log
        self._runner: web.AppRunner | None = None
        self._process: asyncio.subprocess.Process | None = None
        self._trouble: str | None = None
        self.calls: Counter[str] = Counter()
        """Calls by Idempotency-Key."""

    async def __aenter__(self) -> Self:
        try:
            self._trouble = _unfit(self._settings)
            if self._trouble is None:
                await self._start(await self._listen())
        except OSError as error:
            self._trouble = f"it could not be started: {error}"
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._process is not None and self._process.returncode is None:
            self._process.kill()
            await self._process.wait()
        if self._runner is not None:
            await self._runner.cleanup()

    async def delivered(self, requested: int) -> Delivery:
        """Wait until so many messages have arrived, but not for ever; then end the example."""
        limit = time.monotonic() + LIMIT_SECONDS
        while self._running and len(self.calls) < requested and time.monotonic() < limit:
            await asyncio.sleep(0.05)
        arrived, trouble = len(self.calls), self._trouble
        if trouble is None and not self._running:
            trouble = f"it ended by itself: {self._last_line()}"
        elif trouble is None and arrived < requested:
            trouble = f"the demo waited no longer than {LIMIT_SECONDS} s for it"
        await self._stop()
        repeated = sum(calls > 1 for calls in self.calls.values())
        return Delivery(requested, arrived, repeated, trouble)

    @property
    def _running(self) -> bool:
        return self._process is not None and self._process.returncode is None

    async def _listen(self) -> str:
        application = web.Application()
        application.router.add_post("/messages", self._take)
        self._runner = web.AppRunner(application, access_log=None)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        return f"http://127.0.0.1:{self._runner.addresses[0][1]}/messages"

    async def _take(self, request: web.Request) -> web.Response:
        await request.read()
        self.calls[request.headers["Idempotency-Key"]] += 1
        return web.Response(status=204)

    async def _start(self, url: str) -> None:
        kafka, topics = self._settings.kafka, self._settings.topics
        arguments = ["--bootstrap", kafka.bootstrap_servers, "--topic", topics.messages, "--url", url]
        arguments += ["--group", f"{self._settings.app_id}-webhook"]
        arguments += [] if kafka.check_crcs else ["--no-check-crcs"]
        with self._log.open("wb") as log:
            # A session of its own, like the worker's: Ctrl-C is for the demo.
            self._process = await asyncio.create_subprocess_exec(
                sys.executable,
                str(EXAMPLE),
                *arguments,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    async def _stop(self) -> None:
        if self._process is not None and self._process.returncode is None:
            self._process.send_signal(signal.SIGTERM)
            with suppress(TimeoutError):
                await asyncio.wait_for(self._process.wait(), STOP_SECONDS)

    def _last_line(self) -> str:
        lines = self._log.read_text("utf-8", "replace").splitlines()
        return lines[-1] if lines else "without a word"


def _unfit(settings: Settings) -> str | None:
    """Say why the example cannot run here, if it cannot."""
    if not EXAMPLE.exists():
        return "it is in the repository, not in the package"
    if settings.kafka.security_protocol != "PLAINTEXT":
        return "it has no settings for TLS and SASL"
    return None
