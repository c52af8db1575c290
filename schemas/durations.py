"""Text such as `90d` or `365d1ms` in, milliseconds out, and back."""

import re
from typing import Final

_UNITS: Final = {"d": 86_400_000, "h": 3_600_000, "m": 60_000, "s": 1000, "ms": 1}
_PART = re.compile(r"(\d+)(ms|d|h|m|s)", re.ASCII)
_WHOLE = re.compile(r"(?:\d+(?:ms|d|h|m|s))+", re.ASCII)
LONGEST_MS: Final = 100 * 366 * 86_400_000


def parse_duration(text: object) -> int:
    """Read a duration in ms: numbers with d, h, m, s or ms; ValueError for anything else or over 100 years."""
    if not isinstance(text, str) or not _WHOLE.fullmatch(text):
        raise ValueError("a duration is written like 90d, 12h, 30m, 45s, 200ms or 1d12h")
    total = sum(int(number) * _UNITS[unit] for number, unit in _PART.findall(text))
    if total > LONGEST_MS:
        raise ValueError("a duration is at most 100 years")
    return total


def write_duration(milliseconds: int) -> str:
    """Write a duration so that it reads back: the largest units first, none that is 0."""
    parts = []
    for unit, length in _UNITS.items():
        number, milliseconds = divmod(milliseconds, length)
        if number:
            parts.append(f"{number}{unit}")
    return "".join(parts) or "0s"
