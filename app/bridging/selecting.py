"""A record as JSONPath sees it, and what a mapping asks of it, in; the values of a fact, or why there is none, out."""

import json
import re
from collections.abc import Sequence
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import Any, Final, NoReturn

import jsonpath

from agents.run import Record
from app.bridging.document import Amount, Constant, Picked
from schemas.currencies import EXPONENTS
from schemas.rejections import Rejected, RejectionCode

LARGEST_RECORD: Final = 1024 * 1024
_NAIVE: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]+\Z")


class Unmapped(Exception):
    """A record that does not become the fact that its rule promises."""

    def __init__(self, code: RejectionCode, path: str, message: str) -> None:
        super().__init__(code)
        self.rejected = Rejected(code, path, message)


def view(record: Record) -> dict[str, Any]:
    """Give a record as `$.key`, `$.timestamp`, `$.headers` (names in lower case), `$.value`; Unmapped if no JSON."""
    value = record.value
    if value is None or len(value) > LARGEST_RECORD:
        raise Unmapped("undecodable" if value is None else "too_large", "$", "No value, or one over 1 MiB")
    try:
        read = json.loads(value.decode(), parse_float=Decimal, parse_constant=_no_number)
    except (ValueError, RecursionError):
        raise Unmapped("undecodable", "$", "The value is no JSON text in UTF-8") from None
    headers = {name.lower(): (text or b"").decode("utf-8", "replace") for name, text in record.headers}
    key = (record.key or b"").decode("utf-8", "replace")
    return {"key": key, "timestamp": record.timestamp, "headers": headers, "value": read}


def select(seen: dict[str, Any], path: str) -> Sequence[Any]:
    """Give everything that a path selects but nulls."""
    try:
        return [found for found in _compiled(path).findall(seen) if found is not None]
    except (jsonpath.JSONPathError, RecursionError):
        return []


def text(found: Any, path: str) -> str:
    """Spell an id or a word; numbers that are whole are ids too."""
    if isinstance(found, str):
        return found
    if isinstance(found, int) and not isinstance(found, bool):
        return str(found)
    raise Unmapped("wrong_type", path, "Expected a text or a whole number")


def picked(seen: dict[str, Any], spec: str | Picked | Constant) -> Any:
    """Give a value as facts have it; None where there is none."""
    if isinstance(spec, Constant):
        return spec.value
    path = spec if isinstance(spec, str) else spec.path
    found = next(iter(select(seen, path)), None)
    if isinstance(found, Decimal) and found == found.to_integral_value():
        found = int(found)
    if isinstance(spec, str) or found is None:
        return found
    if spec.matching is not None and not re.fullmatch(spec.matching, text(found, path)):
        return None
    return f"{found}Z" if spec.utc and isinstance(found, str) and _NAIVE.match(found) else found


def money(seen: dict[str, Any], spec: Amount) -> dict[str, Any]:
    """Give an amount in minor units of its currency; Unmapped if it is none, or less than whole units."""
    currency = next((text(found, spec.currency) for found in select(seen, spec.currency)), None)
    if currency is None:
        raise Unmapped("missing_field", spec.currency, "The path selects nothing")
    if currency not in EXPONENTS:
        raise Unmapped("unknown_currency", spec.currency, "No currency of ISO 4217")
    path = spec.amount or spec.sum or ""
    found = select(seen, path)
    if not found and spec.sum is None:
        raise Unmapped("missing_field", path, "The path selects nothing")
    amounts = [_decimal(one, path) for one in (found if spec.sum is not None else found[:1])]
    minor = sum(map(abs, amounts) if spec.absolute else amounts, Decimal(0)).scaleb(EXPONENTS[currency])
    if minor != minor.to_integral_value():
        raise Unmapped("invalid_value", path, "The amount has parts of a minor unit")
    return {"amount_minor": int(minor), "currency": currency}


def _decimal(found: Any, path: str) -> Decimal:
    if isinstance(found, bool) or not isinstance(found, str | int | Decimal):
        raise Unmapped("wrong_type", path, "Expected an amount")
    try:
        amount = Decimal(found)
    except InvalidOperation:
        raise Unmapped("invalid_value", path, "Expected an amount") from None
    if not amount.is_finite() or abs(amount.adjusted()) > 20:
        raise Unmapped("amount_out_of_range", path, "No amount that money has")
    return amount


def _no_number(name: str) -> NoReturn:
    raise ValueError(name)


@lru_cache(maxsize=256)
def _compiled(path: str) -> Any:
    return jsonpath.compile(path)
