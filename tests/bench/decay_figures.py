"""What came out of a burst, and the orders beside it, in; figures and faults out."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

from tests.bench.decay_plan import Burst
from tests.bench.decay_watch import Came

NS_PER_MS = 1_000_000


class Spread(NamedTuple):
    """Percentiles by nearest rank, in milliseconds, of so many."""

    p50: float
    p99: float
    most: float
    number: int

    def told(self) -> str:
        """Write them down."""
        return f"{self.p50:>9,.0f} {self.p99:>9,.0f} {self.most:>9,.0f}  of {self.number:,}"


def spread(milliseconds: Iterable[float]) -> Spread:
    """Order and pick."""
    ordered = sorted(milliseconds)
    if not ordered:
        return Spread(0, 0, 0, 0)
    rank = [ordered[min(len(ordered) - 1, int(share * len(ordered)))] for share in (0.5, 0.99)]
    return Spread(rank[0], rank[1], ordered[-1], len(ordered))


@dataclass(frozen=True, slots=True)
class BurstFigures:
    """One burst: how late its moves were seen and could be read, what was wrong, and how orders fared meanwhile."""

    name: str
    detected: Spread
    arrived: Spread
    orders: Spread
    worked_off_ms: float
    """From its begin until its last move could be read."""
    missing: int
    surplus: int
    inversions: int
    """Moves published behind a later one of their partition."""

    @property
    def correct(self) -> bool:
        """Whether every move came once, with its own instant, the oldest first."""
        return not (self.missing or self.surplus or self.inversions)


def of_burst(burst: Burst, due: Mapping[str, int], came: Sequence[Came]) -> BurstFigures:
    """Compare what came with what was due."""
    mine = [one for one in came if one.order_ns is None and one.customer in due]
    found = Counter((one.customer, one.effective_at) for one in mine)
    wanted = Counter(due.items())
    last = max((one.arrived_at for one in mine), default=burst.begin)
    return BurstFigures(
        burst.name,
        spread(one.detected_at - one.effective_at for one in mine),
        spread(one.arrived_at - one.effective_at for one in mine),
        order_latencies(came, burst.begin, max(last, burst.begin + burst.length_ms)),
        last - burst.begin,
        (wanted - found).total(),
        (found - wanted).total(),
        _inversions(mine),
    )


def order_latencies(came: Iterable[Came], begin: float, end: float) -> Spread:
    """Give the latencies of the orders that were produced between two instants (epoch ms)."""
    produced = [(one.order_ns, one.arrived_ns) for one in came if one.order_ns is not None]
    return spread((arrived - at) / NS_PER_MS for at, arrived in produced if begin <= at / NS_PER_MS < end)


def _inversions(moves: Iterable[Came]) -> int:
    """Count neighbours within a partition of which the second was due before the first."""
    instants: dict[int, list[int]] = {}
    for one in moves:
        instants.setdefault(one.partition, []).append(one.effective_at)
    return sum(later < earlier for of in instants.values() for earlier, later in pairwise(of))
