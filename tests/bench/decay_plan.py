"""Numbers in; customers who order once, and the instants at which silence moves a known part of them, out."""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from tests.bench.orders import Order
from tests.bench.rule import DAY_MS, WITHIN_MS

AMOUNT_MINOR: Final = 50_00
"""Once ordered for that: `recent`, and `at_risk` when the first bound of recency has passed."""
QUIET_MS: Final = (5 * DAY_MS, 60 * DAY_MS)
"""How long ago the others ordered: none of them is due while anything is measured."""


@dataclass(frozen=True, slots=True)
class Burst:
    """So many customers due between two instants (epoch ms), spread evenly."""

    name: str
    customers: int
    begin: int
    length_ms: int

    def instants(self) -> Iterator[int]:
        """Give the first millisecond of each move."""
        for n in range(self.customers):
            yield self.begin + n * self.length_ms // self.customers


@dataclass(frozen=True, slots=True)
class Plan:
    """A population, and who of it is due in which burst."""

    customers: int
    bursts: tuple[Burst, ...]

    def due(self, burst: Burst) -> dict[str, int]:
        """Give the customers of a burst with the instants of their moves; they lie scattered over the state."""
        chosen = random.Random(7).sample(range(self.customers), sum(one.customers for one in self.bursts))
        start = sum(one.customers for one in self.bursts[: self.bursts.index(burst)])
        return {f"c-{n:08d}": at for n, at in zip(chosen[start:], burst.instants(), strict=False)}

    def orders(self, now: int) -> Iterator[Order]:
        """Give one order a customer, in the order of time."""
        due = {customer: at for burst in self.bursts for customer, at in self.due(burst).items()}
        placed = sorted((at - 1 - WITHIN_MS[0], customer) for customer, at in due.items())
        others = [name for n in range(self.customers) if (name := f"c-{n:08d}") not in due]
        near, far = QUIET_MS
        placed += [(now - far + (far - near) * n // len(others), name) for n, name in enumerate(others)]
        for at, customer in placed:
            yield Order(f"o-{customer}", customer, at, AMOUNT_MINOR)
