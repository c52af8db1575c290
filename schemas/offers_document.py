"""The shape of the offers of a reward rule: which of several gifts a customer is given, by her move or in turn."""

from collections.abc import Iterator, Mapping
from typing import Annotated, Any, Final

from pydantic import ConfigDict, Field, model_validator

from schemas.closed import Closed, Distinct, Mistake, Name, SegmentId
from schemas.give_document import GiveDocument
from schemas.occasion_document import OccasionDocument
from schemas.references import References
from schemas.reward_rules import NONE, Offers, RewardRule

Row = Annotated[dict[SegmentId, Name], Field(min_length=1)]
_ONE_WAY: Final[Any] = ConfigDict(
    json_schema_extra={
        "oneOf": [
            {"required": ["table", "otherwise"]},
            {"required": ["rotate"], "not": {"required": ["otherwise"]}},
        ]
    }
)


class OffersDocument(Closed):
    """Several gifts, each by a name, and which of them a customer is given."""

    model_config = _ONE_WAY

    give: Annotated[dict[Name, GiveDocument], Field(min_length=1)]
    """What there is to give, by names of yours."""
    table: Annotated[dict[SegmentId, Row], Field(min_length=1)] | None = None
    """By the segment from which she moves and by that to which she does: one of the names, or none.

    With none she is given nothing, and nobody is told.
    """
    otherwise: Name | None = None
    """The same for every move that the table does not name, as that of who enters or leaves."""
    rotate: Annotated[list[Name], Field(min_length=2), Distinct] | None = None
    """In turn: each customer is given one that she has not had until she has had all; in an order of her own."""

    @model_validator(mode="after")
    def _one_way(self) -> "OffersDocument":
        if (self.table is None) == (self.rotate is None):
            raise ValueError("give table or rotate")
        if (self.table is None) != (self.otherwise is None):
            raise ValueError("table and otherwise belong together")
        if NONE in self.give:
            raise ValueError(f"{NONE} is the offer that is none: give another name")
        return self

    def mistakes(self, on: OccasionDocument | None, names: References) -> Iterator[Mistake]:
        """Tell of offers and segments there are not, moves that never come, and what nobody is ever given."""
        for name, give in self.give.items():
            for place, message in give.mistakes(names):
                yield ("give", name, *place), message
        if self.table is not None:
            yield from self._table_mistakes(self.table, on, names)
        for index, offer in enumerate(self.rotate or ()):
            if offer not in self.give:
                yield ("rotate", index), f"there is no offer {offer}"
        used = {*(self.rotate or ()), *(offer for row in (self.table or {}).values() for offer in row.values())}
        for name in self.give:
            if name not in used and name != self.otherwise:
                yield ("give", name), "nobody is ever given this offer"

    def _table_mistakes(
        self, table: Mapping[str, Mapping[str, str]], on: OccasionDocument | None, names: References
    ) -> Iterator[Mistake]:
        moves = on.moves if on is not None else None
        if moves is None:
            yield (
                ("table",),
                "a table wants on: transition, brink or brink_cleared, which lead from a segment to another",
            )
        if self.otherwise is not None and self._unknown(self.otherwise):
            yield ("otherwise",), f"there is no offer {self.otherwise}"
        for origin, row in table.items():
            if origin not in names.ranks:
                yield ("table", origin), f"there is no segment {origin}"
                continue
            for goal, offer in row.items():
                place = ("table", origin, goal)
                if goal not in names.ranks:
                    yield place, f"there is no segment {goal}"
                elif origin == goal:
                    yield place, f"nobody moves from {origin} to {goal}"
                elif moves is not None and not moves.admits(origin, goal, names):
                    yield place, f"the rule is for no move from {origin} to {goal}"
                if self._unknown(offer):
                    yield place, f"there is no offer {offer}"

    def _unknown(self, offer: str) -> bool:
        return offer != NONE and offer not in self.give

    def compile(self, rules: Mapping[str, RewardRule]) -> Offers:
        """Build what the decisions read; `rules`: by each name the rule as it is with that offer."""
        cells: dict[tuple[str | None, str | None], str] = {
            (origin, goal): offer for origin, row in (self.table or {}).items() for goal, offer in row.items()
        }
        return Offers(rules=rules, table=cells, otherwise=self.otherwise or NONE, turns=tuple(self.rotate or ()))
