"""When the orders and refunds of a customer act that one decision has changed, in memory and sorted."""

from bisect import bisect_left, insort
from collections.abc import Iterator

from schemas.history import Kind, Step


class Steps:
    """Steps in memory, sorted."""

    __slots__ = ("_sorted",)

    def __init__(self) -> None:
        self._sorted: dict[Kind, list[Step]] = {}

    def add(self, kind: Kind, at: int, name: str) -> None:
        """Add a step; one that is there stays once."""
        held = self._sorted.setdefault(kind, [])
        step = Step(at, name)
        if not held or step > held[-1]:
            held.append(step)
        elif held[bisect_left(held, step)] != step:
            insort(held, step)

    def discard(self, kind: Kind, at: int, name: str) -> None:
        """Take a step out, if it is there."""
        held, step = self._sorted.get(kind, []), Step(at, name)
        place = bisect_left(held, step)
        if place < len(held) and held[place] == step:
            del held[place]

    def steps(self, kind: Kind, start: int, end: int, *, newest_first: bool = False) -> Iterator[Step]:
        """Give the steps of a kind with instants in [start, end), in order."""
        held = self._sorted.get(kind, [])
        low, high = bisect_left(held, start, key=_instant), bisect_left(held, end, key=_instant)
        found = held[low:high]
        return reversed(found) if newest_first else iter(found)


def _instant(step: Step) -> int:
    return step.at
