"""The shape of the reward rules of a policy document: on which occasion, what is given, to whom, how often."""

from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import ConfigDict, Field, model_validator

from schemas.budget_document import BudgetDocument
from schemas.closed import Closed, Distinct, Mistake, Name, Share, Stretch, Text, Whole
from schemas.conditions_document import ConditionsDocument
from schemas.digests import PLACES
from schemas.give_document import GiveDocument
from schemas.occasion_document import OccasionDocument
from schemas.references import References
from schemas.reward_rules import Clawback, Limit, Message, RewardRule


class LimitDocument(Closed):
    """How often a customer is given it."""

    times: Annotated[Whole, Field(le=1000)]  # a customer's row keeps so many instants
    """At most so many times."""
    per: Stretch | None = None
    """In any stretch of this length; in her life unless given."""


class MessageDocument(Closed):
    """What is said with it."""

    template: Text
    channels: Annotated[list[Name], Field(min_length=1), Distinct]
    """In the order of preference."""


class RewardDocument(Closed):
    """One rule. The same occasion never pays twice."""

    model_config = ConfigDict(json_schema_extra={"anyOf": [{"required": ["give"]}, {"required": ["message"]}]})

    id: Name
    on: OccasionDocument | None = None
    """The occasion; may be left out only where a journey gives the reward."""
    give: GiveDocument | None = None
    """Unless given: nothing, only the message is asked for."""
    limit: LimitDocument | None = None
    conditions: ConditionsDocument | None = None
    budget: Name | None = None
    """The budget that pays for it."""
    when_spent: Literal["withhold", "wait"] | None = None
    """What becomes of an occasion when the budget has been spent: it waits for more until the budget ends, or is
    withheld, as unless given."""
    holdout: Share | None = None
    """The share of customers who are left out, to measure what it does."""
    clawback: Clawback = "never"
    """What is taken back when its occasion is undone: orders cancelled or refunded in full, a transition retracted.

    Of a reward that a journey gives: never.
    """
    late: Literal["all"] | None = None
    """Late transitions to segments that she has left since count too; else only one to where she is now does."""
    message: MessageDocument | None = None

    @model_validator(mode="after")
    def _something(self) -> "RewardDocument":
        if self.give is None and self.message is None:
            raise ValueError("give give, message or both")
        if self.give is None and (self.budget is not None or self.clawback != "never"):
            raise ValueError("budget and clawback belong to give: a message costs nothing and stays said")
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
        if self.conditions is not None:
            yield from _within("conditions", self.conditions.mistakes(names))
        if self.budget is not None and self.budget not in names.costs:
            yield ("budget",), f"there is no budget {self.budget}"
        elif self.budget is not None and self.id not in names.costs[self.budget]:
            yield ("budget",), f"budget {self.budget} has no cost for {self.id}"

        if self.budget is None and self.when_spent is not None:
            yield ("when_spent",), "no budget pays for this reward"

    def compile(self, currency: str, exponent: int, budget: BudgetDocument | None = None) -> RewardRule:
        """Build what the decisions read; its currency has so many decimals, and `budget` is the one it names."""
        give = self.give
        return RewardRule(
            id=self.id,
            on=self.on.compile(exponent) if self.on is not None else None,
            give=give.compile(currency, exponent) if give is not None else None,
            expires_ms=give.expires if give is not None else None,
            limit=Limit(self.limit.times, self.limit.per) if self.limit else None,
            conditions=self.conditions.compile(exponent) if self.conditions else None,
            held_out=int(self.holdout * PLACES) if self.holdout is not None else 0,
            remind_ms=tuple(sorted((give.remind if give is not None else None) or (), reverse=True)),
            clawback=self.clawback,
            draws=budget.draw(self.id, exponent, waits=self.when_spent == "wait") if budget is not None else None,
            late=self.late == "all",
            message=Message(self.message.template, tuple(self.message.channels)) if self.message else None,
        )


def _within(key: str, mistakes: Iterator[Mistake]) -> Iterator[Mistake]:
    for place, message in mistakes:
        yield (key, *place), message
