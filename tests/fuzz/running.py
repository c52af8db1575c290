"""A target, a seed and numbers in; what fails of the inputs that they stand for out, each as a file to replay."""

import hashlib
import signal
import time
import traceback
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from random import Random
from types import FrameType
from typing import Final

import msgspec

from tests.fuzz.target import Input, Target
from tests.fuzz.targets import TARGETS

ENOUGH: Final = 20.0
"""CPU seconds after which an input is given up."""


class GaveUp(BaseException):
    """An input has taken far more than its time; no `except Exception` on the way may swallow this."""


@dataclass(frozen=True, slots=True)
class Failure:
    """An input of which something does not hold."""

    target: Target
    given: Input
    what: str

    @property
    def place(self) -> str:
        """Tell failures of one cause from those of another: their last line, without what it quotes of the input."""
        return self.what.rstrip().rpartition("\n  File ")[2].partition("\n")[0] or self.what

    def write(self, directory: Path) -> Path:
        """Write the input to a file that `replay` reads."""
        directory.mkdir(parents=True, exist_ok=True)
        content = msgspec.json.encode(self.given)
        path = directory / f"{self.target.name}-{hashlib.sha256(content).hexdigest()[:12]}.json"
        path.write_bytes(content)
        return path


def made(target: Target, seed: int, number: int) -> Input:
    """Give the input that a seed and a number stand for."""
    return target.make(Random(f"{target.name}/{seed}/{number}"))


def failures(target: Target, seed: int, numbers: Iterable[int]) -> Iterator[Failure]:
    """Try inputs, and give those that fail."""
    for number in numbers:
        failed = tried(target, made(target, seed, number))
        if failed is not None:
            yield failed


def replayed(path: Path) -> Failure | None:
    """Try the input of a file, which is named after its target."""
    target = TARGETS[path.name.partition("-")[0]]
    return tried(target, msgspec.json.decode(path.read_bytes(), type=target.kind))


def tried(target: Target, given: Input) -> Failure | None:
    """Try an input; one that took too long has another two chances, for the machine may have been busy."""
    took = [_spent(target, given)]
    while isinstance(took[-1], float) and took[-1] > target.bound(given) and len(took) < 3:
        took.append(_spent(target, given))
    last = took[-1]
    if isinstance(last, str):
        return Failure(target, given, last)
    if last > target.bound(given):
        return Failure(target, given, f"took {last:.2f} s of CPU, at most {target.bound(given):.2f} are allowed")
    return None


def _spent(target: Target, given: Input) -> float | str:
    """Give the CPU seconds that an input took, or what was raised."""
    begun = time.thread_time()
    try:
        with _given_up_after(ENOUGH):
            target.judge(given)
    except (Exception, GaveUp):  # noqa: BLE001  # whatever is raised is the finding
        return traceback.format_exc(limit=-6)
    return time.thread_time() - begun


@contextmanager
def _given_up_after(seconds: float) -> Iterator[None]:
    """Raise GaveUp in this thread, the main one, when the process has used so much CPU."""

    def give_up(number: int, frame: FrameType | None) -> None:
        raise GaveUp

    before = signal.signal(signal.SIGPROF, give_up)
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)
