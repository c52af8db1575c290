"""A reward rule and those beside it in; why it never gives anything, where that can be proven, out."""

from collections.abc import Iterator, Sequence
from typing import Final

from app.policies.comparing_occasions import covers
from schemas.digests import PLACES
from schemas.limits import Cap
from schemas.policy import Policy
from schemas.reward_occasions import OnBrink, OnOrderValue, OnStay, OnTransition
from schemas.reward_rules import RewardRule

_DRIFT: Final = frozenset({"drift"})


def never(rule: RewardRule, beside: Sequence[RewardRule], policy: Policy) -> Iterator[str]:
    """Say what keeps everybody from it. `beside`: the rules of the policy that draw on no budget, in their order."""
    if rule.held_out >= PLACES:
        yield "all customers are held out"
    on = rule.on
    stands = _stands(rule)
    asked = rule.conditions.segments if rule.conditions is not None else None
    if asked is not None and stands is not None and asked.isdisjoint(stands):
        yield f"she is in {_either(stands)} then, and conditions want {_either(asked)}"
    if isinstance(on, OnTransition) and on.causes == _DRIFT and (not policy.has_quantiles or policy.refresh.silent):
        why = "their moves are silent" if policy.has_quantiles else "no score has quantiles"
        yield f"cause drift is new cut points, and {why}"
    if isinstance(on, OnOrderValue) and on.max_minor == 0 and not policy.zero_value_counts:
        yield "orders of 0 do not count"
    yield from _shadowed(rule, beside, policy)


def _stands(rule: RewardRule) -> frozenset[str] | None:
    """Give the segments in which a customer can be at its occasions; None: any."""
    match rule.on:
        case OnTransition(to=to) if not rule.late:
            return to
        case OnStay(segment=segment):
            return frozenset({segment})
        case OnBrink(origin=origin):
            return origin
        case _:
            return None


def _either(segments: frozenset[str]) -> str:
    return " or ".join(sorted(segments))


def _shadowed(rule: RewardRule, beside: Sequence[RewardRule], policy: Policy) -> Iterator[str]:
    """Tell of a cap that is full at every occasion of a rule: others come first there, and are refused nothing else."""
    order = [one.id for one in policy.rewards]
    if rule.on is None or rule.offers is not None or rule.variants:
        return
    for cap in rule.caps:
        first = [
            one
            for one in beside
            if _counts(cap, one)
            and _comes_before(one, rule, order)
            and _is_sure(one)
            and set(one.caps) <= set(rule.caps)
        ]
        if len(first) >= cap.limit.times:
            names = ", ".join(one.id for one in first)
            yield f"{names} always comes first and fills cap {cap.id}"


def as_given(rule: RewardRule) -> list[RewardRule]:
    """Give the rule as it may be given: with each of its offers or variants, or as it is."""
    if rule.offers is not None:
        return list(rule.offers.rules.values())
    own = [rule] if rule.give is not None or not rule.variants else []
    return [*own, *(variant.rule for variant in rule.variants)]


def _counts(cap: Cap, rule: RewardRule) -> bool:
    """Tell whether a cap counts whatever a rule gives."""
    return all(cap in given.caps for given in as_given(rule))


def _all_caps(rule: RewardRule) -> set[Cap]:
    return {cap for given in as_given(rule) for cap in given.caps}


def _comes_before(one: RewardRule, rule: RewardRule, order: Sequence[str]) -> bool:
    """Tell whether it is decided earlier at every occasion of another."""
    if one.id == rule.id or one.on is None or rule.on is None or (rule.late and not one.late):
        return False
    earlier = order.index(one.id) < order.index(rule.id)
    return covers(one.on, rule.on) and (one.priority > rule.priority or (one.priority == rule.priority and earlier))


def _is_sure(rule: RewardRule) -> bool:
    """Tell whether nothing but its caps withholds it."""
    free = rule.limit is None and rule.cooldown_ms is None and rule.conditions is None
    return free and not rule.held_out and rule.chance is None and (rule.offers is None or bool(rule.offers.turns))
