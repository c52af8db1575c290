"""Instants, ages and money in, the words of an explanation for them out."""

from collections.abc import Iterable
from typing import Final

from schemas.currencies import EXPONENTS
from schemas.durations import write_duration
from schemas.instants import rfc3339
from schemas.policy import Policy
from schemas.when import Measure

HOUR_MS: Final = 3_600_000
DAY_MS: Final = 24 * HOUR_MS


def instant(at: int) -> str:
    """Write an instant in UTC without what is zero: 2026-03-01 10:00, 2026-03-01 10:00:00.001."""
    date, _, time = rfc3339(at).removesuffix("Z").partition("T")
    time = time.removesuffix(".000")
    return f"{date} {time.removesuffix(':00') if time.count(':') == 2 else time}"


def age(milliseconds: int, bounds: Iterable[int | None] = ()) -> str:
    """Write an age: from a day on in whole hours, unless a bound lies between that and the truth."""
    if milliseconds < DAY_MS:
        return write_duration(milliseconds)
    rough = milliseconds // HOUR_MS * HOUR_MS
    if any(bound is not None and rough <= bound < milliseconds for bound in bounds):
        return write_duration(milliseconds)
    return write_duration(rough)


def money(minor: int, currency: str) -> str:
    """Write an amount in major units, with every decimal of its currency: 1,234.50 GBP."""
    decimals = EXPONENTS.get(currency, 0)
    if not decimals:
        return f"{minor:,} {currency}"
    whole, rest = divmod(minor, 10**decimals)
    return f"{whole:,}.{rest:0{decimals}d} {currency}"


def label(segment: str | None, policy: Policy) -> str:
    """Name a segment as people do; one that only a policy before this had by its id."""
    if segment is None:
        return "no segment"
    return segment if policy.rank(segment) is None else policy.segment(segment).label


def amount_of(measure: Measure, value: int, policy: Policy) -> str:
    """Write a value or a bound of a measure in its unit."""
    if measure in {"recency", "tenure", "engaged"}:
        return write_duration(value)
    if measure in {"monetary", "average_order_value"}:
        return money(value, policy.currency)
    return f"{value:,}"


def counted(number: int, one: str) -> str:
    """Write so many of something."""
    return f"{number:,} {one}" if number == 1 else f"{number:,} {one}s"
