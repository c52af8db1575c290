"""Text such as `33%` or `12.5%` in, an exact share out, and back."""

import re
from fractions import Fraction

_SHARE = re.compile(r"\d{1,3}(\.\d{1,6})?%", re.ASCII)


def parse_share(text: object) -> Fraction:
    """Read a share, over 0% and at most 100%; ValueError for anything else."""
    if not isinstance(text, str) or not _SHARE.fullmatch(text):
        raise ValueError("a share is written like 33% or 12.5%")
    share = Fraction(text[:-1]) / 100
    if not 0 < share <= 1:
        raise ValueError("a share is over 0% and at most 100%")
    return share


def write_share(share: Fraction) -> str:
    """Write a share so that it reads back."""
    millionths = share * 100 * 10**6
    whole, rest = divmod(int(millionths), 10**6)
    return f"{whole}.{rest:06d}".rstrip("0").rstrip(".") + "%"
