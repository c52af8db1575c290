"""The shape of the reward rules of a policy document: on which occasion, what is given, to whom, how often."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Annotated, Any, Final, Literal

from pydantic import ConfigDict, Field, model_validator

from schemas.budget_document import BudgetDocument
from schemas.closed import Closed, Mistake, Name, Share, Stretch
from schemas.conditions_document import ConditionsDocument
from schemas.digests import PLACES
from schemas.give_document import GiveDocument
from schemas.giving import Terms, giving
from schemas.limit_document import MESSAGE, CapDocument, LimitDocument, caps_of
from schemas.message_document import MessageDocument
from schemas.occasion_document import OccasionDocument
from schemas.offers_document import OffersDocument
from schemas.references import References
from schemas.reward_rules import Clawback, RewardRule
from schemas.variant_document import Variants, compile_variants, of_all

_SOMETHING: Final[Any] = ConfigDict(
    json_schema_extra={
        "anyOf": [{"required": [one]} for one in ("give", "offers", "variants", "message")],
        "not": {"required": ["offers"], "anyOf": [{"required": [one]} for one in ("give", "variants")]},
    }
)


class RewardDocument(Closed):
    """One rule. The same occasion never pays twice."""

    model_config = _SOMETHING

    id: Name
    on: OccasionDocument | None = None
    """The occasion; may be left out only where a journey gives the reward."""
    give: GiveDocument | None = None
    """Unless given: nothing, only the message is asked for."""
    offers: OffersDocument | None = None
    """One of several gifts instead: by her move, or in turn."""
    variants: Variants | None = None
    """What shares of the customers are given instead, to compare; who is in none of them is given `give`."""
    chance: Share | None = None
    """A surprise: so many of the occasions are lucky; which ones is derived from customer, rule and occasion."""
    limit: LimitDocument | None = None
    cooldown: Stretch | None = None
    """So long after she was given something for a move, the same move (from, to) brings nothing."""
    priority: Annotated[int, Field(strict=True, ge=0, le=1000)] | None = None
    """Of the rules due at one instant those of higher priority are decided first, where there are caps.

    Those without one have 0.
    """
    conditions: ConditionsDocument | None = None
    budget: Name | None = None
    """The budget that pays for it."""
    when_spent: Literal["withhold", "wait"] | None = None
    """What becomes of an occasion when the budget has been spent: it waits for more until the budget ends, or is
    withheld, as unless given."""
    holdout: Share | None = None
    """The share of customers who are left out, to measure what it does."""
    experiment: Name | None = None
    """Rules that name the same experiment leave out the same customers; unless given, each rule its own."""
    clawback: Clawback = "never"
    """What is taken back when its occasion is undone: the order that caused it is cancelled or refunded in full (of
    first_order and nth_order: fewer orders count), or a late fact has retracted the transition.

    Only on what can be undone: not on engagement or time, and not of a reward that a journey gives.
    """
    late: Literal["all"] | None = None
    """Late transitions to segments that she has left since count too; else only one to where she is now does."""
    message: MessageDocument | None = None

    @model_validator(mode="after")
    def _something(self) -> "RewardDocument":
        if self.offers is not None and not (self.give is None and self.variants is None):
            raise ValueError("give give or offers" if self.give is not None else "give variants or offers")
        if not self.kinds and self.message is None:
            raise ValueError("give give, message or both")
        if not self.kinds and (self.budget is not None or self.clawback != "never"):
            raise ValueError("budget and clawback belong to give: a message costs nothing and stays said")
        if self.variants is not None and (self.give is None) != of_all(self.variants):
            raise ValueError("give is what the customers get who are in no variant: give it if, and only if, any are")
        if self.experiment is not None and self.holdout is None and self.variants is None:
            raise ValueError("experiment is who is held out and who gets which variant: give holdout or variants")
        return self

    @property
    def kinds(self) -> frozenset[str]:
        """The kinds of what it may give."""
        return frozenset(give.kind for _, give in self._gives())

    def mistakes(self, names: References) -> Iterator[Mistake]:
        """Tell what is wrong with the rule in its policy."""
        if self.on is None and self.id not in names.given_by_journeys:
            yield (), "give on: no journey gives this reward"
        if self.clawback != "never" and self.id in names.given_by_journeys:
            yield (
                ("clawback",),
                "a journey gives this reward: what it gives is never taken back, as nothing undoes a step",
            )
        if self.on is not None:
            yield from _within("on", self.on.mistakes(names))
            if self.clawback != "never" and not self.on.can_be_undone(names):
                yield ("clawback",), "nothing undoes this occasion: what is given on it is never taken back"
        yield from self._gift_mistakes(names)
        if self.cooldown is not None and (self.on is None or self.on.moves is None):
            yield (
                ("cooldown",),
                "a cool-down wants on: transition, brink or brink_cleared, which lead from a segment to another",
            )
        if self.conditions is not None:
            yield from _within("conditions", self.conditions.mistakes(names))
        yield from self._budget_mistakes(names)

    def _budget_mistakes(self, names: References) -> Iterator[Mistake]:
        if self.budget is not None and self.budget not in names.costs:
            yield ("budget",), f"there is no budget {self.budget}"
        elif self.budget is not None and self.id not in names.costs[self.budget]:
            yield ("budget",), f"budget {self.budget} has no cost for {self.id}"
        if self.budget is None and self.when_spent is not None:
            yield ("when_spent",), "no budget pays for this reward"
        drawn = names.costs.get(self.budget or "", {}).get(self.id)
        if drawn is not None:
            for place, give in self._gives():
                yield from ((place + within, message) for within, message in give.undrawn(drawn))

    def _gives(self) -> Iterator[tuple[tuple[str | int, ...], GiveDocument]]:
        """Give all that it may give, each with its place."""
        if self.give is not None:
            yield ("give",), self.give
        for index, variant in enumerate(self.variants or ()):
            yield ("variants", index, "give"), variant.give
        for name, give in self.offers.give.items() if self.offers is not None else ():
            yield ("offers", "give", name), give

    def _gift_mistakes(self, names: References) -> Iterator[Mistake]:
        if self.give is not None:
            yield from _within("give", self.give.mistakes(names))
        for index, variant in enumerate(self.variants or ()):
            for place, message in _within("give", variant.give.mistakes(names)):
                yield ("variants", index, *place), message
        if self.offers is not None:
            yield from _within("offers", self.offers.mistakes(self.on, names))

    def compile(
        self, currency: str, exponent: int, caps: Sequence[CapDocument] = (), budget: BudgetDocument | None = None
    ) -> RewardRule:
        """Build what the decisions read; its currency has so many decimals, and `budget` pays for it."""
        plain = RewardRule(
            id=self.id,
            on=self.on.compile(exponent) if self.on is not None else None,
            give=None,
            price=0,
            limit=self.limit.limit() if self.limit else None,
            conditions=self.conditions.compile(exponent) if self.conditions else None,
            held_out=int(self.holdout * PLACES) if self.holdout is not None else 0,
            experiment=self.experiment,
            chance=int(self.chance * PLACES) if self.chance is not None else None,
            cooldown_ms=self.cooldown,
            priority=self.priority or 0,
            caps=caps_of(caps, self.id, self.kinds or [MESSAGE]),
            clawback=self.clawback,
            draws=budget.draw(self.id, exponent, waits=self.when_spent == "wait") if budget is not None else None,
            late=self.late == "all",
            message=self.message.compile() if self.message else None,
        )
        budgeted = plain.draws.cost if plain.draws is not None and budget is not None and budget.cost else None
        terms = Terms(currency, exponent, caps, budgeted)
        rule = plain if self.give is None else giving(plain, self.give, terms)
        if self.offers is not None:
            rules = {name: giving(plain, give, terms, name) for name, give in self.offers.give.items()}
            return replace(plain, offers=self.offers.compile(rules))
        return compile_variants(self.variants, rule, terms) if self.variants else rule


def _within(key: str, mistakes: Iterator[Mistake]) -> Iterator[Mistake]:
    for place, message in mistakes:
        yield (key, *place), message
