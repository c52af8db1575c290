"""A mapping file in, the checked mapping out, or all its mistakes at once, each with its place."""

import re
from importlib import resources
from pathlib import Path
from typing import Annotated, Final, Literal, Self, cast

import jsonpath
import msgspec
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, model_validator

from schemas.facts import FACT_TYPES
from schemas.policy_file import PolicyError, mistake_line, read_tree

Type = Literal[
    "order_placed",
    "order_cancelled",
    "order_refunded",
    "engaged",
    "profile_changed",
    "customer_erased",
    "message.delivered",
    "message.failed",
]

_STRUCTS: Final = cast("dict[str, type[msgspec.Struct]]", {name: struct for struct, name in FACT_TYPES.items()})
_DERIVED: Final = {"order_placed": "order_id", "order_cancelled": "order_id", "order_refunded": "refund_id"}
"""Types whose event_id may be left out: it is made of the type and this id, the same on every reading."""


def _compiles(path: str) -> str:
    try:
        jsonpath.compile(path)
    except jsonpath.JSONPathError as error:
        raise ValueError(f"no JSONPath: {error}") from error
    return path


def _is_pattern(pattern: str) -> str:
    try:
        re.compile(pattern)
    except re.error as error:
        raise ValueError(f"no regular expression: {error}") from error
    return pattern


Path_ = Annotated[str, AfterValidator(_compiles)]
Pattern = Annotated[str, AfterValidator(_is_pattern)]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Picked(_Part):
    """What a path selects; the first, where it selects several."""

    path: Path_
    utc: bool = Field(default=False, description="a time without an offset is UTC")
    matching: Pattern | None = Field(None, description="a regular expression; what does not match whole is left out")


class Constant(_Part):
    """The same in every fact."""

    value: str


class Amount(_Part):
    """Money in major units, as a text or a number."""

    amount: Path_ | None = Field(None, description="selects one")
    sum: Path_ | None = Field(None, description="selects any number; none is nothing")
    currency: Path_
    absolute: bool = Field(default=False, description="refunds that are written as negative amounts")

    @model_validator(mode="after")
    def _one(self) -> Self:
        if (self.amount is None) == (self.sum is None):
            raise ValueError("give one of amount and sum")
        return self


class FromOrder(_Part):
    """The customer of the order that the fact names; it waits until that order has been seen."""

    from_order: Literal[True]


Spec = Path_ | Picked | Constant | Amount | FromOrder


class Rule(_Part):
    """Which records become which fact."""

    when: dict[Path_, list[str]] = Field({}, description="each path selects one of these texts")
    lacks: list[Path_] = Field([], description="none of these paths selects anything")
    ignore: bool = False
    type: Type | None = None
    each: Path_ | None = Field(None, description="one fact for each value that it selects, which is $.each")
    fields: dict[str, Spec] = {}

    @model_validator(mode="after")
    def _complete(self) -> Self:
        if self.ignore != (self.type is None) or (self.ignore and self.fields):
            raise ValueError("give either ignore, or type and fields")
        if self.type is not None:
            known = {field.name: field.required for field in msgspec.structs.fields(_STRUCTS[self.type])}
            needed = {name for name, required in known.items() if required} - self.fields.keys()
            if self.type in _DERIVED:
                needed.discard("event_id")
            if needed:
                raise ValueError(f"fields are missing: {', '.join(sorted(needed))}")
            if unknown := self.fields.keys() - known.keys():
                raise ValueError(f"{self.type} has no fields {', '.join(sorted(unknown))}")
            if self.joined and "order_id" not in self.fields:
                raise ValueError("from_order needs order_id")
        return self

    @property
    def joined(self) -> bool:
        """Whether the customer comes from the order."""
        return isinstance(self.fields.get("customer_id"), FromOrder)


class Mapping(_Part):
    """A mapping file: the first rule that matches a record maps it."""

    version: Literal[1]
    topics: list[str] = Field(min_length=1)
    rules: list[Rule] = Field(min_length=1)

    @property
    def joins(self) -> bool:
        """Whether orders have to be remembered, for what names them later."""
        return any(rule.joined for rule in self.rules)


def derived_from(fact_type: str) -> str | None:
    """Name the field of which the event_id is made, where a mapping gives none."""
    return _DERIVED.get(fact_type)


def is_required(fact_type: str, name: str) -> bool:
    """Say whether a fact of this type has to have a field."""
    return any(field.name == name and field.required for field in msgspec.structs.fields(_STRUCTS[fact_type]))


def load_mapping(name: str) -> Mapping:
    """Load a mapping file (.yaml), or the shipped one of that name; PolicyError names every mistake."""
    text, origin = _text(name)
    tree = read_tree(text, origin)
    try:
        return Mapping.model_validate(tree)
    except ValidationError as error:
        wrong = [mistake_line(origin, tree, mistake["loc"], mistake["msg"]) for mistake in error.errors()]
        raise PolicyError(wrong) from error


def _text(name: str) -> tuple[str, str]:
    path = Path(name)
    if path.suffix not in {".yaml", ".yml"}:
        shipped = resources.files("app.bridging") / "mappings" / f"{name}.yaml"
        if not name.isalnum() or not shipped.is_file():
            raise PolicyError([f"{name}: no such mapping, and no .yaml file"])
        return shipped.read_text("utf-8"), f"{name}.yaml"
    try:
        return path.read_text("utf-8"), str(path)
    except (OSError, UnicodeDecodeError) as error:
        raise PolicyError([f"{path}: cannot be read: {type(error).__name__}"]) from error
