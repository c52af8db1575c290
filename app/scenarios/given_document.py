"""The shape of what a scenario gives: one thing that a customer did, and when."""

from decimal import Decimal
from typing import Annotated, Any, Final, Literal

from pydantic import Field, ValidationInfo, field_validator, model_validator

from app.scenarios.names import KnownCurrency, KnownKind, check_amount
from schemas.closed import Amount, Closed, Duration, Kind, Text
from schemas.instants import DAY_MS
from schemas.ranges import RatingValue
from schemas.time_document import Moment

DEEDS: Final = ("order", "refund", "cancel", "engaged", "profile", "delivered", "failed", "erased")
_MOMENTS: Final = ("day", "after", "at")
_BELONGS: Final = {
    "id": ("order", "refund", "engaged"),
    "of": ("refund",),
    "currency": ("order", "refund"),
    "base": ("order", "refund"),
    "rating": ("engaged",),
    "answer": ("engaged",),
    "permanent": ("failed",),
    "reason": ("failed",),
}


class Timed(Closed):
    """An instant, in one of three ways."""

    day: Annotated[int, Field(strict=True, ge=0, le=36_600)] | None = None
    """So many days after the start."""
    after: Duration | None = None
    """So long after the start: 90d1ms."""
    at: Moment | None = None
    """RFC 3339 with an offset."""

    @model_validator(mode="after")
    def _one_moment(self) -> "Timed":
        if sum(getattr(self, name) is not None for name in _MOMENTS) > 1:
            raise ValueError("give one of day, after, at")
        return self

    def instant(self, start: int) -> int | None:
        """Give it in epoch ms; None: it is not said."""
        if self.day is not None:
            return start + self.day * DAY_MS
        return start + self.after if self.after is not None else self.at


class ProfileGiven(Closed):
    """A snapshot of what is known of her besides her deeds."""

    birthday: str | None = None
    country: str | None = None
    timezone: str | None = None
    consents: dict[str, bool] = Field({})
    preferred_channel: str | None = None
    lists: list[str] = Field([])
    interests: list[str] = Field([])

    @field_validator("birthday", mode="before")
    @classmethod
    def _as_text(cls, value: Any) -> Any:
        """A date of YAML is what it says."""
        return str(value) if value is not None else None


class GivenDocument(Timed):
    """One deed; what is not said of it is made up."""

    currency: KnownCurrency | None = None
    """Unless given: the policy's."""
    order: Amount | None = None
    """An order of this amount, in major units."""
    refund: Amount | None = None
    """A refund of this amount."""
    cancel: Text | None = None
    """The id of an order that is cancelled."""
    engaged: KnownKind | None = None
    """An engagement of this kind."""
    profile: ProfileGiven | None = None
    delivered: Text | None = None
    """A messaging system says that the newest message of this template has arrived."""
    failed: Text | None = None
    """The same: it has not."""
    erased: Literal[True] | None = None
    """She is forgotten."""
    id: Text | None = None
    """What an order, a refund or an engagement is called; the same again is a repetition."""
    of: Text | None = None
    """The order that a refund is on; it may name none."""
    base: Amount | None = None
    """The amount in the policy's currency, of an order or a refund in another one."""
    rating: RatingValue | None = None
    answer: Text | None = None
    """What a survey was answered."""
    permanent: bool | None = None
    """Whether a message has failed for good; unless given: for now."""
    reason: Kind | None = None
    """Why it has; unknown unless given."""

    @field_validator("order", "refund")
    @classmethod
    def _payable(cls, amount: Decimal | None, info: ValidationInfo) -> Decimal | None:
        check_amount(amount, info.data.get("currency"), info)
        return amount

    @field_validator("base")
    @classmethod
    def _payable_in_policy(cls, amount: Decimal | None, info: ValidationInfo) -> Decimal | None:
        check_amount(amount, None, info)
        return amount

    @model_validator(mode="after")
    def _one_deed(self) -> "GivenDocument":
        if all(getattr(self, name) is None for name in _MOMENTS):
            raise ValueError("give one of day, after, at")
        if sum(getattr(self, name) is not None for name in DEEDS) != 1:
            raise ValueError(f"give exactly one of {', '.join(DEEDS)}")
        for key, deeds in _BELONGS.items():
            if getattr(self, key) is not None and self.deed not in deeds:
                raise ValueError(f"{key} belongs to {', '.join(deeds)}")
        return self

    @property
    def deed(self) -> str:
        """Name what she did."""
        return next(name for name in DEEDS if getattr(self, name) is not None)
