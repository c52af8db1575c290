"""One cell of a table of orders in, what a fact says with it out; a bad one is a `BadCell` with its rejection."""

import re
from decimal import Decimal
from functools import lru_cache
from typing import Any, Final, cast

from schemas.currencies import EXPONENTS
from schemas.facts import LARGEST_AMOUNT
from schemas.instant import Instant
from schemas.instants import TimeError, parse_instant
from schemas.rejections import Rejected, RejectionCode

_NUMBER: Final = re.compile(r"[+-]?\d{1,40}(\.\d{1,40})?", re.ASCII)
_WHOLE: Final = re.compile(r"-?\d{1,40}", re.ASCII)


class BadCell(Exception):
    """A cell that makes its row no fact."""

    def __init__(self, code: RejectionCode, column: str, message: str) -> None:
        super().__init__(message)
        self.rejected = Rejected(code, f"$.{column}", message)


def needed(cell: Any, column: str) -> str:
    """Read text that must be there."""
    if cell is None or cell == "":
        raise BadCell("missing_field", column, "The field is required")
    return cell if isinstance(cell, str) else str(cell)


def instant(cell: Any, column: str) -> Instant:
    """Read RFC 3339 with an offset, or epoch milliseconds."""
    if type(cell) is int:
        return Instant(cell)
    text = needed(cell, column)
    try:
        return parse_instant(text) if "-" in text[1:] or not _WHOLE.fullmatch(text) else Instant(text)
    except TimeError as error:
        raise BadCell(cast("RejectionCode", error.code), column, str(error)) from error


def minor_units(cell: Any, column: str, currency: str) -> int:
    """Read an amount in major units, exactly: no more decimals than the currency has."""
    return _minor_units(needed(cell, column), column, currency)


@lru_cache(maxsize=100_000)
def _minor_units(text: str, column: str, currency: str) -> int:
    if currency not in EXPONENTS:
        raise BadCell("unknown_currency", "currency", "No currency of ISO 4217")
    if not _NUMBER.fullmatch(text):
        raise BadCell("wrong_type", column, "Expected a decimal number")
    minor = Decimal(text).scaleb(EXPONENTS[currency])
    if minor != minor.to_integral_value():
        raise BadCell("invalid_value", column, f"An amount has at most {EXPONENTS[currency]} decimals")
    return _bounded(int(minor), column)


def whole_number(cell: Any, column: str) -> int:
    """Read an amount in minor units."""
    text = needed(cell, column)
    if not _WHOLE.fullmatch(text):
        raise BadCell("wrong_type", column, "Expected a whole number")
    return _bounded(int(text), column)


def _bounded(minor: int, column: str) -> int:
    if minor < 0:
        raise BadCell("negative_amount", column, "An amount is not negative")
    if minor > LARGEST_AMOUNT:
        raise BadCell("amount_out_of_range", column, "An amount is at most 2^53 - 1 minor units")
    return minor
