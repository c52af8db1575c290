"""The reward rules of a policy in; those that cost without bound, lack a limit, never come or get in each other's way,
each with its place, out.
"""

from collections.abc import Iterator
from typing import Final, NamedTuple

from app.policies.comparing_occasions import exclude, may_meet
from app.policies.unreachable import as_given, never
from schemas.closed import Mistake
from schemas.policy import Policy
from schemas.policy_document import PolicyDocument
from schemas.reward_occasions import (
    On,
    OnBrink,
    OnBrinkCleared,
    OnCadence,
    OnEngaged,
    OnOrderValue,
    OnScores,
    OnStay,
    OnTransition,
)
from schemas.reward_rules import RewardRule

COSTLY: Final = frozenset({"points", "discount", "free_shipping", "gift", "letter"})
"""What each time costs something."""
EXCLUSIVE: Final = {"discount": "a discount", "free_shipping": "free shipping", "letter": "a letter"}
"""Of what one occasion should bring one."""
_COMES_AGAIN: Final = (OnTransition, OnScores, OnBrink, OnBrinkCleared, OnStay, OnCadence)
"""What whoever comes and goes brings about as often as she likes."""


class Written(NamedTuple):
    """A rule that runs, and what its document says of it."""

    place: tuple[int | str, ...]
    rule: RewardRule
    kinds: frozenset[str]
    budgeted: bool
    on: tuple[On, ...]
    """What it waits for, and on what those set out whose journey gives it."""


def reward_warnings(document: PolicyDocument, policy: Policy) -> Iterator[Mistake]:
    """Tell of rules in the order of the file; what does not run in this version is not looked at."""
    rules = list(_written(document, policy))
    for number, one in enumerate(rules):
        yield from _unbounded(one)
        for message in never(one.rule, [other.rule for other in rules if not other.budgeted], policy):
            yield one.place, f"{one.rule.id} can never be given: {message}"
        if one.rule.priority and not _is_capped(one.rule):
            yield (*one.place, "priority"), f"the priority of {one.rule.id} does nothing: no cap holds it"
        for other in rules[:number]:
            yield from _conflict(one, other)


def _written(document: PolicyDocument, policy: Policy) -> Iterator[Written]:
    for index, written in enumerate(document.rewards):
        rule = policy.reward(written.id)
        if rule is None:
            continue
        starts = [journey.start.on for journey in policy.journeys if written.id in journey.rewards]
        on = tuple(one for one in (rule.on, *starts) if one is not None)
        yield Written(("rewards", index), rule, written.kinds, written.budget is not None, on)


def _unbounded(one: Written) -> Iterator[Mistake]:
    """Tell of what can be had again and again."""
    rule = one.rule
    if rule.limit is not None or one.budgeted or _is_capped(rule) or not one.kinds & COSTLY:
        return
    for on in one.on:
        if isinstance(on, OnOrderValue | OnEngaged):
            what = f"every {on.kind}" if isinstance(on, OnEngaged) else "every order"
            yield one.place, f"{rule.id} costs without bound: no limit, no budget and no cap, and {what} is an occasion"
        elif isinstance(on, _COMES_AGAIN) and rule.cooldown_ms is None:
            yield one.place, f"{rule.id} has no limit: whoever comes and goes is given it each time"


def _is_capped(rule: RewardRule) -> bool:
    """Tell whether some cap counts whatever it gives."""
    return all(given.caps for given in as_given(rule))


def _conflict(one: Written, before: Written) -> Iterator[Mistake]:
    """Tell of two rules for which one occasion brings twice what should come once."""
    both = [name for kind, name in EXCLUSIVE.items() if kind in one.kinds and kind in before.kinds]
    if not both or one.rule.on is None or before.rule.on is None:
        return
    if not may_meet(one.rule.on, before.rule.on) or exclude(one.rule.conditions, before.rule.conditions):
        return
    shared = set.intersection(*(set(given.caps) for rule in (one.rule, before.rule) for given in as_given(rule)))
    if not any(cap.limit.times == 1 for cap in shared):
        yield (
            one.place,
            f"{one.rule.id} conflicts with {before.rule.id}: one occasion may bring {both[0]} of each; cap them",
        )
