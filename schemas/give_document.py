"""The shape of what a reward rule gives, and what each kind of gift needs."""

from collections.abc import Iterator, Mapping
from typing import Annotated, Any, Final, Literal

from pydantic import ConfigDict, Field, model_validator

from schemas.closed import Amount, Closed, Distinct, Mistake, Share, Stretch, Text, Whole
from schemas.references import References
from schemas.rewards import Gift, Give, Points

GiveKind = Literal["points", "discount", "free_shipping", "gift", "early_access", "invitation", "letter"]
RUNNING: Final = frozenset({"points", "gift"})
"""What this version gives; the others are checked and wait for a later one."""

_NEEDS: Final[Mapping[str, tuple[str, ...]]] = {
    "points": ("points",),
    "discount": ("percent", "amount"),
    "free_shipping": (),
    "gift": ("sku",),
    "early_access": ("offer",),
    "invitation": ("event",),
    "letter": ("letter",),
}
"""The fields of each kind, of which exactly one is given."""
_FIELDS: Final = sorted({field for fields in _NEEDS.values() for field in fields})


def _kinds_for_editors() -> Any:
    kinds = []
    for kind, fields in _NEEDS.items():
        foreign = [{"not": {"required": [field]}} for field in _FIELDS if field not in fields]
        shape: dict[str, Any] = {"properties": {"kind": {"const": kind}}, "allOf": foreign}
        if fields:
            shape["oneOf"] = [{"required": [field]} for field in fields]
        kinds.append(shape)
    return {"oneOf": kinds}


class GiveDocument(Closed):
    """What is given."""

    model_config = ConfigDict(json_schema_extra=_kinds_for_editors())

    kind: GiveKind
    points: Whole | None = None
    """Of points: how many."""
    percent: Share | None = None
    """Of a discount: a share of the price, or amount."""
    amount: Annotated[Amount, Field(gt=0)] | None = None
    """Of a discount: so much off, in major units of the currency, or percent."""
    sku: Text | None = None
    """Of a gift: what is sent."""
    offer: Text | None = None
    """Of early access: to what."""
    event: Text | None = None
    """Of an invitation: to what."""
    letter: Text | None = None
    """Of a letter: which one."""
    expires: Stretch | None = None
    """How long it may be redeemed; for ever unless given."""
    remind: Annotated[list[Stretch], Field(min_length=1), Distinct] | None = None
    """How long before it expires she is reminded."""

    @model_validator(mode="after")
    def _what_its_kind_needs(self) -> "GiveDocument":
        needs, given = _NEEDS[self.kind], [field for field in _FIELDS if getattr(self, field) is not None]
        foreign = [field for field in given if field not in needs]
        if foreign:
            raise ValueError(f"{self.kind} has no {foreign[0]}")
        if needs and len(given) != 1:
            raise ValueError(f"{self.kind} needs {' or '.join(needs)}")
        if self.remind and (self.expires is None or max(self.remind) >= self.expires):
            raise ValueError("a reminder comes before it expires: remind is shorter than expires")
        return self

    def later(self) -> Iterator[str]:
        """Name what a later version runs."""
        if self.kind not in RUNNING:
            yield f"give {self.kind}"
        if self.remind:
            yield "remind"

    def mistakes(self, names: References) -> Iterator[Mistake]:
        """Tell of an amount that the currency cannot pay."""
        yield from names.too_fine("amount", self.amount)

    def compile(self) -> Give:
        """Build what is published of a gift that this version gives."""
        return Gift(self.sku) if self.sku is not None else Points(self.points or 0)
