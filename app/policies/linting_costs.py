"""A policy in, which of its rewards nothing bounds and which budgets pay for nothing, out."""

from collections.abc import Iterator
from typing import Final

from schemas.policy import Policy
from schemas.reward_rules import OnAnniversary, OnBirthday, OnFirstOrder, OnNthOrder, RewardRule

_SELDOM: Final = OnFirstOrder | OnNthOrder | OnBirthday | OnAnniversary
"""Occasions that come once in a life, or once a year."""


def cost_warnings(policy: Policy) -> Iterator[str]:
    """Warn of each rule that one customer can make pay for ever, and of each budget that nothing draws on."""
    for rule in policy.rewards:
        if _is_unbounded(rule):
            yield f"unbounded cost: reward {rule.id} has no limit, no cap, no cool-down and no budget"
    drawn = {rule.draws.budget for rule in policy.rewards if rule.draws is not None}
    for budget in policy.budgets:
        if budget.id not in drawn:
            yield f"budget {budget.id} pays for nothing: no reward draws on it"


def _is_unbounded(rule: RewardRule) -> bool:
    gives = rule.give is not None or rule.offers is not None
    if not gives or rule.on is None or isinstance(rule.on, _SELDOM):
        return False
    return rule.limit is None and not rule.caps and rule.cooldown_ms is None and rule.draws is None
