"""Connections to a port in, the same to another port out, through a line that is cut, slow or dead when told so."""

import asyncio
import threading
from collections.abc import Callable
from contextlib import suppress
from types import TracebackType
from typing import Final, Self

LOOPBACK: Final = "127.0.0.1"
CHUNK: Final = 65_536
START_S: Final = 10.0


class Line:
    """One connection through the proxy."""

    def __init__(self, writer: asyncio.StreamWriter) -> None:
        self.dead = False
        """Both ends believe in it, and nothing comes through."""
        self.writers = [writer]

    def cut(self) -> None:
        """Reset it at both ends."""
        for writer in self.writers:
            writer.transport.abort()

    def die(self) -> None:
        """Let nothing through any more."""
        self.dead = True


class Proxy:
    """Passes bytes on while its `with` block lasts, in a thread of its own; told from any thread."""

    def __init__(self, port: int, target: int) -> None:
        self.port = port
        self._target = target
        self._loop = asyncio.new_event_loop()
        self._lines: set[Line] = set()
        self._delay_s = 0.0
        self._listening = threading.Event()
        self._thread = threading.Thread(target=self._run, name="proxy", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        assert self._listening.wait(START_S), f"the proxy does not listen on {self.port}"
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(START_S)

    @property
    def connections(self) -> int:
        """Connections at this moment."""
        return len(self._lines)

    def cut(self) -> None:
        """Reset all connections; new ones may be made at once."""
        self._tell(Line.cut)

    def slow_down(self, delay_s: float) -> None:
        """Hold back by so long whatever comes, in both directions; 0 ends it."""
        self._delay_s = delay_s

    def half_open(self) -> None:
        """Let all connections be dead for ever, unknown to both ends; new ones are well."""
        self._tell(Line.die)

    def _tell(self, each: Callable[[Line], None]) -> None:
        self._loop.call_soon_threadsafe(lambda: list(map(each, list(self._lines))))

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        self._loop.run_until_complete(asyncio.start_server(self._serve, LOOPBACK, self.port))
        self._listening.set()
        self._loop.run_forever()
        for line in list(self._lines):
            line.cut()
        for task in asyncio.all_tasks(self._loop):
            task.cancel()
        self._loop.run_until_complete(asyncio.sleep(0))
        self._loop.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        line = Line(writer)
        self._lines.add(line)
        try:
            onward, back = await asyncio.open_connection(LOOPBACK, self._target)
            line.writers.append(back)
            await asyncio.gather(self._pass_on(line, reader, back), self._pass_on(line, onward, writer))
        except OSError:  # whoever asks for a broker that is not there, or is cut off
            pass
        finally:
            line.cut()
            self._lines.discard(line)

    async def _pass_on(self, line: Line, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while chunk := await reader.read(CHUNK):
            if self._delay_s:
                await asyncio.sleep(self._delay_s)
            if not line.dead:
                writer.write(chunk)
                await writer.drain()
        with suppress(OSError):
            writer.write_eof()
