"""The inclusive ranges that policy documents ask for, one shape for each kind of measure."""

from typing import Annotated, Any, Final

from pydantic import Field, PlainSerializer, ValidatorFunctionWrapHandler, WrapValidator
from pydantic.annotated_handlers import GetJsonSchemaHandler
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema

from schemas.closed import Amount, Bounds, Count, Duration

ScoreValue = Annotated[int, Field(strict=True, ge=1, le=9)]
RatingValue = Annotated[int, Field(strict=True, ge=0, le=100)]


class AgeRange(Bounds):
    """Ages, both bounds inclusive."""

    min: Duration | None = None
    max: Duration | None = None


class CountRange(Bounds):
    """Whole numbers, both bounds inclusive."""

    min: Count | None = None
    max: Count | None = None


class AmountRange(Bounds):
    """Money in major units of the currency, both bounds inclusive."""

    min: Amount | None = None
    max: Amount | None = None


class ScoreRange(Bounds):
    """Scores from 1 on, both bounds inclusive."""

    min: ScoreValue | None = None
    max: ScoreValue | None = None


class RatingRange(Bounds):
    """Ratings, both bounds inclusive."""

    min: RatingValue | None = None
    max: RatingValue | None = None


NEVER: Final = AgeRange.model_construct()
"""What `engaged: never` is read as."""


class _OrNever:
    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        return {"anyOf": [{"const": "never"}, handler(schema)]}


def _read(value: Any, inner: ValidatorFunctionWrapHandler) -> Any:
    return NEVER if value == "never" else inner(value)


def _write(value: AgeRange) -> Any:
    return "never" if value is NEVER else value.model_dump(mode="json")


AgeOrNever = Annotated[AgeRange, WrapValidator(_read), PlainSerializer(_write, when_used="json"), _OrNever()]
"""A range of ages, or `never` for what did not happen at all."""
