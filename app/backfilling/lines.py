"""A stream of NDJSON in, its facts with the lines they stand on out: a line is sent as it is.

What Segue never reads, such as the lines of an order, is there for whoever else reads the topics.
"""

from collections.abc import Iterator
from typing import Final

from app.simulate.counts import Counts, Place
from app.simulate.entries import Entry
from app.simulate.judging import judge_line
from app.simulate.lines import blocks, check_end
from app.simulate.plain_lines import plain_block, plain_line
from app.simulate.sources import Source
from schemas.rejections import Rejected

SPACE: Final = b" \t\r\n"
"""What JSON leaves around a value."""
Told = tuple[Entry, bytes]


def read_kept_lines(source: Source, counts: Counts) -> Iterator[list[Told]]:
    """Read as `app.simulate.lines` does, by the same rules, and keep the lines."""
    lines = 0
    for block in blocks(source):
        entries = plain_block(block)
        if entries is not None:
            counts.read += len(entries)
            yield list(zip(entries, block[:-1].split(b"\n"), strict=True))
        else:
            yield list(_each(block, counts, source.name, lines))
            check_end(block, source.name, lines)
        lines += block.count(b"\n")


def _each(block: bytes, counts: Counts, name: str, lines_before: int) -> Iterator[Told]:
    for number, whole in enumerate(block.split(b"\n"), lines_before + 1):
        if not whole.strip():
            continue
        counts.read += 1
        line = whole.strip(SPACE)
        found = plain_line(line) or judge_line(line)
        if isinstance(found, Rejected):
            counts.reject(Place(name, number), found)
        else:
            yield found, line
