"""The shape of the reward rules of a policy document: on which occasion, what is given, to whom, how often."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Annotated, Any, Final, Literal

from pydantic import ConfigDict, Field, model_validator

from schemas.budget_document import BudgetDocument
from schemas.closed import Closed, Distinct, Mistake, Name, Share, Stretch, Text
from schemas.conditions_document import ConditionsDocument
from schemas.digests import PLACES
from schemas.give_document import GiveDocument
from schemas.limit_document import MESSAGE, CapDocument, LimitDocument, caps_of
from schemas.occasion_document import OccasionDocument
from schemas.offers_document import OffersDocument
from schemas.references import References
from schemas.reward_rules import Clawback, Message, RewardRule

_SOMETHING: Final[Any] = ConfigDict(
    json_schema_extra={
        "anyOf": [{"required": ["give"]}, {"required": ["offers"]}, {"required": ["message"]}],
        "not": {"required": ["give", "offers"]},
    }
)


class MessageDocument(Closed):
    """What is said with it."""

    template: Text
    channels: Annotated[list[Name], Field(min_length=1), Distinct]
    """In the order of preference."""


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
    chance: Share | None = None
    """A surprise: so many of the occasions are lucky; which ones is derived from customer, rule and occasion."""
    limit: LimitDocument | None = None
    cooldown: Stretch | None = None
    """So long after she was given something for a move, the same move (from, to) brings nothing."""
    priority: int = Field(0, strict=True, ge=0, le=1000)
    """Of the rules due at one instant those of higher priority are decided first, where there are caps."""
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
        if self.give is not None and self.offers is not None:
            raise ValueError("give give or offers")
        if not self.kinds and self.message is None:
            raise ValueError("give give, message or both")
        if not self.kinds and (self.budget is not None or self.clawback != "never"):
            raise ValueError("budget and clawback belong to give: a message costs nothing and stays said")
        return self

    @property
    def kinds(self) -> frozenset[str]:
        """The kinds of what it may give."""
        gives = self.offers.give.values() if self.offers is not None else [self.give] if self.give is not None else []
        return frozenset(give.kind for give in gives)

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
        if self.offers is not None:
            yield from _within("offers", self.offers.mistakes(self.on, names))
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

    def compile(
        self, currency: str, exponent: int, caps: Sequence[CapDocument] = (), budget: BudgetDocument | None = None
    ) -> RewardRule:
        """Build what the decisions read; its currency has so many decimals, and `budget` pays for it."""
        plain = RewardRule(
            id=self.id,
            on=self.on.compile(exponent) if self.on is not None else None,
            give=None,
            limit=self.limit.limit() if self.limit else None,
            conditions=self.conditions.compile(exponent) if self.conditions else None,
            held_out=int(self.holdout * PLACES) if self.holdout is not None else 0,
            chance=int(self.chance * PLACES) if self.chance is not None else None,
            cooldown_ms=self.cooldown,
            priority=self.priority,
            caps=caps_of(caps, self.id, self.kinds or [MESSAGE]),
            clawback=self.clawback,
            draws=budget.draw(self.id, exponent, waits=self.when_spent == "wait") if budget is not None else None,
            late=self.late == "all",
            message=Message(self.message.template, tuple(self.message.channels)) if self.message else None,
        )
        money = currency, exponent
        if self.offers is None:
            return plain if self.give is None else _giving(plain, self.give, money, caps)
        rules = {name: _giving(plain, give, money, caps, name) for name, give in self.offers.give.items()}
        return replace(plain, offers=self.offers.compile(rules))


def _giving(
    rule: RewardRule, give: GiveDocument, money: tuple[str, int], caps: Sequence[CapDocument], offer: str = ""
) -> RewardRule:
    """Let a rule give something; in a currency of so many decimals."""
    return replace(
        rule,
        give=give.compile(*money),
        offer=offer,
        expires_ms=give.expires,
        remind_ms=tuple(sorted(give.remind or (), reverse=True)),
        caps=caps_of(caps, rule.id, [give.kind]),
    )


def _within(key: str, mistakes: Iterator[Mistake]) -> Iterator[Mistake]:
    for place, message in mistakes:
        yield (key, *place), message
