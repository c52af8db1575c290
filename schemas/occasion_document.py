"""The shape of what a reward rule or a journey waits for, and whether that can come about in its policy."""

from collections.abc import Iterator
from typing import Annotated, Final, Literal

from pydantic import ConfigDict, Field, model_validator

from schemas.change_document import BrinkClearedDocument, BrinkDocument, CadenceDocument, ScoresDocument, StayDocument
from schemas.closed import Closed, Distinct, Kind, Mistake, OneOrMany, Text
from schemas.ranges import AmountRange, RatingRange
from schemas.references import References
from schemas.reward_occasions import On, OnAnniversary, OnBirthday, OnEngaged, OnFirstOrder, OnNthOrder, OnOrderValue
from schemas.transition_document import TransitionDocument

_OCCASIONS: Final = (
    "first_order",
    "nth_order",
    "order_value",
    "engaged",
    "transition",
    "scores",
    "brink",
    "brink_cleared",
    "time_in_segment",
    "birthday",
    "anniversary",
    "cadence",
)
_OF_ORDERS: Final = ("first_order", "nth_order", "order_value", "brink_cleared")
"""Those that orders bring about, so that their undoing undoes them."""
_OF_ENGAGED: Final = ("rating", "answer")
_PARTS: Final = ("transition", "scores", "brink", "brink_cleared", "time_in_segment")
"""Those that can be wrong in a policy."""
_COMPILED: Final = (*_PARTS, "cadence")
Answers = Annotated[list[Text], Field(min_length=1), Distinct, OneOrMany]


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
    answer: Answers | None = None
    """With engaged: only with one of these answers."""
    transition: TransitionDocument | None = None
    """A move from a segment to another, in or out."""
    scores: ScoresDocument | None = None
    """Scores come to be like this."""
    brink: BrinkDocument | None = None
    """A move down is announced."""
    brink_cleared: BrinkClearedDocument | None = None
    """What was announced will not come so."""
    time_in_segment: StayDocument | None = None
    """So long in one segment."""
    birthday: Literal[True] | None = None
    """Her birthday, where it begins in her time zone, else in the policy's; once a calendar year.

    29 February is kept on 28 February in other years.
    """
    anniversary: Literal[True] | None = None
    """The day of her first counted order in later years, kept as birthdays are."""
    cadence: CadenceDocument | None = None
    """She has not ordered for much longer than she usually takes."""

    @model_validator(mode="after")
    def _one_occasion(self) -> "OccasionDocument":
        if sum(getattr(self, name) is not None for name in _OCCASIONS) != 1:
            raise ValueError(f"give exactly one of {', '.join(_OCCASIONS)}")
        for name in _OF_ENGAGED:
            if getattr(self, name) is not None and self.engaged is None:
                raise ValueError(f"{name} belongs to engaged")
        return self

    @property
    def moves(self) -> TransitionDocument | BrinkDocument | BrinkClearedDocument | None:
        """The part that tells of a move from a segment to another; None: the occasion is none."""
        return self.transition or self.brink or self.brink_cleared

    def mistakes(self, names: References) -> Iterator[Mistake]:
        """Tell why the occasion can never come about."""
        for key in _PARTS:
            part = getattr(self, key)
            if part is not None:
                for place, message in part.mistakes(names):
                    yield (key, *place), message
        if self.order_value is not None:
            for key, amount in (("min", self.order_value.min), ("max", self.order_value.max)):
                for place, message in names.too_fine(key, amount):
                    yield ("order_value", *place), message

    def can_be_undone(self, names: References) -> bool:
        """Tell whether anything that happens later can undo it."""
        if self.transition is not None:
            return self.transition.can_be_undone(names)
        if self.scores is not None:
            return self.scores.can_be_undone()
        return any(getattr(self, name) is not None for name in _OF_ORDERS)

    def compile(self, exponent: int) -> On:
        """Build what the decisions read; the policy's currency has so many decimals."""
        for key in _COMPILED:
            part = getattr(self, key)
            if part is not None:
                on: On = part.compile()
                return on
        if self.engaged is not None:
            low, high = (self.rating.min, self.rating.max) if self.rating else (None, None)
            answers = frozenset(self.answer) if self.answer else None
            return OnEngaged(kind=self.engaged, rating_min=low, rating_max=high, answers=answers)
        if self.nth_order is not None:
            return OnNthOrder(number=self.nth_order)
        if self.order_value is not None:
            bounds = (self.order_value.min, self.order_value.max)
            least, most = (None if bound is None else int(bound.scaleb(exponent)) for bound in bounds)
            return OnOrderValue(min_minor=least, max_minor=most)
        if self.birthday is not None:
            return OnBirthday()
        return OnAnniversary() if self.anniversary is not None else OnFirstOrder()
