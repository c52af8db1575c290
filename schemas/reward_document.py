"""The shape of the reward rules of a policy document, and what makes one usable: its occasion can come about."""

import itertools
from collections.abc import Iterator, Mapping
from typing import Annotated, Literal

from pydantic import Field, model_validator

from schemas.closed import (
    Closed,
    Distinct,
    Kind,
    Later,
    Mistake,
    Name,
    OneOrMany,
    SegmentId,
    Stretch,
    Text,
    Whole,
    not_yet,
)
from schemas.reward_rules import Limit, Message, On, OnEngaged, OnFirstOrder, OnTransition, RewardRule
from schemas.rewards import Gift, Give, Points
from schemas.transitions import CauseType, Direction

Segments = Annotated[list[SegmentId], OneOrMany, Field(min_length=1), Distinct]
CauseName = Annotated[CauseType, not_yet("drift", "policy")]
Score = Annotated[int, Field(strict=True, ge=0, le=100)]


class _Rating(Closed):
    min: Score | None = None
    max: Score | None = None

    @model_validator(mode="after")
    def _a_range(self) -> "_Rating":
        if self.min is None and self.max is None:
            raise ValueError("give min, max or both")
        if self.min is not None and self.max is not None and self.min > self.max:
            raise ValueError("min is above max")
        return self


class _Transition(Closed):
    to: Segments | None = None
    origin: Segments | None = Field(None, alias="from")
    direction: Direction | None = None
    cause: Annotated[list[CauseName], Field(min_length=1), Distinct] | None = None

    @model_validator(mode="after")
    def _a_condition(self) -> "_Transition":
        if all(condition is None for condition in (self.to, self.origin, self.direction, self.cause)):
            raise ValueError("give at least one of to, from, direction, cause")
        return self

    def mistakes(self, ranks: Mapping[str, int]) -> Iterator[Mistake]:
        """Tell which segments there are not, else whether no move can fit."""
        unknown = False
        for key, segments in (("to", self.to), ("from", self.origin)):
            for index, segment in enumerate(segments or ()):
                if segment not in ranks:
                    unknown = True
                    yield (key, index), f"there is no segment {segment}"
        if not unknown and not any(self._fits(*way, ranks) for way in self._ways(ranks)):
            yield (), "no move can ever fit"

    def _ways(self, ranks: Mapping[str, int]) -> Iterator[tuple[str | None, str | None]]:
        """Give every move that `to` and `from` allow; None is outside."""
        anywhere = [*ranks, None]
        for way in itertools.product(self.origin or anywhere, self.to or anywhere):
            if way[0] != way[1]:
                yield way

    def _fits(self, origin: str | None, goal: str | None, ranks: Mapping[str, int]) -> bool:
        if self.direction is None:
            return True
        if origin is None or goal is None:
            return self.direction == ("entry" if origin is None else "exit")
        step = ranks[goal] - ranks[origin]
        return self.direction == ("up" if step < 0 else "down" if step > 0 else "lateral")

    def compile(self) -> OnTransition:
        """Build what the decisions read."""
        return OnTransition(
            to=frozenset(self.to) if self.to else None,
            origin=frozenset(self.origin) if self.origin else None,
            direction=self.direction,
            causes=frozenset(self.cause) if self.cause else None,
        )


class _On(Closed):
    first_order: Literal[True] | None = None
    engaged: Kind | None = None
    rating: _Rating | None = None
    transition: _Transition | None = None
    scores: Later = None
    brink: Later = None
    nth_order: Later = None
    order_value: Later = None
    birthday: Later = None
    anniversary: Later = None
    time_in_segment: Later = None

    @model_validator(mode="after")
    def _one_occasion(self) -> "_On":
        given = [name for name in ("first_order", "engaged", "transition") if getattr(self, name) is not None]
        if len(given) != 1:
            raise ValueError("give exactly one of first_order, engaged, transition")
        if self.rating is not None and self.engaged is None:
            raise ValueError("rating belongs to engaged")
        return self

    def compile(self) -> On:
        """Build what the decisions read."""
        if self.transition is not None:
            return self.transition.compile()
        if self.engaged is not None:
            low, high = (self.rating.min, self.rating.max) if self.rating else (None, None)
            return OnEngaged(kind=self.engaged, rating_min=low, rating_max=high)
        return OnFirstOrder()


class _Give(Closed):
    kind: Annotated[
        Literal["points", "gift"],
        not_yet("discount", "free_shipping", "early_access", "invitation", "letter"),
    ]
    points: Whole | None = None
    sku: Text | None = None
    expires: Stretch | None = None
    remind: Later = None

    @model_validator(mode="after")
    def _what_its_kind_needs(self) -> "_Give":
        if (self.kind == "points") != (self.points is not None) or (self.kind == "gift") != (self.sku is not None):
            raise ValueError("points have points, a gift has a sku, and neither has the other's")
        return self

    def compile(self) -> Give:
        """Build what is published."""
        return Gift(self.sku) if self.sku is not None else Points(self.points or 0)


class _Limit(Closed):
    times: Annotated[Whole, Field(le=1000)]  # a customer's row keeps so many instants
    per: Stretch | None = None


class _Message(Closed):
    template: Text
    channels: Annotated[list[Name], Field(min_length=1), Distinct]


class RewardRuleDocument(Closed):
    """One rule as it is written: on which occasion, what is given, how often, and what is said."""

    id: Name
    on: _On
    give: _Give
    limit: _Limit | None = None
    message: _Message | None = None
    budget: Later = None
    holdout: Later = None
    clawback: Later = None
    conditions: Later = None

    def mistakes(self, ranks: Mapping[str, int]) -> Iterator[Mistake]:
        """Tell what is wrong with the rule in a policy that has these segments."""
        if self.on.transition is not None:
            for place, message in self.on.transition.mistakes(ranks):
                yield ("on", "transition", *place), message

    def compile(self) -> RewardRule:
        """Build what the decisions read; there are no mistakes any more."""
        return RewardRule(
            id=self.id,
            on=self.on.compile(),
            give=self.give.compile(),
            expires_ms=self.give.expires,
            limit=Limit(self.limit.times, self.limit.per) if self.limit else None,
            message=Message(self.message.template, tuple(self.message.channels)) if self.message else None,
        )
