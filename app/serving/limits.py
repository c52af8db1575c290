"""Requests of a token in, whether it may ask now out: a bucket that fills as time goes."""

from collections.abc import Callable
from math import ceil


class Buckets:
    """A bucket of `burst` requests for each name; it fills by `per_second`. 0 = no limit."""

    def __init__(self, per_second: float, burst: int, now: Callable[[], float]) -> None:
        self._per_second, self._burst, self._now = per_second, burst, now
        self._left: dict[str, tuple[float, float]] = {}

    def wait(self, name: str) -> int:
        """Take one request: 0, or the whole seconds after which to ask again."""
        if not self._per_second:
            return 0
        now = self._now()
        left, at = self._left.get(name, (float(self._burst), now))
        left = min(self._burst, left + (now - at) * self._per_second)
        if left < 1:
            self._left[name] = left, now
            return max(1, ceil((1 - left) / self._per_second))
        self._left[name] = left - 1, now
        return 0
