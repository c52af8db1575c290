"""The shape of a scenario, and what makes it one that can be played."""

from collections.abc import Iterator
from typing import Annotated, Any

from pydantic import Field, model_validator

from app.scenarios.given_document import GivenDocument
from app.scenarios.then_document import ThenDocument
from schemas.closed import Closed, Duration, Mistake, Text
from schemas.instants import LATEST, parse_instant
from schemas.time_document import Moment

START = int(parse_instant("2026-01-01T00:00:00Z"))


class HeadDocument(Closed):
    """What all scenarios of a file have in common."""

    policy: Annotated[str, Field(min_length=1)]
    """A policy file, relative to this one, or the name of a pack."""
    start: Moment = START
    """Day 0 of every scenario."""
    scenarios: Annotated[list[Any], Field(min_length=1)]
    """Each is read by itself."""


class ScenarioDocument(Closed):
    """One customer: what she does, how long then nothing happens, and what is expected of it."""

    name: Text
    given: Annotated[list[GivenDocument], Field(min_length=1)]
    """In the order in which it is told."""
    when: Duration | None = None
    """So long nothing happens after the last of it."""
    until: Moment | None = None
    """Or the instant up to which nothing happens."""
    then: ThenDocument

    @model_validator(mode="after")
    def _one_end(self) -> "ScenarioDocument":
        if self.when is not None and self.until is not None:
            raise ValueError("give when or until")
        return self

    def end(self, start: int) -> int:
        """Give the instant at which it is looked at."""
        last = self._last(start)
        return self.until if self.until is not None else last + (self.when or 0)

    def mistakes(self, start: int) -> Iterator[Mistake]:
        """Tell what parts ask of each other in vain."""
        orders = {one.id for one in self.given if one.order is not None}
        for index, one in enumerate(self.given):
            for key, order_id in (("of", one.of), ("cancel", one.cancel)):
                if order_id is not None and order_id not in orders:
                    yield ("given", index, key), f"no order with the id {order_id} is given"
        if self.until is not None and self.until < self._last(start):
            yield ("until",), "lies before the last of what is given"
        if self.end(start) > LATEST:
            yield ("when",), "ends after the year 9999"

    def _last(self, start: int) -> int:
        return max(one.instant(start) or 0 for one in self.given)
