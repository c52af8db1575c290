"""The shape of a rule's variants: what shares of the customers are given instead, so that offers can be compared."""

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Annotated

from pydantic import AfterValidator, Field

from schemas.closed import Closed, Name, Share
from schemas.digests import PLACES
from schemas.give_document import GiveDocument
from schemas.giving import Terms, giving
from schemas.message_document import MessageDocument
from schemas.reward_rules import RewardRule, Variant

MOST = 9


class VariantDocument(Closed):
    """One variant."""

    id: Name
    """Names it in events."""
    share: Share
    """Of the customers who are not held out."""
    give: GiveDocument
    message: MessageDocument | None = None
    """What is said with it; unless given, what the rule says."""


def _fit_together(variants: list[VariantDocument]) -> list[VariantDocument]:
    ids = [variant.id for variant in variants]
    for name in ids:
        if ids.count(name) > 1:
            raise ValueError(f"an id stands twice: {name}")
    if _sum(variants) > 1:
        raise ValueError("the shares of all variants come to over 100%")
    return variants


Variants = Annotated[list[VariantDocument], Field(min_length=1, max_length=MOST), AfterValidator(_fit_together)]


def of_all(variants: Sequence[VariantDocument]) -> bool:
    """Tell whether every customer is in one of them."""
    return _sum(variants) == 1


def compile_variants(variants: Sequence[VariantDocument], rule: RewardRule, terms: Terms) -> RewardRule:
    """Build a rule with its variants out of the rule without."""
    made, shares = list[Variant](), Fraction(0)
    for variant in variants:
        shares += variant.share
        said = variant.message.compile() if variant.message is not None else rule.message
        for_them = replace(giving(rule, variant.give, terms, variant.id), variant=variant.id, message=said)
        made.append(Variant(int(shares * PLACES), for_them))
    return replace(rule, variants=tuple(made))


def _sum(variants: Sequence[VariantDocument]) -> Fraction:
    return sum((variant.share for variant in variants), Fraction(0))
