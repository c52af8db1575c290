"""A command in, a pinned process out, with its log, its CPU time and its peak memory; Linux only."""

import functools
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import orjson

REPOSITORY: Final = Path(__file__).resolve().parents[2]
TICKS: Final = os.sysconf("SC_CLK_TCK")
PAGE: Final = os.sysconf("SC_PAGE_SIZE")
STOP_LIMIT_S: Final = 20.0


@functools.cache
def core() -> int | None:
    """Give the core for workers, asked once; None where there is only one, or nothing to pin with."""
    cores = sorted(os.sched_getaffinity(0))
    return cores[-1] if len(cores) > 1 and shutil.which("taskset") else None


class WorkerProcess:
    """One process on the workers' core, or on any at first; it must be stopped."""

    def __init__(
        self, command: list[str], environment: Mapping[str, str], log: Path, *, anywhere: bool = False
    ) -> None:
        self._log = log
        self._command = command
        pinned = core()
        prefix = [] if pinned is None or anywhere else ["taskset", "-c", str(pinned)]
        with log.open("wb") as sink:
            self._process = subprocess.Popen(
                [*prefix, *command],
                cwd=REPOSITORY,
                env={**_clean_environment(), **environment},
                stdin=subprocess.DEVNULL,
                stdout=sink,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def pin(self) -> None:
        """Let all its threads go on on the workers' core."""
        if (pinned := core()) is not None:
            for thread in Path(f"/proc/{self._process.pid}/task").iterdir():
                os.sched_setaffinity(int(thread.name), {pinned})

    def cpu_seconds(self) -> float:
        """Sum user and system time over the process and its children, and those of its own that have ended."""
        return sum(_cpu_ticks(pid) for pid in _tree(self._process.pid)) / TICKS

    def waited_seconds(self) -> float:
        """Sum the time for which threads that could run had to wait for the core: other work on this machine."""
        return sum(_waited_ns(pid) for pid in _tree(self._process.pid)) / 1e9

    def peak_memory(self) -> int:
        """Give the largest resident size so far, in bytes."""
        for line in Path(f"/proc/{self._process.pid}/status").read_text().splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) * 1024
        raise RuntimeError("the process has ended")

    def tree_memory(self) -> int:
        """Sum the resident size of the process and its children now, in bytes."""
        return sum(_resident(pid) for pid in _tree(self._process.pid))

    def proportional_memory(self) -> int:
        """Sum what the process and its children hold now, in bytes: what they share counts once."""
        return sum(_proportional(pid) for pid in _tree(self._process.pid))

    def told(self, event: str) -> Iterator[dict[str, Any]]:
        """Give the JSON log lines of one event; the last may be half written."""
        for line in self._log.read_bytes().splitlines(keepends=True):
            if line.endswith(b"\n") and line.startswith(b"{") and event.encode() in line:
                entry = orjson.loads(line)
                if entry.get("event") == event:
                    yield entry

    def wait(self, reached: Callable[[], bool], limit_s: float, every_s: float = 0.05) -> None:
        """Wait for something the process brings about; RuntimeError when it ends or takes too long."""
        limit = time.monotonic() + limit_s
        while not reached():
            if self._process.poll() is not None:
                raise RuntimeError(f"{self._named()} ended with {self._process.returncode}:\n{self._tail()}")
            if time.monotonic() > limit:
                raise RuntimeError(f"{self._named()} took longer than {limit_s:.0f} s:\n{self._tail()}")
            time.sleep(every_s)

    def stop(self) -> None:
        """SIGTERM, and SIGKILL to what is left of it."""
        if self._process.poll() is None:
            self._process.send_signal(signal.SIGTERM)
        try:
            self._process.wait(STOP_LIMIT_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def _named(self) -> str:
        return " ".join(self._command[1:])

    def _tail(self) -> str:
        return "\n".join(self._log.read_text(errors="replace").splitlines()[-20:])


def _clean_environment() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if not name.startswith(("SEGUE_", "BENCH_"))}


def _tree(pid: int) -> list[int]:
    found, open_ = [], [pid]
    while open_:
        found.append(open_.pop())
        for children in Path(f"/proc/{found[-1]}/task").glob("*/children"):
            try:
                open_ += map(int, children.read_text().split())
            except OSError:
                continue
    return found


def _cpu_ticks(pid: int) -> int:
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0
    return sum(map(int, fields[11:15]))  # user and system, and of children that were waited for


def _resident(pid: int) -> int:
    try:
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * PAGE
    except OSError:
        return 0


def _proportional(pid: int) -> int:
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return sum(int(line.split()[1]) * 1024 for line in lines if line.startswith("Pss:"))


def _waited_ns(pid: int) -> int:
    waited = 0
    for thread in Path(f"/proc/{pid}/task").glob("*/schedstat"):
        try:
            waited += int(thread.read_text().split()[1])
        except OSError:
            continue
    return waited
