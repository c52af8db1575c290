"""The demo on a terminal, as somebody sits at it: its page stays until Ctrl-C, and `--exit` ends with the summary."""

import os
import pty
import re
import select
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.request import urlopen

import orjson

LIMIT_S = 120.0
CTRL_C = b"\x03"
FEW = 1_000
"""Orders and refunds of the shop's first days: enough for a summary."""
PROGRAM = (
    "import sys; from itertools import islice; from app.demo import program; every = program.events; "
    f"program.events = lambda: islice(every(), {FEW}); from app.command_line import main; main()"
)


class Terminal:
    """A process at a terminal of its own."""

    def __init__(self, pid: int, screen: int) -> None:
        self.pid, self._screen = pid, screen
        self.shown = ""
        self._limit = time.monotonic() + LIMIT_S

    def until(self, wanted: str) -> re.Match[str]:
        """Read the screen until it shows something."""
        while (found := re.search(wanted, self.shown)) is None:
            assert self._read(), f"it ended before it showed {wanted!r}:\n{self.shown}"
        return found

    def press(self, keys: bytes) -> None:
        """Press keys."""
        os.write(self._screen, keys)

    def ended(self) -> int:
        """Wait for its end; gives its exit code."""
        while self._read():
            pass
        _, status = os.waitpid(self.pid, 0)
        self.pid = 0
        return os.waitstatus_to_exitcode(status)

    def _read(self) -> bool:
        """Take in what comes next; False: nobody writes any more."""
        ready, _, _ = select.select([self._screen], [], [], max(0.0, self._limit - time.monotonic()))
        assert ready, f"nothing for {LIMIT_S:.0f} s:\n{self.shown}"
        try:
            new = os.read(self._screen, 65_536)
        except OSError:  # what Linux says when the other side is closed
            return False
        self.shown += new.decode("utf-8", "replace").replace("\r\n", "\n")
        return bool(new)


@contextmanager
def demo(*options: str) -> Iterator[Terminal]:
    """Start the demo with few data; ends it."""
    around = {name: value for name, value in os.environ.items() if name != "KAFKA"}
    pid, screen = pty.fork()
    if pid == 0:
        os.execve(sys.executable, [sys.executable, "-c", PROGRAM, "demo", *options], around)  # noqa: S606  # ourselves
    terminal = Terminal(pid, screen)
    try:
        yield terminal
    finally:
        if terminal.pid:
            os.kill(terminal.pid, 9)
            os.waitpid(terminal.pid, 0)
        os.close(screen)


def test_the_page_stays_behind_the_summary_until_ctrl_c() -> None:
    with demo() as terminal:
        address = terminal.until(r"The page stays at (http://\S+) until Ctrl-C\.")[1]
        assert "Where to read it" in terminal.shown
        with urlopen(address, timeout=LIMIT_S) as page:  # noqa: S310  # our own address
            assert b"<title>Segue</title>" in page.read()
        with urlopen(f"{address}v1/health/processor", timeout=LIMIT_S) as health:  # noqa: S310  # as above
            assert orjson.loads(health.read())["ended_at"] is not None
        terminal.press(CTRL_C)
        assert terminal.ended() == 0
    assert "error" not in terminal.shown
    assert "Traceback" not in terminal.shown


def test_exit_ends_with_the_summary_on_a_terminal_too() -> None:
    with demo("--exit") as terminal:
        assert terminal.ended() == 0
    assert "Where to read it" in terminal.shown
    assert "until Ctrl-C" not in terminal.shown
