"""The shape of a move that a reward rule or a journey waits for, and whether any can fit it in its policy."""

import itertools
from collections.abc import Iterator
from typing import Annotated, Any, Final

from pydantic import ConfigDict, Field, model_validator

from schemas.closed import Closed, Distinct, Mistake, Segments
from schemas.references import References
from schemas.reward_occasions import OnTransition
from schemas.transitions import CauseType, Direction

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

    def can_be_undone(self, names: References) -> bool:
        """Tell whether such a move can be retracted, or its order undone; an erasure stays."""
        if self.cause is None or "order" in self.cause:
            return True
        return names.rewrites and self.cause != ["erasure"]

    def admits(self, origin: str, goal: str, names: References) -> bool:
        """Tell whether a move from a segment to another can fit."""
        among = (self.origin is None or origin in self.origin) and (self.to is None or goal in self.to)
        return among and self._fits(origin, goal, names)

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
