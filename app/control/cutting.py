"""The values of all customers in chunks in, cut points out: exact, without ever merging the chunks."""

from bisect import bisect_right
from collections.abc import Sequence
from typing import NamedTuple

from agents.decisions.order_statistics import cut_points
from app.control.collecting import Misfit, Values
from schemas.instants import DAY_MS
from schemas.policy import Policy
from schemas.scales import Quantiles


class Cut(NamedTuple):
    """Cut points per score, None where the policy has no quantiles of it; and over how many customers."""

    recency: tuple[int, ...] | None
    frequency: tuple[int, ...] | None
    monetary: tuple[int, ...] | None
    customers: int


def cut(policy: Policy, chunks: Sequence[Values]) -> Cut:
    """Take the quantiles that a policy asks for over at least one customer; Misfit where a score was not told."""
    customers = sum(values.customers for values in chunks)
    told = [values for values in chunks if values.customers]
    recency, frequency, monetary = policy.recency, policy.frequency, policy.monetary
    return Cut(
        _of(recency.quantiles if recency else None, [values.recency for values in told], _unit_of(policy)),
        _of(frequency.quantiles if frequency else None, [values.frequency for values in told]),
        _of(monetary.quantiles if monetary else None, [values.monetary for values in told]),
        customers,
    )


def _unit_of(policy: Policy) -> int:
    """Say in which steps ages count, ms: where a policy counts whole days, the rest of a day is no difference."""
    return DAY_MS if policy.recency is not None and policy.recency.whole_days else 1


def _of(quantiles: Quantiles | None, told: Sequence[Sequence[int] | None], unit: int = 1) -> tuple[int, ...] | None:
    if quantiles is None:
        return None
    chunks = [values for values in told if values is not None]
    if len(chunks) < len(told):
        raise Misfit("a score of the policy was not told")
    count = sum(map(len, chunks))
    return cut_points(quantiles, count, lambda _, rank: value_at(chunks, rank) // unit * unit)


def value_at(chunks: Sequence[Sequence[int]], rank: int) -> int:
    """Give the value at a rank (from 0) over ascending chunks: the least that more than `rank` do not exceed."""
    low, high = min(chunk[0] for chunk in chunks), max(chunk[-1] for chunk in chunks)
    while low < high:
        middle = (low + high) // 2
        if sum(bisect_right(chunk, middle) for chunk in chunks) > rank:
            high = middle
        else:
            low = middle + 1
    return low
