"""The shapes of what a reward rule or a journey waits for besides facts and moves: scores, announcements, time."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Annotated, Any, Final

from pydantic import BeforeValidator, ConfigDict, Field, PlainSerializer, model_validator

from schemas.closed import Closed, Mistake, SegmentId, Segments, Stretch, no_truth, write_amount
from schemas.durations import write_duration
from schemas.ranges import ScoreValue
from schemas.references import References
from schemas.reward_occasions import OnBrink, OnBrinkCleared, OnCadence, OnScores, OnStay, ScoreTurn

_ANY_KEY: Final[Any] = ConfigDict(json_schema_extra={"minProperties": 1})
_SCORES: Final = ("r", "f", "m")


class ScoreTurnDocument(Closed):
    """What a score comes to be: within bounds, both inclusive, or by points another at one instant."""

    model_config = _ANY_KEY

    min: ScoreValue | None = None
    max: ScoreValue | None = None
    fell: ScoreValue | None = None
    """By at least so many points."""
    rose: ScoreValue | None = None
    """By at least so many points."""

    @model_validator(mode="after")
    def _a_turn(self) -> "ScoreTurnDocument":
        if not self.model_fields_set:
            raise ValueError("give at least one of min, max, fell, rose")
        if self.min is not None and self.max is not None and self.min > self.max:
            raise ValueError("min is above max")
        if self.fell is not None and self.rose is not None:
            raise ValueError("give fell or rose")
        return self

    def compile(self) -> ScoreTurn:
        """Build what the decisions read."""
        return ScoreTurn(low=self.min, high=self.max, fell=self.fell, rose=self.rose)


class ScoresDocument(Closed):
    """Scores that a customer comes to have, all of them: before, she had not; or that fall or rise, all of them."""

    model_config = _ANY_KEY

    r: ScoreTurnDocument | None = None
    f: ScoreTurnDocument | None = None
    m: ScoreTurnDocument | None = None

    @model_validator(mode="after")
    def _a_condition(self) -> "ScoresDocument":
        if self.r is None and self.f is None and self.m is None:
            raise ValueError("give at least one of r, f, m")
        return self

    def mistakes(self, names: References) -> Iterator[Mistake]:
        """Tell which scores there are not, and which can never fall or rise so far."""
        for score in _SCORES:
            turn: ScoreTurnDocument | None = getattr(self, score)
            if turn is not None:
                yield from names.wrong_score(score, turn.min, turn.max)
                width = names.scores.get(score, 0)
                for key, points in (("fell", turn.fell), ("rose", turn.rose)):
                    if width and points is not None and points >= width:
                        yield (score, key), f"{score} goes from 1 to {width}"

    def can_be_undone(self) -> bool:
        """Tell whether an order can bring it about, whose undoing undoes it: none makes a score fall."""
        return all(turn is None or turn.fell is None for turn in (self.r, self.f, self.m))

    def compile(self) -> OnScores:
        """Build what the decisions read."""
        return OnScores(*(turn.compile() if turn else None for turn in (self.r, self.f, self.m)))


class BrinkClearedDocument(Closed):
    """What was announced will not come so, by what a customer did; it fits all that is given."""

    to: Segments | None = None
    """Where it would have led."""
    origin: Segments | None = Field(None, alias="from")

    def mistakes(self, names: References) -> Iterator[Mistake]:
        """Tell what is never announced."""
        if not names.leads:
            yield (), "brink names no lead times: nothing is ever announced"
        yield from names.unknown_segments("to", self.to)
        yield from names.unknown_segments("from", self.origin)

    def admits(self, origin: str, goal: str, names: References) -> bool:
        """Tell whether a move down from a segment to another can fit."""
        return _down(self.origin, self.to, (origin, goal), names)

    def compile(self) -> OnBrinkCleared:
        """Build what the decisions read."""
        return OnBrinkCleared(to=_set(self.to), origin=_set(self.origin))


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

    def admits(self, origin: str, goal: str, names: References) -> bool:
        """Tell whether a move down from a segment to another can fit."""
        return _down(self.origin, self.to, (origin, goal), names)

    def compile(self) -> OnBrink:
        """Build what the decisions read."""
        return OnBrink(to=_set(self.to), origin=_set(self.origin), lead_ms=self.lead)


class StayDocument(Closed):
    """A customer is in a segment for so long."""

    segment: SegmentId
    after: Stretch

    def mistakes(self, names: References) -> Iterator[Mistake]:
        """Tell whether there is no such segment."""
        if self.segment not in names.ranks:
            yield ("segment",), f"there is no segment {self.segment}"

    def compile(self) -> OnStay:
        """Build what the decisions read."""
        return OnStay(segment=self.segment, after_ms=self.after)


Times = Annotated[
    Decimal, BeforeValidator(no_truth), Field(gt=1, le=100, decimal_places=3), PlainSerializer(write_amount)
]


class CadenceDocument(Closed):
    """She has not ordered for longer than she ever takes: her usual gap is the median of her last eight."""

    times: Times
    """More than so many of her usual gaps; at least three gaps make one usual."""

    def compile(self) -> OnCadence:
        """Build what the decisions read."""
        return OnCadence(thousandths=int(self.times * 1000))


def _set(segments: list[str] | None) -> frozenset[str] | None:
    return frozenset(segments) if segments else None


def _down(origins: list[str] | None, goals: list[str] | None, way: tuple[str, str], names: References) -> bool:
    origin, goal = way
    among = (origins is None or origin in origins) and (goals is None or goal in goals)
    return among and names.ranks[goal] > names.ranks[origin]
