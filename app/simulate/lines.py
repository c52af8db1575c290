"""A stream of NDJSON in, its facts in batches out; what is no fact is counted."""

from collections.abc import Iterator
from typing import Final

from app.runtime.errors import SegueError
from app.simulate.counts import Counts, Place
from app.simulate.entries import Entry
from app.simulate.judging import is_json, judge_line
from app.simulate.plain_lines import plain_block, plain_line
from app.simulate.sources import BOM, Source
from schemas.rejections import Rejected

BLOCK: Final = 1 << 18  # bytes


def read_lines(source: Source, counts: Counts) -> Iterator[list[Entry]]:
    """Read bare JSON facts, one a line; blank lines are skipped.

    A last line that has no end and is no whole JSON says that the file was cut: SegueError names its number, and
    what the batches before it held must not be used.
    """
    lines = 0
    for block in blocks(source):
        entries = plain_block(block)
        if entries is not None:
            counts.read += len(entries)
        else:
            entries = list(_each(block, counts, source.name, lines))
            check_end(block, source.name, lines)
        lines += block.count(b"\n")
        yield entries


def blocks(source: Source) -> Iterator[bytes]:
    """Cut the stream at ends of lines."""
    stream, first = source.stream, True
    while block := stream.read(BLOCK):
        if not block.endswith(b"\n"):
            block += stream.readline()
        yield block.removeprefix(BOM) if first else block
        first = False


def _each(block: bytes, counts: Counts, name: str, lines_before: int) -> Iterator[Entry]:
    for number, line in enumerate(block.split(b"\n"), lines_before + 1):
        found = plain_line(line) if line else None
        if found is not None:
            counts.read += 1
            yield found
        elif line.strip():
            counts.read += 1
            judged = judge_line(line)
            if isinstance(judged, Rejected):
                counts.reject(Place(name, number), judged)
            else:
                yield judged


def check_end(block: bytes, name: str, lines_before: int) -> None:
    """Refuse a last line that has no end and is no whole JSON: the file was cut; SegueError names the line."""
    last = block[block.rfind(b"\n") + 1 :]
    if last.strip() and not is_json(last):
        number = lines_before + block.count(b"\n") + 1
        raise SegueError(f"{name}:{number}: the file ends in the middle of a line")
