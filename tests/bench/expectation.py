"""Orders in, the transitions they must lead to out: one fold in memory that knows nothing of Segue."""

from collections import Counter
from collections.abc import Iterable
from typing import Final

from tests.bench import rule
from tests.bench.orders import Order, partition_of

GRACE_MS: Final = 200
"""Timers run this far behind the clock of their partition."""

Transition = tuple[str, str | None, str, int]
"""Customer, from, to, effective at."""


def expected(placed: Iterable[Order], *, decays_at_end: bool) -> "Counter[Transition]":
    """Fold orders in the order of time.

    With `decays_at_end` silence counts up to the newest order of a customer's partition, as a stream clock has it;
    without, only up to her own last order, as an agent without timers sees it.
    """
    states: dict[str, rule.State] = {}
    newest: dict[int, int] = {}
    found: Counter[Transition] = Counter()
    for number, customer, at, amount in placed:
        assert number
        states[customer], moves = rule.order(states.get(customer), at, amount)
        found.update((customer, *move) for move in moves)
        newest[partition_of(customer)] = at
    if decays_at_end:
        for customer, state in states.items():
            until = newest[partition_of(customer)] - GRACE_MS
            found.update((customer, *move) for move in rule.decays(state, until + 1))
    return found
