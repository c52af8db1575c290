"""The shape of the reward rules of a policy document: on which occasion, what is given, to whom, how often."""

from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import ConfigDict, Field, model_validator

from schemas.closed import Closed, Distinct, Mistake, Name, Share, Stretch, Text, Whole
from schemas.conditions_document import ConditionsDocument
from schemas.digests import PLACES
from schemas.give_document import GiveDocument
from schemas.occasion_document import OccasionDocument
from schemas.references import References
from schemas.reward_rules import Limit, Message, RewardRule


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
    holdout: Share | None = None
    """The share of customers who are left out, to measure what it does."""
    clawback: Literal["never", "full", "unredeemed"] = "never"
    """What is taken back when the occasion is undone."""
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

    def later(self) -> list[str]:
        """Name what a later version runs; a rule that needs any of it gives nothing in this one."""
        waiting = [*self.give.later()] if self.give is not None else []
        waiting += ["budget"] if self.budget is not None else []
        return [*waiting, "clawback"] if self.clawback != "never" else waiting

    def compile(self, currency: str, exponent: int) -> RewardRule:
        """Build what the decisions read of a rule that this version runs; its currency has so many decimals."""
        return RewardRule(
            id=self.id,
            on=self.on.compile(exponent) if self.on is not None else None,
            give=self.give.compile(currency, exponent) if self.give is not None else None,
            expires_ms=self.give.expires if self.give is not None else None,
            limit=Limit(self.limit.times, self.limit.per) if self.limit else None,
            conditions=self.conditions.compile(exponent) if self.conditions else None,
            held_out=int(self.holdout * PLACES) if self.holdout is not None else 0,
            message=Message(self.message.template, tuple(self.message.channels)) if self.message else None,
        )


def _within(key: str, mistakes: Iterator[Mistake]) -> Iterator[Mistake]:
    for place, message in mistakes:
        yield (key, *place), message
