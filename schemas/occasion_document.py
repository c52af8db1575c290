"""The shape of what a reward rule or a journey waits for, and whether that can come about in its policy."""

import itertools
from collections.abc import Iterator
from typing import Annotated, Any, Final, Literal

from pydantic import ConfigDict, Field, model_validator

from schemas.closed import Closed, Distinct, Kind, Mistake, OneOrMany, SegmentId, Stretch
from schemas.durations import write_duration
from schemas.ranges import AmountRange, RatingRange, ScoreRange
from schemas.references import References
from schemas.reward_rules import On, OnEngaged, OnFirstOrder, OnNthOrder, OnOrderValue, OnStay, OnTransition
from schemas.transitions import CauseType, Direction

_OCCASIONS: Final = (
    "first_order",
    "nth_order",
    "order_value",
    "engaged",
    "transition",
    "scores",
    "brink",
    "time_in_segment",
    "birthday",
    "anniversary",
)
RUNNING: Final = frozenset({"first_order", "nth_order", "order_value", "engaged", "transition", "time_in_segment"})
"""Occasions that this version sees; the others are checked and wait for a later one."""

Segments = Annotated[list[SegmentId], Field(min_length=1), Distinct, OneOrMany]
_ANY_KEY: Final[Any] = ConfigDict(json_schema_extra={"minProperties": 1})


class TransitionDocument(Closed):
    """A move that fits all that is given. Moves by new cut points or a new policy fit only where `cause` names them."""

    model_config = _ANY_KEY

    to: Segments | None = None
    origin: Segments | None = Field(None, alias="from")
    direction: Direction | None = None
    cause: Annotated[list[CauseType], Field(min_length=1), Distinct] | None = None

    @model_validator(mode="after")
    def _a_condition(self) -> "TransitionDocument":
        if all(condition is None for condition in (self.to, self.origin, self.direction, self.cause)):
            raise ValueError("give at least one of to, from, direction, cause")
        return self

    def mistakes(self, names: References) -> Iterator[Mistake]:
        """Tell which segments there are not, else whether no move can fit."""
        unknown = [*names.unknown_segments("to", self.to), *names.unknown_segments("from", self.origin)]
        yield from unknown
        if not unknown and not any(self._fits(*way, names) for way in self._ways(names)):
            yield (), "no move can ever fit"

    def _ways(self, names: References) -> Iterator[tuple[str | None, str | None]]:
        """Give every move that `to` and `from` allow; None is outside."""
        anywhere = [*names.ranks, None]
        for way in itertools.product(self.origin or anywhere, self.to or anywhere):
            if way[0] != way[1]:
                yield way

    def _fits(self, origin: str | None, goal: str | None, names: References) -> bool:
        if self.direction is None:
            return True
        if origin is None or goal is None:
            return self.direction == ("entry" if origin is None else "exit")
        step = names.ranks[goal] - names.ranks[origin]
        return self.direction == ("up" if step < 0 else "down" if step > 0 else "lateral")

    def compile(self) -> OnTransition:
        """Build what the decisions read."""
        return OnTransition(
            to=frozenset(self.to) if self.to else None,
            origin=frozenset(self.origin) if self.origin else None,
            direction=self.direction,
            causes=frozenset(self.cause) if self.cause else None,
        )


class BrinkDocument(Closed):
    """An announcement that a move down is ahead; it fits all that is given."""

    to: Segments | None = None
    origin: Segments | None = Field(None, alias="from")
    lead: Stretch | None = None
    """One of the lead times in `brink`."""

    def mistakes(self, names: References) -> Iterator[Mistake]:
        """Tell what is never announced."""
        if not names.leads:
            yield (), "brink names no lead times: nothing is ever announced"
        elif self.lead is not None and self.lead not in names.leads:
            yield ("lead",), f"brink does not name {write_duration(self.lead)}"
        yield from names.unknown_segments("to", self.to)
        yield from names.unknown_segments("from", self.origin)


class ScoresDocument(Closed):
    """Scores that a customer comes to have, all of them."""

    model_config = _ANY_KEY

    r: ScoreRange | None = None
    f: ScoreRange | None = None
    m: ScoreRange | None = None

    @model_validator(mode="after")
    def _a_condition(self) -> "ScoresDocument":
        if self.r is None and self.f is None and self.m is None:
            raise ValueError("give at least one of r, f, m")
        return self

    def mistakes(self, names: References) -> Iterator[Mistake]:
        """Tell which scores there are not."""
        for score, bounds in (("r", self.r), ("f", self.f), ("m", self.m)):
            if bounds is not None:
                yield from names.wrong_score(score, bounds.min, bounds.max)


class StayDocument(Closed):
    """A customer is in a segment for so long."""

    segment: SegmentId
    after: Stretch


class OccasionDocument(Closed):
    """What is waited for: exactly one occasion."""

    model_config = ConfigDict(json_schema_extra={"oneOf": [{"required": [name]} for name in _OCCASIONS]})

    first_order: Literal[True] | None = None
    """The first order that counts."""
    nth_order: Annotated[int, Field(strict=True, ge=2, le=1_000_000)] | None = None
    """The order with which so many count."""
    order_value: AmountRange | None = None
    """An order of such an amount that counts when it is placed."""
    engaged: Kind | None = None
    """An engagement of that kind."""
    rating: RatingRange | None = None
    """With engaged: only with a rating like this."""
    transition: TransitionDocument | None = None
    """A move from a segment to another, in or out."""
    scores: ScoresDocument | None = None
    """Scores come to be like this."""
    brink: BrinkDocument | None = None
    """A move down is announced."""
    time_in_segment: StayDocument | None = None
    """So long in one segment."""
    birthday: Literal[True] | None = None
    """Her birthday, by the policy's time zone."""
    anniversary: Literal[True] | None = None
    """The day of her first order in later years, by the policy's time zone."""

    @model_validator(mode="after")
    def _one_occasion(self) -> "OccasionDocument":
        if sum(getattr(self, name) is not None for name in _OCCASIONS) != 1:
            raise ValueError(f"give exactly one of {', '.join(_OCCASIONS)}")
        if self.rating is not None and self.engaged is None:
            raise ValueError("rating belongs to engaged")
        return self

    @property
    def kind(self) -> str:
        """Name the occasion."""
        return next(name for name in _OCCASIONS if getattr(self, name) is not None)

    def mistakes(self, names: References) -> Iterator[Mistake]:
        """Tell why the occasion can never come about."""
        for key, part in (("transition", self.transition), ("scores", self.scores), ("brink", self.brink)):
            if part is not None:
                for place, message in part.mistakes(names):
                    yield (key, *place), message
        if self.order_value is not None:
            for key, amount in (("min", self.order_value.min), ("max", self.order_value.max)):
                for place, message in names.too_fine(key, amount):
                    yield ("order_value", *place), message
        if self.time_in_segment is not None and self.time_in_segment.segment not in names.ranks:
            yield ("time_in_segment", "segment"), f"there is no segment {self.time_in_segment.segment}"

    def compile(self, exponent: int) -> On:
        """Build what the decisions read of an occasion that runs; the policy's currency has so many decimals."""
        if self.transition is not None:
            return self.transition.compile()
        if self.engaged is not None:
            low, high = (self.rating.min, self.rating.max) if self.rating else (None, None)
            return OnEngaged(kind=self.engaged, rating_min=low, rating_max=high)
        if self.nth_order is not None:
            return OnNthOrder(number=self.nth_order)
        if self.order_value is not None:
            bounds = (self.order_value.min, self.order_value.max)
            least, most = (None if bound is None else int(bound.scaleb(exponent)) for bound in bounds)
            return OnOrderValue(min_minor=least, max_minor=most)
        if self.time_in_segment is not None:
            return OnStay(segment=self.time_in_segment.segment, after_ms=self.time_in_segment.after)
        return OnFirstOrder()
