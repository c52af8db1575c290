"""What a run has shown in, the text of its summary out."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, get_args

from app.demo.stories import Story
from app.demo.style import Style
from app.demo.summary import Summary, Way
from schemas.transitions import CauseType, Direction

BAR: Final = 40
CAUSES: Final[dict[CauseType, str]] = {
    "order": "an order",
    "refund": "a refund",
    "cancellation": "a cancellation",
    "decay": "time alone",
}
DIRECTIONS: Final[dict[Direction, str]] = {
    "entry": "entered",
    "up": "up",
    "lateral": "level",
    "down": "down",
    "exit": "left",
}


@dataclass(frozen=True, slots=True)
class Speed:
    """How fast one worker took it all."""

    events: int
    moves: int
    seconds: float

    @property
    def per_second(self) -> int:
        """Events per second."""
        return round(self.events / self.seconds)


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
    rows = {**{label: summary.standing[segment] for segment, label in labels.items()}}
    rows["No segment"] = summary.standing[None]
    widest, most, everyone = max(map(len, rows)), max(rows.values()), summary.standing.total()
    yield style.heading(f"Where {everyone:,} customers stand at the end of the year")
    for label, count in rows.items():
        bar = style.bar * round(BAR * count / (most or 1))
        yield f"  {label:<{widest}} {count:>6,} {count / (everyone or 1):>4.0%} {bar}".rstrip()
    yield "  (no segment: they only sent goods back, or bought for nothing)"


def matrix(summary: Summary, labels: Mapping[str, str], style: Style) -> Iterator[str]:
    """Where customers went: a row for each segment they left, a column for each they came to."""
    rows: dict[str | None, str] = {None: "(new)", **labels}
    columns: dict[str | None, str] = dict(labels)
    if any(way.target is None for way in summary.matrix):
        columns[None] = "(none)"
    cells = {Way(row, column): _cell(summary, Way(row, column), style) for row in rows for column in columns}
    widths = {
        column: max(*map(len, label.split()), *(len(cells[Way(row, column)]) for row in rows))
        for column, label in columns.items()
    }
    side = max(map(len, rows.values()))
    yield from ("", style.heading(f"Who went where: {summary.moves:,} moves (rows: from, columns: to)"))
    yield from _column_heads(columns, widths, side)
    for row, label in rows.items():
        line = [_painted(cells[way], widths[way.target], summary.directions.get(way), style)
                for way in (Way(row, column) for column in columns)]
        yield f"  {label:<{side}}  {'  '.join(line)}"


def causes(summary: Summary, style: Style) -> Iterator[str]:
    """What made customers move: something they did, or time alone."""
    shown = [way for way in DIRECTIONS if any(summary.causes[cause, way] for cause in CAUSES)]
    yield from ("", style.heading("What moved them"))
    yield f"  {'':<14}" + "".join(f"{DIRECTIONS[way]:>9}" for way in shown) + f"{'in all':>9}"
    for cause, label in CAUSES.items():
        total = summary.caused_by(cause)
        if total:
            counts = "".join(f"{summary.causes[cause, way] or style.nothing:>9}" for way in shown)
            yield f"  {label:<14}{counts}{total:>9,}"
    decays = summary.caused_by("decay")
    share = decays / (summary.moves or 1)
    yield f"  Of {summary.moves:,} moves {decays:,} ({share:.0%}) came without any event: nobody did anything, time passed."
