"""What the oracle expects and what a peer has told in, how many moves are missing, too many, out of order out."""

from collections import Counter
from collections.abc import Iterable
from functools import cache
from typing import NamedTuple

from tests.bench.expectation import Transition, expected
from tests.bench.peers.load import Load


class Verdict(NamedTuple):
    """Numbers of moves; the last three are 0 where all is right."""

    published: int
    missing: int
    surplus: int
    disorder: int
    """Moves that do not set out from where the customer's move before has ended."""


@cache
def oracle(load: Load, *, timers: bool) -> "Counter[Transition]":
    """Fold a load once: with `timers` up to its end, without up to each customer's last order."""
    return expected(load.placed(), decays_at_end=timers)


def compare(wanted: "Counter[Transition]", told: Iterable[Transition]) -> Verdict:
    """Hold what was told, in the order in which each customer's moves were told, against what was wanted."""
    found: Counter[Transition] = Counter()
    stands: dict[str, str | None] = {}
    disorder = 0
    for move in told:
        customer, origin, target, _ = move
        disorder += stands.get(customer) != origin
        stands[customer] = target
        found[move] += 1
    return Verdict(found.total(), (wanted - found).total(), (found - wanted).total(), disorder)
