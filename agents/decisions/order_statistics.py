"""A share of the customers in, the cut point out: exact in whole numbers and fractions."""

from collections.abc import Callable
from fractions import Fraction

from schemas.scales import Quantiles

At = Callable[[int, int], int]
"""The value at a rank (from 0, ascending): called with a number that tells the ranks of one freeze apart."""


def cut_points(quantiles: Quantiles, count: int, at: At) -> tuple[int, ...]:
    """Read all cut points of a measure over `count` customers, at least one."""
    if quantiles.method == "linear":
        return tuple(_linear(share, count, 2 * number, at) for number, share in enumerate(quantiles.shares))
    return tuple(at(number, _nearest_rank(share, count)) for number, share in enumerate(quantiles.shares))


def marks(quantiles: Quantiles) -> int:
    """Give how many ranks are told apart."""
    return len(quantiles.shares) * (2 if quantiles.method == "linear" else 1)


def _nearest_rank(share: Fraction, count: int) -> int:
    """The smallest value that at least this share of all does not exceed."""
    return -(-share.numerator * count // share.denominator) - 1


def _linear(share: Fraction, count: int, number: int, at: At) -> int:
    """R type 7, floored: on the straight line between the two values around the place."""
    place = (count - 1) * share
    below = place.numerator // place.denominator
    low = at(number, below)
    rest = place - below
    if not rest:
        return low
    step = rest * (at(number + 1, below + 1) - low)
    return low + step.numerator // step.denominator
