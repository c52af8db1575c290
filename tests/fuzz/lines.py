"""Files of events: every line a fact or a coded rejection, and the short way says what judging says, or nothing."""

from collections.abc import Sequence
from io import BytesIO
from random import Random
from typing import Final

import orjson

from app.runtime.errors import SegueError
from app.simulate.counts import Counts
from app.simulate.csv_orders import read_csv
from app.simulate.entries import Entry, Stamped
from app.simulate.judging import judge, judge_line
from app.simulate.lines import BLOCK, read_lines
from app.simulate.plain_lines import plain_block, plain_line
from app.simulate.sources import Kind, Source
from schemas.decoding import decode
from schemas.facts import FACT_TYPES
from schemas.rejections import Rejected
from schemas.topics import Topics
from tests.builders import T0, TOPIC_OF, TOPICS, Rec
from tests.fuzz.events import ALL, spoilt_event
from tests.fuzz.record import CODES, is_as_promised
from tests.fuzz.spoiling import spoil
from tests.fuzz.target import Input, Target

FEEDS: Final = Topics().feeds
HEADERS: Final = (
    b"customer_id,order_id,occurred_at,amount,currency",
    b"customer_id,order_id,ordered_at,amount_minor",
    b"type,event_id,refund_id,order_id,customer_id,occurred_at,amount,currency,recorded_at",
    b"\xef\xbb\xbfcustomer_id, order_id ,occurred_at,amount",
)
ROWS: Final = (
    b"ann,1,2010-12-01T08:26:00Z,139.12,GBP",
    b"ann,1,1291191960000,13912",
    b"order_refunded,,r-1,1,ann,2010-12-02T08:26:00Z,15.30,GBP,2010-12-02T08:27:00Z",
    b'order_cancelled,"c,1",,1,ann,2010-12-02T08:26:00Z,,,',
    b'"a""nn",1,2010-12-01T08:26:00+01:00,0',
    b"",
)
CELLS: Final = (
    b",", b"\n", b"\r", b'"', b'""', b"\0", b"\xff", b"\xed\xa0\x80", b"1e3", b"1_0", b"+1.00", b".5", b"1.", b"9" * 41,
    b"0." + b"0" * 40 + b"1", "\u0661".encode(), "\u2212".encode() + b"1", b" 1 ", b"JPY", b"XXX", b"gbp",
    b"-" + b"9" * 40, b"order_placed", b"customer_erased", b"nan", b"x" * 140_000,
)  # fmt: skip


class File(Input, frozen=True, tag="file"):
    """What a file holds."""

    kind: Kind
    content: bytes

    @property
    def size(self) -> int:
        return len(self.content)


def make_lines(random: Random) -> File:
    """Write a few events one a line, some of them spoilt."""
    lines = [_line(random) for _ in range(random.choice((1, 2, 5, 20)))]
    content = random.choice((b"\n", b"\n", b"\n", b"\r\n", b"\n\n")).join(lines)
    content += random.choice((b"\n", b"\n", b"\n", b"", b"\r"))
    return File("lines", content if random.random() < 0.8 else spoil(random, content, lines))


def judge_lines(file: File) -> None:
    """Read it as `simulate` does, in a block and line by line."""
    places: list[int | None] = []
    counts = Counts(lambda place, _: places.append(place.line))
    try:
        entries = [entry for block in read_lines(_source(file), counts) for entry in block]
    except SegueError:
        entries = None  # cut in the middle of a line: nothing of it is used
    block = file.content.removeprefix(b"\xef\xbb\xbf")
    judged = [judge_line(line) for line in block.split(b"\n") if line.strip()]
    facts = [found for found in judged if not isinstance(found, Rejected)]
    assert all(found.code in CODES for found in judged if isinstance(found, Rejected))
    if entries is not None and len(block) <= BLOCK:
        assert same(entries, facts), "a file holds the facts of its lines"
        assert (counts.read, counts.accepted) == (len(judged), len(facts))
        numbered = (number for number, line in enumerate(block.split(b"\n"), 1) if line.strip())
        wrong = [number for number, found in zip(numbered, judged, strict=True) if isinstance(found, Rejected)]
        assert places == wrong, "what is no fact is told with the number of its line"
    short = plain_block(block)
    assert short is None or same(short, judged), "the short way says what judging says of a block"
    for line in block.split(b"\n"):
        one = plain_line(line) if line else None
        assert one is None or same([one], [judge_line(line)]), "the short way says what judging says of a line"
    for line, found in zip((line for line in block.split(b"\n") if line.strip()), judged, strict=True):
        _as_on_a_topic(line, found)


def make_table(random: Random) -> File:
    """Write a small table, some of it spoilt."""
    header = random.choice(HEADERS)
    rows = [_row(random, header) for _ in range(random.choice((0, 1, 3, 10)))]
    end = random.choice((b"\n", b"\n", b"\r\n", b"\r"))
    content = end.join((header, *rows)) + random.choice((end, end, b""))
    return File("csv", content if random.random() < 0.7 else spoil(random, content, ROWS, CELLS))


def judge_table(file: File) -> None:
    """Read it as `simulate` does."""
    counts = Counts()
    try:
        entries = [entry for batch in read_csv(_source(file), counts, "GBP") for entry in batch]
    except SegueError:
        return  # a whole file is refused: no header, no CSV, cut in the middle of a line
    assert counts.accepted == len(entries)
    assert all(code in CODES for code in counts.rejected)
    for entry in entries:
        fact, stamp = (entry.fact, entry.recorded_at) if isinstance(entry, Stamped) else (entry, None)
        assert same([judge(fact, stamp)], [entry])
        assert is_as_promised(fact)


def same(some: Sequence[Entry | Rejected], others: Sequence[Entry | Rejected]) -> bool:
    """Tell whether two lists hold the same, written out to the last type."""
    return list(some) == list(others) and list(map(repr, some)) == list(map(repr, others))


def _line(random: Random) -> bytes:
    event = random.choice(ALL)
    if random.random() < 0.3:
        event = {**event, "recorded_at": random.choice((T0, "2010-12-01T08:26:00Z", T0 - 10**9, None))}
    return orjson.dumps(event) if random.random() < 0.6 else spoilt_event(random, event)


def _row(random: Random, header: bytes) -> bytes:
    wide = [row for row in ROWS if row.count(b",") >= header.count(b",")]
    row = random.choice(wide or ROWS)
    return row if random.random() < 0.5 else spoil(random, row, ROWS, CELLS)


def _as_on_a_topic(line: bytes, found: Entry | Rejected) -> None:
    """Demand that a fact of a file is the fact that its record on a topic would be."""
    if isinstance(found, (Rejected, Stamped)):
        return
    topic = TOPIC_OF.get(FACT_TYPES[type(found)], TOPICS.orders)
    sent = Rec(line.rstrip(b"\r"), found.customer_id.encode(), int(found.occurred_at), topic)
    told = decode(sent, FEEDS[topic])
    assert told == found, "a fact of a file is a fact on its topic"


def _source(file: File) -> Source:
    stream = BytesIO(file.content)
    return Source("events", file.kind, stream, stream)


LINES: Final = Target("lines", File, make_lines, judge_lines, seconds=0.25, seconds_per_byte=2e-5)
TABLE: Final = Target("table", File, make_table, judge_table, seconds=0.1, seconds_per_byte=2e-5)
