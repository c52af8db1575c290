"""The reward rules of a policy in; the same by what they wait for out, each in the order of the policy."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from schemas.reward_occasions import (
    On,
    OnAnniversary,
    OnBirthday,
    OnBrink,
    OnBrinkCleared,
    OnCadence,
    OnEngaged,
    OnFirstOrder,
    OnNthOrder,
    OnOrderValue,
    OnScores,
    OnStay,
    OnTime,
    OnTransition,
)
from schemas.reward_rules import RewardRule


@dataclass(slots=True)
class RulesByOccasion:
    """Made once for a policy, and not changed after that."""

    numbered: dict[int, list[RewardRule]] = field(default_factory=dict)
    """Those that wait for an order of a number, by that number; ascending."""
    order_values: list[RewardRule] = field(default_factory=list)
    engaged: dict[str, list[RewardRule]] = field(default_factory=dict)
    """By the kind of engagement."""
    transitions: list[RewardRule] = field(default_factory=list)
    scores: list[RewardRule] = field(default_factory=list)
    brinks: list[RewardRule] = field(default_factory=list)
    brinks_cleared: list[RewardRule] = field(default_factory=list)
    stays: dict[str, list[RewardRule]] = field(default_factory=dict)
    """By the segment that one stays in."""
    birthdays: list[RewardRule] = field(default_factory=list)
    anniversaries: list[RewardRule] = field(default_factory=list)
    cadences: list[RewardRule] = field(default_factory=list)
    by_time: bool = False
    """Whether any waits for nothing but time."""


def sort_rules(rules: Iterable[RewardRule]) -> RulesByOccasion:
    """Lay rules out by what they wait for."""
    by = RulesByOccasion()
    for rule in rules:
        if rule.on is not None:
            _group(rule.on, by).append(rule)
    by.numbered = dict(sorted(by.numbered.items()))
    by.by_time = bool(by.stays or by.birthdays or by.anniversaries or by.cadences)
    return by


def _group(on: On, by: RulesByOccasion) -> list[RewardRule]:
    match on:
        case OnFirstOrder():
            return by.numbered.setdefault(1, [])
        case OnNthOrder(number=number):
            return by.numbered.setdefault(number, [])
        case OnOrderValue():
            return by.order_values
        case OnEngaged(kind=kind):
            return by.engaged.setdefault(kind, [])
        case OnTransition():
            return by.transitions
        case OnScores() | OnBrink() | OnBrinkCleared():
            return _group_by_change(on, by)
        case _:
            return _group_by_time(on, by)


def _group_by_change(on: OnScores | OnBrink | OnBrinkCleared, by: RulesByOccasion) -> list[RewardRule]:
    match on:
        case OnScores():
            return by.scores
        case OnBrink():
            return by.brinks
        case OnBrinkCleared():
            return by.brinks_cleared


def _group_by_time(on: OnTime, by: RulesByOccasion) -> list[RewardRule]:
    match on:
        case OnStay(segment=segment):
            return by.stays.setdefault(segment, [])
        case OnBirthday():
            return by.birthdays
        case OnAnniversary():
            return by.anniversaries
        case OnCadence():
            return by.cadences
