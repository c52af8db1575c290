"""What two reward rules wait for in; whether one comes whenever the other does, or both may at once, out."""

from collections.abc import Set as AbstractSet
from typing import Final, TypeVar, get_args

from agents.decisions.occasion_matching import NAMED_ONLY
from schemas.reward_occasions import (
    On,
    OnBrink,
    OnBrinkCleared,
    OnEngaged,
    OnFirstOrder,
    OnNthOrder,
    OnOrderValue,
    OnScores,
    OnTransition,
)
from schemas.reward_rules import Conditions
from schemas.transitions import CauseType

T = TypeVar("T")
_UNNAMED: Final = frozenset(get_args(CauseType)) - NAMED_ONLY
"""What makes an occasion although no rule names it."""


def covers(wider: On, on: On) -> bool:
    """Tell whether every occasion of the second is one of the first, decided in the same turn."""
    if isinstance(wider, OnOrderValue) and isinstance(on, OnOrderValue):
        return _around(wider.min_minor, wider.max_minor, on.min_minor, on.max_minor)
    if isinstance(wider, OnEngaged) and isinstance(on, OnEngaged):
        rated = _around(wider.rating_min, wider.rating_max, on.rating_min, on.rating_max)
        return wider.kind == on.kind and rated and _holds(wider.answers, on.answers)
    if isinstance(wider, OnTransition) and isinstance(on, OnTransition):
        turned = wider.direction in {None, on.direction} and _causes(on) <= _causes(wider)
        return turned and _holds(wider.to, on.to) and _holds(wider.origin, on.origin)
    if isinstance(wider, OnBrink) and isinstance(on, OnBrink):
        return wider.lead_ms in {None, on.lead_ms} and _holds(wider.to, on.to) and _holds(wider.origin, on.origin)
    if isinstance(wider, OnBrinkCleared) and isinstance(on, OnBrinkCleared):
        return _holds(wider.to, on.to) and _holds(wider.origin, on.origin)
    return wider == on


def may_meet(one: On, other: On) -> bool:
    """Tell whether an occasion of both can come, or one order may be an occasion of each."""
    if isinstance(one, OnOrderValue) and isinstance(other, OnOrderValue):
        return _overlap(one.min_minor, one.max_minor, other.min_minor, other.max_minor)
    if isinstance(one, OnEngaged) and isinstance(other, OnEngaged):
        rated = _overlap(one.rating_min, one.rating_max, other.rating_min, other.rating_max)
        return one.kind == other.kind and rated and _share(one.answers, other.answers)
    if isinstance(one, OnTransition) and isinstance(other, OnTransition):
        turned = one.direction == other.direction or None in {one.direction, other.direction}
        ways = _share(one.to, other.to) and _share(one.origin, other.origin)
        return turned and ways and not _causes(one).isdisjoint(_causes(other))
    if isinstance(one, OnBrink) and isinstance(other, OnBrink):
        led = one.lead_ms == other.lead_ms or None in {one.lead_ms, other.lead_ms}
        return led and _share(one.to, other.to) and _share(one.origin, other.origin)
    if isinstance(one, OnBrinkCleared) and isinstance(other, OnBrinkCleared):
        return _share(one.to, other.to) and _share(one.origin, other.origin)
    by_one, by_other = _orders(one), _orders(other)
    by_order = by_one is not None and by_other is not None and _overlap(*by_one, *by_other)
    return one == other or by_order


def exclude(one: Conditions | None, other: Conditions | None) -> bool:
    """Tell whether nobody can meet the conditions of both."""
    if one is None or other is None:
        return False
    apart = not (
        _share(one.segments, other.segments)
        and _share(one.countries, other.countries)
        and _share(one.channels, other.channels)
    )
    lists = (one.lists, other.not_on_lists), (other.lists, one.not_on_lists)
    return apart or any(on is not None and on <= off for on, off in lists)


def _orders(on: On) -> tuple[int, int | None] | None:
    """Give the first and the last of a customer's orders that may bring an occasion; None: orders hardly bring any.

    What leads down, or to a lower score, is left to time: a warning at every rule that wins people back helps nobody.
    """
    match on:
        case OnFirstOrder() | OnTransition(direction="entry"):
            return 1, 1
        case OnNthOrder(number=number):
            return number, number
        case OnOrderValue():
            return 1, None
        case OnTransition() if "order" in _causes(on) and (on.direction == "up" or (on.causes and not on.direction)):
            return 2, None
        case OnScores() if all(turn.fell is None and turn.high is None for turn in (on.r, on.f, on.m) if turn):
            return 1, None
        case OnBrinkCleared():
            return 2, None
        case _:
            return None


def _around(low: int | None, high: int | None, inner_low: int | None, inner_high: int | None) -> bool:
    """Tell whether bounds hold whatever other bounds hold; where those are open, these are too."""
    below = low is None or (inner_low is not None and low <= inner_low)
    return below and (high is None or (inner_high is not None and inner_high <= high))


def _overlap(low: int | None, high: int | None, other_low: int | None, other_high: int | None) -> bool:
    apart = (high is not None and other_low is not None and high < other_low) or (
        other_high is not None and low is not None and other_high < low
    )
    return not apart


def _holds(all_: AbstractSet[T] | None, some: AbstractSet[T] | None) -> bool:
    return all_ is None or (some is not None and some <= all_)


def _share(one: AbstractSet[T] | None, other: AbstractSet[T] | None) -> bool:
    return one is None or other is None or not one.isdisjoint(other)


def _causes(on: OnTransition) -> frozenset[str]:
    return frozenset(on.causes) if on.causes is not None else _UNNAMED
