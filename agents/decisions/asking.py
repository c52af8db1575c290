"""A kind of engagement and a policy in; whether anything for it depends on how the customer stands out."""

from schemas.policy import Policy
from schemas.reward_rules import Conditions


def asks_where_she_stands(kind: str, policy: Policy) -> bool:
    """Tell whether anything for an engagement depends on her segment: conditions do, and messages name it."""
    if kind in policy.journey_facts:
        return True
    rules = policy.by_occasion.engaged.get(kind, ())
    return any(rule.starts or rule.message or _looks_at_her(rule.conditions) for rule in rules)


def asks_for_measures(kind: str, policy: Policy) -> bool:
    """Tell whether a rule for an engagement asks for measures, which a window may have changed by now."""
    rules = policy.by_occasion.engaged.get(kind, ()) if policy.window_ms is not None else ()
    return any(rule.conditions is not None and rule.conditions.when is not None for rule in rules)


def _looks_at_her(conditions: Conditions | None) -> bool:
    """Tell whether conditions look at her segment or her measures."""
    return conditions is not None and (conditions.segments is not None or conditions.when is not None)
