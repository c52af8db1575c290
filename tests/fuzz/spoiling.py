"""Good bytes in, the same spoilt out: flipped, cut, repeated, spliced, with odd things between."""

import re
from collections.abc import Callable, Sequence
from random import Random
from typing import Final

LONGEST: Final = 70_000
"""A little over what a record may hold."""
TIMES: Final = (1, 1, 1, 2, 3, 6)
"""How often one input is spoilt: mostly once, for what is wrong everywhere is refused at the first mistake."""

TOKENS: Final = (
    b"{", b"}", b"[", b"]", b",", b":", b'"', b"\\", b"\n", b"\r\n", b"\t", b" ", b"\0", b"\x7f", b"\xff", b"\xc3\x28",
    b"\xef\xbb\xbf", b"\xed\xa0\x80", b"\xf0\x9f\x98\x80", b"\xc2\x85", b"\xe2\x80\xa8", b"null", b"true", b"NaN",
    b"-Infinity", b"-", b"-0", b"1.5", b"1e999", b"1E-999", b"9" * 400, b"9" * 5_000, b"-" + b"9" * 40, b"0x1F", b"[]",
    b"{}", b'""', b'"\\ud800"', b'"\\udfff\\ud800"', b'"\\u0000"', b"\\u00", b"/*", b"#", b"'", b"`", b"$", b"..", b"%",
    b"2010-02-30T00:00:00Z", b"9999-12-31T23:59:59.999999999Z", b"0000-00-00T00:00:00+99:99", b"253402300800000",
    b"9007199254740992", b"18446744073709551616", b"GBP", b"GPB", b"[" * 2_000, b'{"a":' * 2_000, b"x" * 129,
    b"x" * 66_000,
)  # fmt: skip
_NUMBER: Final = re.compile(rb"\d+")
Way = Callable[[Random, bytes, Sequence[bytes]], bytes]


def spoil(random: Random, good: bytes, others: Sequence[bytes], tokens: Sequence[bytes] = TOKENS) -> bytes:
    """Spoil good bytes a few times; `others` are good ones too, whose parts may be put in."""
    spoilt = good
    for _ in range(random.choice(TIMES)):
        spoilt = random.choice(_WAYS)(random, spoilt, (*others, random.choice(tokens)))
    return spoilt[:LONGEST]


def _part(random: Random, text: bytes) -> tuple[int, int]:
    """Choose a part, mostly a short one."""
    start = random.randrange(len(text) + 1)
    return start, min(len(text), start + random.choice((0, 1, 1, 2, 8, 40, 400)))


def _flip(random: Random, text: bytes, _: Sequence[bytes]) -> bytes:
    if not text:
        return text
    place = random.randrange(len(text))
    return text[:place] + bytes([text[place] ^ 1 << random.randrange(8)]) + text[place + 1 :]


def _cut(random: Random, text: bytes, _: Sequence[bytes]) -> bytes:
    return text[: random.randrange(len(text) + 1)]


def _leave_out(random: Random, text: bytes, _: Sequence[bytes]) -> bytes:
    start, end = _part(random, text)
    return text[:start] + text[end:]


def _repeat(random: Random, text: bytes, _: Sequence[bytes]) -> bytes:
    start, end = _part(random, text)
    return text[:start] + text[start:end] * random.choice((2, 3, 100, 1_000)) + text[end:]


def _insert_token(random: Random, text: bytes, others: Sequence[bytes]) -> bytes:
    start, end = _part(random, text)
    return text[:start] + others[-1] + text[random.choice((start, end)) :]


def _splice(random: Random, text: bytes, others: Sequence[bytes]) -> bytes:
    other = random.choice(others)
    return text[: random.randrange(len(text) + 1)] + other[random.randrange(len(other) + 1) :]


def _swap(random: Random, text: bytes, _: Sequence[bytes]) -> bytes:
    first, second = sorted((random.randrange(len(text) + 1), random.randrange(len(text) + 1)))
    return text[second:] + text[first:second] + text[:first]


def _change_number(random: Random, text: bytes, others: Sequence[bytes]) -> bytes:
    numbers = list(_NUMBER.finditer(text))
    if not numbers:
        return text
    found = random.choice(numbers)
    number = random.choice((b"0", b"-1", b"1.0", b"1e3", b"007", str(2**53).encode(), b"9" * 30, others[-1]))
    return text[: found.start()] + number + text[found.end() :]


_WAYS: Final[tuple[Way, ...]] = (_flip, _flip, _cut, _leave_out, _repeat, _insert_token, _splice, _swap, _change_number)
