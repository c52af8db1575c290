"""The path and query of a request in, checked values out; a parameter describes itself for `/openapi.json` too."""

import base64
import binascii
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from urllib.parse import parse_qsl, unquote_to_bytes

from app.serving.days import EPOCH
from schemas.durations import parse_duration

LONGEST_ID: Final = 128
MOST_PARAMETERS: Final = 8
_CONTROL: Final = re.compile("[\x00-\x1f\x7f-\x9f]")


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter of the query; `read` raises ValueError with what is wrong."""

    name: str
    describes: str
    schema: Mapping[str, Any]
    read: Callable[[str], Any]
    default: Any = None
    required: bool = False


class BadQuery(Exception):
    """What is wrong with a query; never repeats what was sent."""


def read_query(raw: str, parameters: tuple[Parameter, ...]) -> dict[str, Any]:
    """Read a query as it came; every parameter has a value in the end."""
    if not raw and not parameters:
        return {}
    try:
        pairs = (
            parse_qsl(raw, keep_blank_values=True, strict_parsing=True, errors="strict", max_num_fields=MOST_PARAMETERS)
            if raw
            else []
        )
    except ValueError as error:  # UnicodeDecodeError is one
        raise BadQuery("the query is not well-formed: name=value, percent-encoded UTF-8, at most 8") from error
    given = dict(pairs)
    known = {parameter.name: parameter for parameter in parameters}
    if len(given) != len(pairs):
        raise BadQuery("a parameter was given twice")
    if not given.keys() <= known.keys():
        raise BadQuery(f"known parameters are: {', '.join(known) or 'none'}")
    return {name: _value(parameter, given.get(name)) for name, parameter in known.items()}


def _value(parameter: Parameter, given: str | None) -> Any:
    if given is None:
        if parameter.required:
            raise BadQuery(f"{parameter.name} is missing")
        return parameter.default
    try:
        return parameter.read(given)
    except ValueError as error:
        raise BadQuery(f"{parameter.name}: {error}") from error


def whole(name: str, describes: str, low: int, high: int, default: int | None) -> Parameter:
    """Ask for a whole number."""

    def read(text: str) -> int:
        if not (text.isascii() and text.isdigit() and len(text) < 17 and low <= int(text) <= high):
            raise ValueError(f"a whole number from {low} to {high}")
        return int(text)

    schema = {"type": "integer", "minimum": low, "maximum": high}
    return Parameter(name, describes, schema if default is None else {**schema, "default": default}, read, default)


def day(name: str, describes: str) -> Parameter:
    """Ask for a day (UTC); the value is its number since 1970."""

    def read(text: str) -> int:
        try:
            asked = date.fromisoformat(text) if len(text) == 10 else None
        except ValueError:
            asked = None
        if asked is None or not 1970 <= asked.year <= 9998:
            raise ValueError("a day such as 2026-11-27")
        return (asked - EPOCH).days

    return Parameter(name, describes, {"type": "string", "format": "date"}, read)


def duration(name: str, describes: str, low: str, high: str, default: str) -> Parameter:
    """Ask for a duration such as 14d; the value is in ms."""

    def read(text: str) -> int:
        found = parse_duration(text) if len(text) < 20 else 0
        if not parse_duration(low) <= found <= parse_duration(high):
            raise ValueError(f"a duration from {low} to {high}, such as {default}")
        return found

    return Parameter(name, describes, {"type": "string", "default": default}, read, parse_duration(default))


def cursor(name: str = "cursor") -> Parameter:
    """Ask for where to go on; the value is b"" at the beginning."""

    def read(text: str) -> bytes:
        try:
            return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
        except (binascii.Error, ValueError) as error:
            raise ValueError("give what an answer gave as next_cursor") from error

    return Parameter(name, "where to go on: next_cursor of the page before", {"type": "string"}, read, b"")


def as_cursor(key: bytes | None) -> str | None:
    """Write where to go on."""
    return base64.urlsafe_b64encode(key).decode().rstrip("=") if key is not None else None


def identifier(name: str, describes: str) -> Parameter:
    """Ask for the beginning of an id."""

    def read(text: str) -> bytes:
        key = id_bytes(text.encode("utf-8", "surrogatepass"))
        if key is None:
            raise ValueError("1 to 128 bytes of UTF-8 without control characters")
        return key

    return Parameter(name, describes, {"type": "string", "minLength": 1, "maxLength": 128}, read, required=True)


def id_bytes(raw: bytes) -> bytes | None:
    """Give an id as keys hold it; None: no customer can have it."""
    if not 0 < len(raw) <= LONGEST_ID:
        return None
    try:
        text = raw.decode()
    except UnicodeDecodeError:
        return None
    return None if _CONTROL.search(text) else raw


def path_id(raw_path: str) -> bytes | None:
    """Give the third part of a path, as it came, as an id; None: no customer can have it."""
    try:
        name = raw_path.split("/")[3]
        return id_bytes(unquote_to_bytes(name) if "%" in name else name.encode())
    except UnicodeEncodeError:  # bytes that were no UTF-8 stand in the request line
        return None
