"""Connections to a port in, the same to another port out, through a line that is cut, slow or dead when told so.

One request, or the answer to it, can be held: by the number of its kind in Kafka's protocol and what it names.
"""

import asyncio
import threading
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from types import TracebackType
from typing import Final, Self

LOOPBACK: Final = "127.0.0.1"
CHUNK: Final = 65_536
START_S: Final = 10.0
KIND: Final = slice(4, 6)
"""Where a request says of which kind it is: behind its length."""


@dataclass(frozen=True)
class Hold:
    """The next request of a kind that names something is kept back; or it passes, and the answer to it is.

    Whoever sends it awaits the answer before anything else goes over the same line, so it is a chunk of its own.
    """

    kind: int
    naming: bytes
    then: Callable[[], None]
    """What is done when it is held, before anything else comes through; in the proxy's thread."""
    answer: bool
    released: asyncio.Event = field(default_factory=asyncio.Event)

    def concerns(self, chunk: bytes) -> bool:
        """Tell whether this is that request."""
        return chunk[KIND] == self.kind.to_bytes(2) and self.naming in chunk


class Line:
    """One connection through the proxy."""

    def __init__(self, writer: asyncio.StreamWriter) -> None:
        self.dead = False
        """Both ends believe in it, and nothing comes through."""
        self.writers = [writer]
        self.held: Hold | None = None
        """Whose answer is to be held."""

    def cut(self) -> None:
        """Reset it at both ends."""
        for writer in self.writers:
            writer.transport.abort()

    def die(self) -> None:
        """Let nothing through any more."""
        self.dead = True


Looks = Callable[[Line, bytes], Awaitable[None]]


class Proxy:
    """Passes bytes on while its `with` block lasts, in a thread of its own; told from any thread."""

    def __init__(self, port: int, target: int) -> None:
        self.port = port
        self._target = target
        self._loop = asyncio.new_event_loop()
        self._lines: set[Line] = set()
        self._delay_s = 0.0
        self._hold: Hold | None = None
        self._held: Hold | None = None
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

    def hold(self, kind: int, naming: bytes, then: Callable[[], None], *, answer: bool = False) -> None:
        """Hold the next request of a kind that names something, or the answer to it, until `release`."""
        self._hold = Hold(kind, naming, then, answer)

    @property
    def holds(self) -> bool:
        """Whether something is held at this moment."""
        return self._held is not None

    def release(self) -> None:
        """Let what is held pass on."""
        held, self._held = self._held, None
        assert held is not None, "nothing is held"
        self._loop.call_soon_threadsafe(held.released.set)

    async def _keep(self, held: Hold) -> None:
        held.then()
        self._held = held
        await held.released.wait()

    async def _look(self, line: Line, chunk: bytes) -> None:
        """Hold what comes from a client, if that is asked for."""
        hold = self._hold
        if hold is None or not hold.concerns(chunk):
            return
        self._hold = None
        if hold.answer:
            line.held = hold
        else:
            await self._keep(hold)

    async def _look_at_answer(self, line: Line, chunk: bytes) -> None:
        """Hold what comes from the broker, if it is the answer that is asked for."""
        held, line.held = line.held, None
        if held is not None:
            await self._keep(held)

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
            await asyncio.gather(
                self._pass_on(line, reader, back, self._look), self._pass_on(line, onward, writer, self._look_at_answer)
            )
        except OSError:  # whoever asks for a broker that is not there, or is cut off
            pass
        finally:
            line.cut()
            self._lines.discard(line)

    async def _pass_on(
        self, line: Line, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, look: Looks
    ) -> None:
        while chunk := await reader.read(CHUNK):
            await look(line, chunk)
            if self._delay_s:
                await asyncio.sleep(self._delay_s)
            if not line.dead:
                writer.write(chunk)
                await writer.drain()
        with suppress(OSError):
            writer.write_eof()
