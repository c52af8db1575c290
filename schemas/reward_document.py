"""The shape of the reward rules of a policy document: on which occasion, what is given, to whom, how often."""

from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import ConfigDict, Field, model_validator

from schemas.closed import Closed, Mistake, Name, Share, Stretch, Whole
from schemas.conditions_document import ConditionsDocument
from schemas.digests import PLACES
from schemas.give_document import GiveDocument
from schemas.message_document import MessageDocument
from schemas.occasion_document import OccasionDocument
from schemas.references import References
from schemas.reward_rules import Clawback, Limit, RewardRule
from schemas.variant_document import Variants, compile_variants, of_all


class LimitDocument(Closed):
    """How often a customer is given it."""

    times: Annotated[Whole, Field(le=1000)]  # a customer's row keeps so many instants
    """At most so many times."""
    per: Stretch | None = None
    """In any stretch of this length; in her life unless given."""


class RewardDocument(Closed):
    """One rule. The same occasion never pays twice."""

    model_config = ConfigDict(
        json_schema_extra={"anyOf": [{"required": [one]} for one in ("give", "message", "variants")]}
    )

    id: Name
    on: OccasionDocument | None = None
    """The occasion; may be left out only where a journey gives the reward."""
    give: GiveDocument | None = None
    """Unless given: nothing, only the message is asked for."""
    variants: Variants | None = None
    """What shares of the customers are given instead, to compare; who is in none of them is given `give`."""
    limit: LimitDocument | None = None
    conditions: ConditionsDocument | None = None
    budget: Name | None = None
    """The budget that pays for it."""
    holdout: Share | None = None
    """The share of customers who are left out, to measure what it does."""
    experiment: Name | None = None
    """Rules that name the same experiment leave out the same customers; unless given, each rule its own."""
    clawback: Clawback = "never"
    """What is taken back when its occasion is undone: orders cancelled or refunded in full, a transition retracted.

    Of a reward that a journey gives: never.
    """
    late: Literal["all"] | None = None
    """Late transitions to segments that she has left since count too; else only one to where she is now does."""
    message: MessageDocument | None = None

    @model_validator(mode="after")
    def _something(self) -> "RewardDocument":
        gives = self.give is not None or self.variants is not None
        if not gives and self.message is None:
            raise ValueError("give give, message or both")
        if not gives and (self.budget is not None or self.clawback != "never"):
            raise ValueError("budget and clawback belong to give: a message costs nothing and stays said")
        if self.variants is not None and (self.give is None) != of_all(self.variants):
            raise ValueError("give is what the customers get who are in no variant: give it if, and only if, any are")
        if self.experiment is not None and self.holdout is None and self.variants is None:
            raise ValueError("experiment is who is held out and who gets which variant: give holdout or variants")
        return self

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
        if self.give is not None:
            yield from _within("give", self.give.mistakes(names))
        for index, variant in enumerate(self.variants or ()):
            for place, message in _within("give", variant.give.mistakes(names)):
                yield ("variants", index, *place), message
        if self.conditions is not None:
            yield from _within("conditions", self.conditions.mistakes(names))
        if self.budget is not None and self.budget not in names.costs:
            yield ("budget",), f"there is no budget {self.budget}"
        elif self.budget is not None and self.id not in names.costs[self.budget]:
            yield ("budget",), f"budget {self.budget} has no cost for {self.id}"

    def later(self) -> list[str]:
        """Name what a later version runs; a rule that needs any of it gives nothing in this one."""
        return ["budget"] if self.budget is not None else []

    def compile(self, currency: str, exponent: int) -> RewardRule:
        """Build what the decisions read of a rule that this version runs; its currency has so many decimals."""
        give = self.give
        rule = RewardRule(
            id=self.id,
            on=self.on.compile(exponent) if self.on is not None else None,
            give=give.compile(currency, exponent) if give is not None else None,
            expires_ms=give.expires if give is not None else None,
            limit=Limit(self.limit.times, self.limit.per) if self.limit else None,
            conditions=self.conditions.compile(exponent) if self.conditions else None,
            held_out=int(self.holdout * PLACES) if self.holdout is not None else 0,
            experiment=self.experiment,
            remind_ms=give.reminders if give is not None else (),
            clawback=self.clawback,
            late=self.late == "all",
            message=self.message.compile() if self.message else None,
        )
        return compile_variants(self.variants, rule, currency, exponent) if self.variants else rule


def _within(key: str, mistakes: Iterator[Mistake]) -> Iterator[Mistake]:
    for place, message in mistakes:
        yield (key, *place), message
