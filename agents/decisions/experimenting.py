"""A rule and a customer in; whether she is left out of it, and which of its variants is hers, out: always the same."""

from schemas.digests import holdout_place, variant_place
from schemas.reward_rules import RewardRule


def is_held_out(rule: RewardRule, customer_id: str, policy_id: str) -> bool:
    """Tell whether she is among those who are given nothing, so that what the rule does can be measured."""
    return holdout_place(customer_id, policy_id, rule.experiment or rule.id) < rule.held_out


def variant_for(rule: RewardRule, customer_id: str, policy_id: str) -> RewardRule:
    """Give the rule as it is for her: a variant, or itself.

    Her place has nothing to do with whether she is held out: who is has a variant too, which is what she would have
    been given, and another hold-out share moves nobody from one variant to another.
    """
    place = variant_place(customer_id, policy_id, rule.experiment or rule.id)
    for variant in rule.variants:
        if place < variant.below:
            return variant.rule
    return rule
