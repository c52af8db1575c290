"""Lines of JSON in, the facts of those that are plainly right out: the short way of what `judging` decides.

A line is plain if it is ASCII without an escape and holds an order, a refund, a cancellation or an engagement. Nearly
all are, and then a whole block is decoded in one go. Whatever is not plain is left to `judging`: this file may be
narrower than the rules but never wider.
"""

from collections.abc import Sequence
from typing import Final

try:
    import numpy as np
except ImportError:  # blocks are then cut into lines
    np = None  # type: ignore[assignment]

from app.simulate.entries import Entry, Stamped
from app.simulate.plain_facts import NotPlain, fact_of, facts_of
from app.simulate.wire_lines import decoder
from schemas.decoding import LARGEST_RECORD
from schemas.rejections import UNREADABLE

_NOT_PLAIN: Final = (*UNREADABLE, NotPlain)


def plain_block(block: bytes) -> list[Entry] | None:
    """Read a block of whole lines; None = not all of them are plain."""
    lines = _lines_of_one_value(block)
    if not lines or not _is_plain(block):
        return None
    try:
        wires = decoder.decode_lines(block)
        facts = facts_of(wires) if len(wires) == lines else None
    except _NOT_PLAIN:
        return None
    return facts if facts is not None and _tells_times_once(block, facts) else None


def plain_line(line: bytes) -> Entry | None:
    """Read one line; None = it is not plain."""
    if len(line) > LARGEST_RECORD or not _is_plain(line):
        return None
    try:
        fact = fact_of(decoder.decode(line))
    except _NOT_PLAIN:
        return None
    return fact if _tells_times_once(line, [fact]) else None


def _tells_times_once(text: bytes, facts: Sequence[Entry]) -> bool:
    """Tell whether no line tells a time twice: `judging` reads every one of them, the wire lines keep the last."""
    if text.count(b'"occurred_at"') != len(facts):
        return False
    told = text.count(b'"recorded_at"')
    return not told or told == sum(type(fact) is Stamped for fact in facts)


def _lines_of_one_value(block: bytes) -> int:
    """Count the lines if every one begins with `{`, ends with `}` and is no longer than a record; else 0.

    As many JSON values as such lines are one value in each: between `}` and `{` no value can go on.
    """
    if np is None:
        return 0
    text = np.frombuffer(block, np.uint8)
    ends = np.flatnonzero(text == ord("\n"))
    if not ends.size or ends[-1] != text.size - 1 or text[0] != ord("{") or ends[0] > LARGEST_RECORD:
        return 0
    closed = (text[ends - 1] == ord("}")).all() and (text[ends[:-1] + 1] == ord("{")).all()
    return ends.size if closed and (np.diff(ends) <= LARGEST_RECORD).all() else 0


def _is_plain(text: bytes) -> bool:
    r"""Tell whether its strings can hold no control characters: JSON writes those below space as `\u00..`."""
    return text.isascii() and b"\\" not in text and b"\x7f" not in text
