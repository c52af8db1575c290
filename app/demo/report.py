"""What a run has shown in, the text of its summary out."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import zip_longest
from typing import Final

from app.demo.stories import Story
from app.demo.style import Style
from app.demo.summary import Summary, Way
from schemas.transitions import CauseType, Direction

BAR: Final = 40
CAUSES: Final[dict[CauseType, str]] = {
    "order": "an order",
    "refund": "a refund",
    "cancellation": "a cancellation",
    "engagement": "engagement",
    "decay": "time alone",
    "drift": "new cut points",
    "policy": "another policy",
    "erasure": "an erasure",
}
"""Every cause there is: what moved them adds up to all moves."""
DIRECTIONS: Final[dict[Direction, str]] = {
    "entry": "entered",
    "up": "up",
    "lateral": "level",
    "down": "down",
    "exit": "left",
}


def report(summary: Summary, told: Sequence[Story], labels: Mapping[str, str], style: Style) -> Iterator[str]:
    """Write the summary, line by line; `labels` are segments, the best first."""
    yield from standing(summary, labels, style)
    yield from matrix(summary, labels, style)
    yield from causes(summary, style)
    yield from ("", style.heading("Three customers"))
    for story in told:
        yield f"  {style.heading(story.customer_id)} {story.title}"
        yield from (f"    {sentence}" for sentence in story.sentences)


def standing(summary: Summary, labels: Mapping[str, str], style: Style) -> Iterator[str]:
    """Customers per segment, with a bar."""
    rows = {label: summary.standing[segment] for segment, label in labels.items()}
    rows["(none)"] = summary.standing[None]
    widest, most, everyone = max(map(len, rows)), max(rows.values()), summary.standing.total()
    yield style.heading(f"Where {everyone:,} customers stand at the end of the year")
    for label, count in rows.items():
        bar = style.bar * round(BAR * count / (most or 1))
        yield f"  {label:<{widest}} {count:>6,} {count / (everyone or 1):>4.0%} {bar}".rstrip()
    yield "  (none: they only sent goods back, or had them for nothing)"


def matrix(summary: Summary, labels: Mapping[str, str], style: Style) -> Iterator[str]:
    """Where customers went: a row for each segment they left, a column for each they came to."""
    rows = {None: "(new)"} | dict(labels)
    columns = dict(labels) | ({None: "(none)"} if any(way.target is None for way in summary.matrix) else {})
    cells = {Way(row, column): _cell(summary, Way(row, column), style) for row in rows for column in columns}
    heads = {column: label.split() for column, label in columns.items()}
    widths = [
        max(len(text) for text in (*heads[column], *(cells[Way(row, column)] for row in rows))) for column in columns
    ]
    side = max(map(len, rows.values()))
    yield from ("", style.heading(f"Who went where, in {summary.moves:,} moves (rows: from, columns: to)"))
    yield from _heads(list(heads.values()), widths, side)
    for row, label in rows.items():
        line = [
            _painted(f"{cells[Way(row, column)]:>{width}}", summary.directions.get(Way(row, column)), style)
            for column, width in zip(columns, widths, strict=True)
        ]
        yield f"  {label:<{side}}  {'  '.join(line)}"
    yield f"  {style.better(style.up)} to a better segment, {style.worse(style.down)} to a worse one"


def _heads(heads: list[list[str]], widths: list[int], side: int) -> Iterator[str]:
    """A word a line, the last words on one line."""
    for words in reversed(list(zip_longest(*(reversed(words) for words in heads), fillvalue=""))):
        line = "  ".join(f"{word:>{width}}" for word, width in zip(words, widths, strict=True))
        yield f"  {'':<{side}}  {line}".rstrip()


def _cell(summary: Summary, way: Way, style: Style) -> str:
    arrow = {"up": f"{style.up} ", "down": f"{style.down} "}.get(summary.directions.get(way, "entry"), "")
    return f"{arrow}{_number(summary.matrix[way], style)}"


def _painted(text: str, direction: Direction | None, style: Style) -> str:
    if direction == "up":
        return style.better(text)
    return style.worse(text) if direction == "down" else text


def causes(summary: Summary, style: Style) -> Iterator[str]:
    """What made customers move: something they did, time alone, or what came into force."""
    shown = [way for way in DIRECTIONS if any(summary.causes[cause, way] for cause in CAUSES)]
    yield from ("", style.heading("What moved them"))
    yield f"  {'':<14}" + "".join(f"{DIRECTIONS[way]:>9}" for way in shown) + f"{'in all':>9}"
    for cause, label in CAUSES.items():
        if total := summary.caused_by(cause):
            counts = "".join(f"{_number(summary.causes[cause, way], style):>9}" for way in shown)
            yield f"  {label:<14}{counts}{total:>9,}"
    decays = summary.caused_by("decay")
    share = decays / (summary.moves or 1)
    yield f"  {decays:,} of {summary.moves:,} moves ({share:.0%}) came without any event: only time had passed."


def _number(count: int, style: Style) -> str:
    return f"{count:,}" if count else style.nothing
