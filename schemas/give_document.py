"""The shape of what a reward rule gives, and what each kind of gift needs."""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Annotated, Any, Final, Literal, TypeVar, assert_never

from pydantic import ConfigDict, Field, model_validator

from schemas.closed import Amount, Closed, DistinctStretches, Mistake, Share, Stretch, Text, Whole
from schemas.facts import Money
from schemas.references import References
from schemas.rewards import Discount, EarlyAccess, FreeShipping, Gift, Give, Invitation, Letter, Points
from schemas.shares import write_share

T = TypeVar("T")
GiveKind = Literal["points", "discount", "free_shipping", "gift", "early_access", "invitation", "letter"]
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
    cost: Annotated[Amount, Field(gt=0)] | None = None
    """What one costs the shop, in major units of the currency.

    Unless given: what its budget says, else of an amount off the amount.
    """
    expires: Stretch | None = None
    """How long it may be redeemed; for ever unless given."""
    remind: Annotated[list[Stretch], Field(min_length=1), DistinctStretches] | None = None
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

    def price(self, exponent: int, budgeted: int | None = None) -> int | None:
        """Give what one costs in minor units of a currency that has so many decimals; None = unknown.

        `budgeted`: what a budget says of it.
        """
        if self.cost is None and budgeted is not None:
            return budgeted
        cost = self.amount if self.cost is None else self.cost
        return None if cost is None else int(cost.scaleb(exponent))

    def mistakes(self, names: References) -> Iterator[Mistake]:
        """Tell of an amount that the currency cannot pay."""
        yield from names.too_fine("amount", self.amount)
        yield from names.too_fine("cost", self.cost)

    def undrawn(self, drawn: Decimal) -> Iterator[Mistake]:
        """Tell of what costs more than its budget draws for one, in major units: that could be overspent."""
        key, cost = ("amount", self.amount) if self.cost is None else ("cost", self.cost)
        if cost is not None and cost > drawn:
            yield (key,), f"it costs more than the {drawn} that its budget draws for one"

    def compile(self, currency: str, exponent: int) -> Give:
        """Build what is published: amounts in minor units of the policy's currency, which has so many decimals."""
        match self.kind:
            case "points":
                return Points(_given(self.points))
            case "gift":
                return Gift(_given(self.sku))
            case "discount":
                off = None if self.amount is None else Money(int(self.amount.scaleb(exponent)), currency)
                return Discount(off, None if self.percent is None else write_share(self.percent).removesuffix("%"))
            case "free_shipping":
                return FreeShipping()
            case "early_access":
                return EarlyAccess(_given(self.offer))
            case "invitation":
                return Invitation(_given(self.event))
            case "letter":
                return Letter(_given(self.letter))
            case _:
                assert_never(self.kind)


def _given(value: T | None) -> T:
    assert value is not None, "its kind needs it"
    return value
