"""The shape of what must hold of a customer besides the occasion for a reward rule to give her anything."""

from collections.abc import Iterator
from typing import Annotated, Final

from pydantic import ConfigDict, Field, model_validator

from schemas.closed import Closed, Distinct, Mistake, Name, OneOrMany, Segments, Text
from schemas.references import References
from schemas.reward_rules import Conditions
from schemas.segment_document import WhenDocument

Texts = Annotated[list[Text], Field(min_length=1), Distinct, OneOrMany]
Channels = Annotated[list[Name], Field(min_length=1), Distinct, OneOrMany]
Countries = Annotated[
    list[Annotated[str, Field(pattern=r"^[A-Z]{2}$")]], Field(min_length=1), Distinct, OneOrMany
]  # ISO 3166-1 alpha-2, as profiles have them
_CONDITIONS: Final = ("segment", "when", "country", "consent", "list", "not_on_list", "channel")


class ConditionsDocument(Closed):
    """Who may have it: everything that is given must hold; of a list one is enough.

    Where country or consent does not hold, the reward is withheld for it; where anything else does not, it is no
    occasion. Segment and measures are those of the instant, once what happened at it has acted.
    """

    model_config = ConfigDict(json_schema_extra={"minProperties": 1})

    segment: Segments | None = None
    """She is in one of these segments."""
    when: WhenDocument | None = None
    """Conditions on measures and scores, as those of a segment."""
    country: Countries | None = None
    """Her profile names one of these countries (ISO 3166-1 alpha-2)."""
    consent: Texts | None = None
    """Her profile consents to all of these."""
    list: Texts | None = None
    """Her profile is on one of these lists."""
    not_on_list: Texts | None = None
    """Her profile is on none of these lists."""
    channel: Channels | None = None
    """The channel that her profile prefers is one of these."""

    @model_validator(mode="after")
    def _a_condition(self) -> "ConditionsDocument":
        if all(getattr(self, name) is None for name in _CONDITIONS):
            raise ValueError(f"give at least one of {', '.join(_CONDITIONS)}")
        return self

    def mistakes(self, names: References) -> Iterator[Mistake]:
        """Tell what no customer of the policy can be."""
        yield from names.unknown_segments("segment", self.segment)
        if self.when is not None:
            for place, message in self.when.mistakes(names):
                yield ("when", *place), message
        for index, name in enumerate(self.not_on_list or ()):
            if self.list == [name]:
                yield ("not_on_list", index), f"nobody is on {name} and not on it"

    def compile(self, exponent: int) -> Conditions:
        """Build what the decisions read; the policy's currency has so many decimals."""
        return Conditions(
            segments=frozenset(self.segment) if self.segment else None,
            countries=frozenset(self.country) if self.country else None,
            consents=frozenset(self.consent or ()),
            lists=frozenset(self.list) if self.list else None,
            not_on_lists=frozenset(self.not_on_list or ()),
            channels=frozenset(self.channel) if self.channel else None,
            when=self.when.compile(exponent) if self.when else None,
        )
