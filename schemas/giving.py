"""A rule and what it is to give in; the rule that gives it out."""

from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

from schemas.give_document import GiveDocument
from schemas.limit_document import CapDocument, caps_of
from schemas.reward_rules import RewardRule


class Terms(NamedTuple):
    """What of a policy hangs on what is given."""

    currency: str
    exponent: int
    """Decimals of the currency."""
    caps: Sequence[CapDocument]
    budgeted: int | None = None
    """What one costs in minor units, by its budget; None = that does not say."""


def giving(rule: RewardRule, give: GiveDocument, terms: Terms, offer: str = "") -> RewardRule:
    """Let a rule give something; `offer`: its name among several."""
    return replace(
        rule,
        give=give.compile(terms.currency, terms.exponent),
        offer=offer,
        price=give.price(terms.exponent, terms.budgeted),
        expires_ms=give.expires,
        remind_ms=tuple(sorted(give.remind or (), reverse=True)),
        caps=caps_of(terms.caps, rule.id, [give.kind]),
    )
