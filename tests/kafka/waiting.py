"""A condition in, its first true answer out; every wait has an end."""

import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


def wait_for(reached: Callable[[], T], limit_s: float, what: str, every_s: float = 0.1) -> T:
    """Ask until the answer is true; AssertionError with the last answer when time is up."""
    limit = time.monotonic() + limit_s
    while True:
        answer = reached()
        if answer:
            return answer
        assert time.monotonic() < limit, f"{what}: not within {limit_s:.0f} s, last answer {answer!r}"
        time.sleep(every_s)
