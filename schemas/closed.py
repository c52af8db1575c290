"""The parts that policy documents are made of: each knows all its keys, and what an editor may offer for them."""

from collections import Counter
from collections.abc import Callable, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Annotated, Any, Final

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    GetCoreSchemaHandler,
    GetJsonSchemaHandler,
    PlainSerializer,
    WithJsonSchema,
    model_validator,
)
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema
from pydantic_core.core_schema import no_info_before_validator_function

from schemas.durations import parse_duration, write_duration
from schemas.shares import parse_share, write_share

LARGEST_NUMBER: Final = 2**53 - 1  # what every JSON reader keeps exactly

Mistake = tuple[tuple[int | str, ...], str]
"""Where in the document, and what is wrong there."""


class Closed(BaseModel):
    """A mapping of the document; a key that it does not name is a mistake."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Bounds(Closed):
    """An inclusive range with at least one bound."""

    min: Any = None
    max: Any = None

    @model_validator(mode="after")
    def _a_range(self) -> "Bounds":
        if self.min is None and self.max is None:
            raise ValueError("give min, max or both")
        if self.min is not None and self.max is not None and self.min > self.max:
            raise ValueError("min is above max")
        return self


def lasting(text: str) -> Any:
    """Give a field of time its default, as one writes it."""
    return Field(parse_duration(text), json_schema_extra={"default": text})


def _distinct(values: Sequence[Any], written: Callable[[Any], str] = str) -> Sequence[Any]:
    for value, times in Counter(values).items():
        if times > 1:
            raise ValueError(f"{written(value)} stands twice")
    return values


def _distinct_stretches(milliseconds: Sequence[int]) -> Sequence[int]:
    return _distinct(milliseconds, write_duration)


def _above_zero(milliseconds: int) -> int:
    if milliseconds == 0:
        raise ValueError("a stretch of time is longer than 0")
    return milliseconds


def no_truth(value: object) -> object:
    if isinstance(value, bool):
        raise ValueError("an amount is a number")
    return value


def write_amount(amount: Decimal) -> str:
    """Write an amount without the zeros that say nothing: two that are equal look the same."""
    return f"{amount.normalize():f}"


_DURATION: Final = {"type": "string", "pattern": r"^([0-9]+(ms|d|h|m|s))+$", "examples": ["90d", "1d12h"]}
_STRETCH: Final = _DURATION | {"pattern": r"^(?=.*[1-9])([0-9]+(ms|d|h|m|s))+$"}
_SHARE: Final = {"type": "string", "pattern": r"^[0-9]{1,3}(\.[0-9]{1,6})?%$", "examples": ["33%", "12.5%"]}
_AMOUNT: Final = {"anyOf": [{"type": "number", "minimum": 0}, {"type": "string", "pattern": r"^[0-9]+(\.[0-9]+)?$"}]}
_written = PlainSerializer(write_duration, return_type=str, when_used="json")

Duration = Annotated[int, BeforeValidator(parse_duration), _written, WithJsonSchema(_DURATION)]
Stretch = Annotated[
    int,
    BeforeValidator(parse_duration),
    AfterValidator(_above_zero),
    _written,
    WithJsonSchema(_STRETCH),
]
"""A duration that is longer than 0."""

Share = Annotated[
    Fraction,
    BeforeValidator(parse_share),
    PlainSerializer(write_share, return_type=str, when_used="json"),
    WithJsonSchema(_SHARE),
]
Amount = Annotated[
    Decimal,
    BeforeValidator(no_truth),
    Field(ge=0, lt=10**15),
    PlainSerializer(write_amount, return_type=str, when_used="json"),
    WithJsonSchema(_AMOUNT),
]
"""Major units of the policy's currency; never a float."""

Count = Annotated[int, Field(strict=True, ge=0, le=LARGEST_NUMBER)]
Whole = Annotated[int, Field(strict=True, ge=1, le=LARGEST_NUMBER)]
Text = Annotated[str, Field(min_length=1, max_length=128, pattern=r"^[^\x00-\x1f\x7f]*$")]
"""What other systems call their things: a SKU, a template."""

Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]{0,63}$")]
SegmentId = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,63}$")]
Kind = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,63}$")]
Distinct = AfterValidator(_distinct)
DistinctStretches = AfterValidator(_distinct_stretches)


class _OneOrMany:
    """Lets a list of one be written without brackets."""

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        def read(value: object) -> object:
            return [value] if isinstance(value, str) else value

        return no_info_before_validator_function(read, handler(source))

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        many = handler(schema)
        return {"anyOf": [many["items"], many]}


OneOrMany: Final = _OneOrMany()
Segments = Annotated[list[SegmentId], Field(min_length=1), Distinct, OneOrMany]
