"""The parts that policy documents are made of: each knows all its keys, also those that a later version will read."""

from collections.abc import Sequence
from typing import Annotated, Any, Final, NoReturn

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from schemas.durations import parse_duration

NOT_YET: Final = "not in this version yet"
LARGEST_NUMBER: Final = 2**53 - 1  # what every JSON reader keeps exactly

Mistake = tuple[tuple[int | str, ...], str]
"""Where in the document, and what is wrong there."""


class Closed(BaseModel):
    """A mapping of the document; a key that it does not name is a mistake."""

    model_config = ConfigDict(extra="forbid", frozen=True)


def not_yet(*names: str) -> BeforeValidator:
    """Refuse values that a later version will know."""

    def check(value: Any) -> Any:
        if value in names:
            raise ValueError(f"{value} is {NOT_YET}")
        return value

    return BeforeValidator(check)


def _refuse(_: object) -> NoReturn:
    raise ValueError(NOT_YET)


def _one_or_many(value: object) -> object:
    return [value] if isinstance(value, str) else value


def _distinct(values: Sequence[str]) -> Sequence[str]:
    for value in values:
        if values.count(value) > 1:
            raise ValueError(f"{value} stands twice")
    return values


def _above_zero(milliseconds: int) -> int:
    if milliseconds == 0:
        raise ValueError("a stretch of time is longer than 0")
    return milliseconds


Later = Annotated[None, BeforeValidator(_refuse)]
"""A key that the language has and this version does not read."""

Duration = Annotated[int, BeforeValidator(parse_duration)]
Stretch = Annotated[Duration, AfterValidator(_above_zero)]
Whole = Annotated[int, Field(strict=True, ge=1, le=LARGEST_NUMBER)]
Text = Annotated[str, Field(min_length=1, max_length=128, pattern=r"^[^\x00-\x1f\x7f]*$")]
"""What other systems call their things: a SKU, a template."""

Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]{0,63}$")]
SegmentId = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,63}$")]
Kind = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,63}$")]
Distinct = AfterValidator(_distinct)
OneOrMany = BeforeValidator(_one_or_many)
