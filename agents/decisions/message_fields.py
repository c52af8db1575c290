"""A message and what is given with it in; what its template may name out, never a person's name or address."""

from typing import assert_never

from agents.decisions.message import Message
from schemas.facts import Money
from schemas.messages import Fields
from schemas.reward_rules import RewardRule
from schemas.rewards import Discount, EarlyAccess, FreeShipping, Gift, Give, Invitation, Letter, Points


def fields_of_reward(message: Message, rule: RewardRule, at: int) -> Fields:
    """Say what the template of a rule's message may name, in the order of the alphabet."""
    fields = fields_of(message)
    if rule.give is not None:
        fields |= _of_gift(rule.give)
    if rule.expires_ms is not None:
        fields["expires_at"] = at + rule.expires_ms
    return dict(sorted(fields.items()))


def fields_of(message: Message) -> Fields:
    """Say what any template may name of the customer, in the order of the alphabet."""
    fields: Fields = {}
    if message.interests:
        fields["interests"] = list(message.interests)
    if message.products:
        fields["products"] = list(message.products)
    if message.segment is not None:
        fields["segment"] = message.segment
    return fields


def _of_gift(give: Give) -> dict[str, str | int]:
    match give:
        case Points(points):
            return {"points": points}
        case Gift(sku):
            return {"sku": sku}
        case Discount(Money() as off):
            return {"amount_minor": off.amount_minor, "currency": off.currency}
        case Discount(None, str() as percent):
            return {"percent": percent}
        case FreeShipping() | Discount():
            return {}
        case EarlyAccess(offer):
            return {"offer": offer}
        case Invitation(to):
            return {"event": to}
        case Letter(letter):
            return {"letter": letter}
        case _:
            assert_never(give)
