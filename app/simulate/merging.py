"""Sorted runs in, each in blocks; one sorted run out, in blocks too."""

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any, TypeVar

Item = TypeVar("Item", bound=tuple[Any, ...])


def merged(runs: Iterable[Iterator[list[Item]]]) -> Iterator[list[Item]]:
    """Merge runs whose blocks are never empty: what is no greater than the least of their last items is all in hand.

    Sorting what lies in order in pieces costs about a comparison an item; from a heap each would come one by one.
    """
    hands = [(run, block) for run in runs for block in islice(run, 1)]
    while hands:
        end = min(block[-1] for _, block in hands)
        ready: list[Item] = []
        left: list[tuple[Iterator[list[Item]], list[Item]]] = []
        for run, block in hands:
            cut = bisect_right(block, end)
            ready += block[:cut]
            if cut < len(block):
                left.append((run, block[cut:]))
            else:
                left += [(run, following) for following in islice(run, 1)]
        ready.sort()
        yield ready
        hands = left
