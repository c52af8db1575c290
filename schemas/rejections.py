"""Why a record is no fact: a closed list of codes, with the field path and never the value."""

import re
from dataclasses import dataclass
from typing import Final, Literal

import msgspec

from schemas.instants import TimeError

RejectionCode = Literal[
    "undecodable",
    "bad_envelope",
    "unknown_type",
    "missing_field",
    "wrong_type",
    "invalid_value",
    "invalid_time",
    "naive_time",
    "too_far_ahead",
    "before_1990",
    "amount_out_of_range",
    "negative_amount",
    "unknown_currency",
    "invalid_id",
    "key_mismatch",
    "wrong_partition",
    "too_large",
    "internal_error",
]

UNREADABLE: Final = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)
"""All that msgspec raises for bytes that it cannot read."""

_WORDS = re.compile(r"^(?P<what>.*?)(?: - at (?:`key` in )?`(?P<path>\$[^`]*)`)?$", re.DOTALL)
_BOUND = re.compile(r"Expected `\w+` (>=|<=|matching regex|of length)")
_FIELD = re.compile(r"required field `(?P<field>[^`]+)`")


@dataclass(frozen=True, slots=True)
class Rejected:
    """A record that goes to the dead letters; `path` names the field (`$.total.currency`), `message` holds no value."""

    code: RejectionCode
    path: str
    message: str


def explain(error: Exception) -> Rejected:
    """Turn one of UNREADABLE into a code and a path; msgspec's messages name types and bounds, never values."""
    if not isinstance(error, msgspec.ValidationError):
        return Rejected("undecodable", "$", "The value is no JSON text in UTF-8")
    found = _WORDS.match(str(error))
    what, path = (found["what"], found["path"] or "$") if found else ("", "$")
    cause = error.__cause__
    if isinstance(cause, TimeError):
        return Rejected(_time_code(cause), path, str(cause))
    missing = _FIELD.search(what)
    if missing:
        return Rejected("missing_field", f"{path}.{missing['field']}", "The field is required")
    if what.startswith("Invalid value"):  # only of tags, for facts have no enumerations
        return Rejected("unknown_type", path, "No type of this topic")
    return _out_of_bounds(what, path) if _BOUND.match(what) else Rejected("wrong_type", path, what)


def _out_of_bounds(what: str, path: str) -> Rejected:
    if path.endswith(".amount_minor"):
        if ">= " in what:
            return Rejected("negative_amount", path, "An amount is not negative")
        return Rejected("amount_out_of_range", path, "An amount is at most 2^53 - 1 minor units")
    return Rejected("invalid_value", path, what)


def _time_code(error: TimeError) -> RejectionCode:
    match error.code:
        case "naive_time":
            return "naive_time"
        case "invalid_time":
            return "invalid_time"
        case _:
            return "wrong_type"
