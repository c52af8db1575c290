"""Arguments of `segue` in; its process out, forked from one that has imported it all: a start without imports."""

import ctypes
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from threading import Lock
from typing import IO, Final

import msgspec

PR_SET_CHILD_SUBREAPER: Final = 36
"""Of Linux's `prctl.h`."""
LOOK_S: Final = 0.02
ASKING: Final = Lock()
"""Held from a question to its answer."""


class Request(msgspec.Struct, frozen=True):
    """What is to be run: `segue` with these arguments, there, with that and nothing else in its environment."""

    arguments: Sequence[str]
    environment: Mapping[str, str]
    directory: str


class Forked:
    """A process that runs; what is asked of it is as `subprocess.Popen` has it."""

    def __init__(self, request: Request, out: IO[bytes], err: IO[bytes]) -> None:
        asking, _ = _forking()
        with ASKING:
            socket.send_fds(asking, [msgspec.json.encode(request)], [out.fileno(), err.fileno()])
            self.pid = int(asking.recv(32))
        self.returncode: int | None = None

    def poll(self) -> int | None:
        """Give the exit code, or minus the signal that it ended by; None as long as it runs."""
        if self.returncode is None:
            ended, status = os.waitpid(self.pid, os.WNOHANG)
            if ended:
                self.returncode = os.waitstatus_to_exitcode(status)
        return self.returncode

    def wait(self, timeout: float = float("inf")) -> int:
        """Wait until it has ended; subprocess.TimeoutExpired when it does not in time."""
        limit = time.monotonic() + timeout
        while (code := self.poll()) is None:
            if time.monotonic() > limit:
                raise subprocess.TimeoutExpired("segue", timeout)
            time.sleep(LOOK_S)
        return code

    def send_signal(self, number: int) -> None:
        """Send it, unless the process is known to have ended."""
        if self.poll() is None:
            os.kill(self.pid, number)

    def kill(self) -> None:
        """SIGKILL."""
        self.send_signal(signal.SIGKILL)


def can_fork() -> bool:
    """Say whether orphans can be waited for here: on Linux."""
    return hasattr(ctypes.CDLL(None), "prctl")


@cache
def _forking() -> tuple[socket.socket, "subprocess.Popen[bytes]"]:
    """Start the process that forks, one for each that tests; it ends with the socket, and must be held until then."""
    ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    ours, its = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    with its:
        command = [sys.executable, "-m", "tests.kafka.forking", str(its.fileno())]
        top = Path(__file__).resolve().parents[2]
        return ours, subprocess.Popen(command, cwd=top, pass_fds=[its.fileno()])
