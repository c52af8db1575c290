"""Moves with the broker's time of each in, how many orders a peer had done by then out."""

from array import array
from collections.abc import Iterable, Sequence
from functools import cache
from typing import NamedTuple

from tests.bench.orders import PARTITIONS, Order, partition_of
from tests.bench.peers.load import Load


class Point(NamedTuple):
    """So many orders were done at that time, in seconds of the wall clock."""

    at: float
    done: int


class Positions:
    """Where every order of a load is: its partition, and how many came before it there."""

    def __init__(self, placed: Iterable[Order]) -> None:
        self._partitions = array("B")
        self._before = array("L")
        counts = [0] * PARTITIONS
        for order in placed:
            partition = partition_of(order.customer)
            self._partitions.append(partition)
            self._before.append(counts[partition])
            counts[partition] += 1

    def curve(self, moves: Iterable[tuple[int, str]]) -> list[Point]:
        """Give the progress that moves prove, each with its time in milliseconds and its order.

        The furthest order that has moved somebody says how far a partition has come, whatever the peer commits.
        """
        reached = [0] * PARTITIONS
        done = 0
        points: list[Point] = []
        for at_ms, number in sorted(moves):
            i = int(number.removeprefix("o-"))  # loads number their orders from 0
            partition, position = self._partitions[i], self._before[i] + 1
            if position > reached[partition]:
                done += position - reached[partition]
                reached[partition] = position
                points.append(Point(at_ms / 1000, done))
        return points


@cache
def positions(load: Load) -> Positions:
    """Look once where the orders of a load are."""
    return Positions(load.placed())


def reached(points: Sequence[Point], done: float) -> Point:
    """Give the first point with at least so many orders; RuntimeError if it never came to that."""
    found = next((point for point in points if point.done >= done), None)
    if found is None:
        raise RuntimeError(f"it never came to {done:,.0f} orders")
    return found
