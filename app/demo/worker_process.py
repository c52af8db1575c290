"""One worker as a child process: started, waited for, watched, and never left behind."""

import asyncio
import signal
import sys
from pathlib import Path
from typing import Final, Never, Self

import aiohttp
import orjson

from app.demo.deployment import environment
from app.runtime.errors import SegueError
from app.settings import Settings

COMMAND: Final = (sys.executable, "-m", "app.command_line", "worker")
READY_SECONDS: Final = 60
STOP_SECONDS: Final = 15
LAST_LINES: Final = 15


class WorkerProcess:
    """A worker for the length of an `async with` block; whatever ends the block ends the worker."""

    def __init__(self, settings: Settings, log: Path) -> None:
        self._settings = settings
        self._log = log
        self._process: asyncio.subprocess.Process | None = None

    async def __aenter__(self) -> Self:
        log = self._log.open("wb")
        try:
            # A session of its own: Ctrl-C is for the demo, which then ends the worker itself.
            self._process = await asyncio.create_subprocess_exec(
                *COMMAND,
                env=environment(self._settings),
                stdin=asyncio.subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        finally:
            log.close()
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._running.returncode is None:
            self._running.kill()
            await self._running.wait()

    @property
    def _running(self) -> asyncio.subprocess.Process:
        if self._process is None:
            raise RuntimeError("the worker has not been started")
        return self._process

    @property
    def metrics(self) -> str:
        """Where it shows its metrics, once it is ready."""
        return f"http://127.0.0.1:{self._port()}/metrics"

    async def watch(self) -> Never:
        """Wait for the worker to end, which it should not: SegueError with the last lines of its log."""
        code = await self._running.wait()
        raise SegueError(f"the worker ended with code {code}. {self.last_lines()}")

    async def ready(self) -> None:
        """Wait until every partition is open; SegueError if that takes too long."""
        try:
            async with asyncio.timeout(READY_SECONDS), aiohttp.ClientSession() as http:
                while not await self._is_ready(http):
                    await asyncio.sleep(0.05)
        except TimeoutError:
            raise SegueError(f"the worker was not ready after {READY_SECONDS} s. {self.last_lines()}") from None

    async def stop(self) -> None:
        """Ask the worker to end, and wait for it; SegueError if it does not end well."""
        self._running.send_signal(signal.SIGTERM)
        try:
            code = await asyncio.wait_for(self._running.wait(), STOP_SECONDS)
        except TimeoutError:
            raise SegueError(f"the worker did not stop in {STOP_SECONDS} s. {self.last_lines()}") from None
        if code not in (0, -signal.SIGTERM):
            raise SegueError(f"the worker stopped with code {code}. {self.last_lines()}")

    def last_lines(self) -> str:
        """Give the end of the worker's log: its directory goes with the demo."""
        lines = self._log.read_text("utf-8", "replace").splitlines()[-LAST_LINES:]
        return "\n".join(["Its log ended with:", *(f"  {line}" for line in lines)])

    async def _is_ready(self, http: aiohttp.ClientSession) -> bool:
        port = self._port()
        if port is None:
            return False
        try:
            async with http.get(f"http://127.0.0.1:{port}/readyz") as answer:
                return answer.status == 200  # HTTP OK
        except aiohttp.ClientError:
            return False

    def _port(self) -> int | None:
        """Find the line in which the worker says where it listens; the last line may be half written."""
        for line in self._log.read_bytes().split(b"\n")[:-1]:
            if b'"worker starts"' in line:
                port: int = orjson.loads(line)["port"]
                return port
        return None
