"""The shape of the segments of a policy document, and what makes their list usable: disjoint, and everyone has one."""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Annotated, Any, Final, Literal, get_args

from pydantic import ConfigDict, Field, model_validator

from schemas.closed import Bounds, Closed, Mistake, SegmentId
from schemas.policy import Segment, SegmentRule
from schemas.ranges import NEVER, AgeOrNever, AgeRange, AmountRange, CountRange, ScoreRange
from schemas.references import References
from schemas.when import Measure, Range, When

MEASURES: Final[tuple[Measure, ...]] = get_args(Measure)
SCORES: Final = ("r", "f", "m")
_AMOUNTS: Final = ("monetary", "average_order_value")
_RULES: Final = ("cells", "when", "otherwise")
_AT_MOST_ONE_RULE: Final[Any] = {
    "allOf": [{"not": {"required": list(pair)}} for pair in (_RULES[:2], _RULES[1:], _RULES[::2])]
}


class WhenDocument(Closed):
    """Conditions on measures and scores; all of them must hold, every bound is inclusive."""

    model_config = ConfigDict(json_schema_extra={"minProperties": 1})

    recency: AgeRange | None = None
    """Age of the newest counted order."""
    tenure: AgeRange | None = None
    """Age of the oldest counted order."""
    engaged: AgeOrNever | None = None
    """Age of the newest engagement of a kind in engagement.kinds; never: who did none of them."""
    frequency: CountRange | None = None
    """Counted orders inside the window."""
    monetary: AmountRange | None = None
    """Their amounts net of refunds."""
    average_order_value: AmountRange | None = None
    """Monetary divided by the orders of known amount; no bound holds when there is none."""
    r: ScoreRange | None = None
    """Score of recency."""
    f: ScoreRange | None = None
    """Score of frequency."""
    m: ScoreRange | None = None
    """Score of monetary."""

    @model_validator(mode="after")
    def _a_condition(self) -> "WhenDocument":
        if not any(True for _ in self._given()):
            raise ValueError("give at least one measure or score")
        return self

    def _given(self) -> Iterator[tuple[Measure, Bounds]]:
        for measure in MEASURES:
            bounds = getattr(self, measure)
            if bounds is not None:
                yield measure, bounds

    def mistakes(self, names: References) -> Iterator[Mistake]:
        """Tell what no customer of the policy can have."""
        for measure, bounds in self._given():
            if measure in SCORES:
                yield from names.wrong_score(measure, bounds.min, bounds.max)
            elif measure in _AMOUNTS:
                for key, amount in (("min", bounds.min), ("max", bounds.max)):
                    for place, message in names.too_fine(key, amount):
                        yield (measure, *place), message
        if self.engaged is not None and not names.engaged:
            yield ("engaged",), "engagement.kinds names nothing that counts as engaged"

    def compile(self, exponent: int) -> When:
        """Build what the decisions read."""
        ranges: dict[Measure, Range] = {}
        for measure, bounds in self._given():
            if bounds is not NEVER:
                scale = exponent if measure in _AMOUNTS else 0
                ranges[measure] = Range(_minor(bounds.min, scale), _minor(bounds.max, scale))
        return When(ranges, never_engaged=self.engaged is NEVER)


class SegmentDocument(Closed):
    """A segment and the rule that places customers in it: exactly one of cells, when, otherwise.

    Only the segment that `no_orders` names may do without a rule.
    """

    model_config = ConfigDict(json_schema_extra=_AT_MOST_ONE_RULE)

    id: SegmentId
    """What events and state call it."""
    label: str | None = Field(None, min_length=1, max_length=128)
    """What people call it; the id unless given."""
    rank: int | None = Field(None, ge=1, strict=True)
    """1 is the best; given for all segments or for none. Unless given: the position in the list."""
    cells: Annotated[list[str], Field(min_length=1)] | None = None
    """Digits of the scores that exist, in the order r, f, m, in quotes: "323"."""
    when: WhenDocument | None = None
    """Conditions on measures and scores."""
    otherwise: Literal[True] | None = None
    """Whoever is left; stands last."""

    @model_validator(mode="after")
    def _one_rule(self) -> "SegmentDocument":
        if sum(getattr(self, rule) is not None for rule in _RULES) > 1:
            raise ValueError("give exactly one of cells, when, otherwise")
        return self

    @property
    def has_rule(self) -> bool:
        """Whether it places anyone by itself."""
        return not (self.cells is None and self.when is None and self.otherwise is None)

    def compile(self, exponent: int) -> SegmentRule:
        """Build the rule that the decisions read."""
        cells = frozenset(self.cells) if self.cells is not None else None
        return SegmentRule(self.id, cells, self.when.compile(exponent) if self.when is not None else None)


def compile_segments(segments: Sequence[SegmentDocument]) -> Iterator[Segment]:
    """Give every segment its label and its rank."""
    for position, segment in enumerate(segments, 1):
        yield Segment(segment.id, segment.label or segment.id, segment.rank or position)


def _minor(bound: int | Decimal | None, exponent: int) -> int | None:
    if isinstance(bound, Decimal):
        return int(bound.scaleb(exponent))
    return bound
