"""Numbers in, tables of HTML out, which say all that the pictures beside them show."""

from collections.abc import Iterable, Mapping, Sequence
from html import escape
from typing import Final

from app.simulate.comparing import Comparison
from app.simulate.ribbons import Node
from app.simulate.sizes import Sizes
from schemas.instants import rfc3339
from schemas.transitions import Direction

MARKS: Final[Mapping[Direction, str]] = {"up": "\N{UPWARDS ARROW}", "down": "\N{DOWNWARDS ARROW}"}
INSTANTS: Final = 13
"""Rows of the table of sizes."""


def table(caption: str, heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Lay out a table; the first cell of a row is its head. Texts are escaped here, `cells` are HTML."""
    head = "".join(f'<th scope="col">{escape(text)}</th>' for text in heads)
    body = "\n".join(
        f'<tr><th scope="row">{escape(row[0])}</th>{"".join(f"<td>{cell}</td>" for cell in row[1:])}</tr>'
        for row in rows
    )
    return (
        f'<div class="scroll"><table><caption>{escape(caption)}</caption>'
        f"<thead><tr>{head}</tr></thead>\n<tbody>\n{body}\n</tbody></table></div>"
    )


def matrix(
    caption: str,
    rows: Sequence[Node],
    columns: Sequence[Node],
    counts: Mapping[tuple[str, str], int],
    directions: Mapping[tuple[str, str], Direction],
) -> str:
    """Tell how many went from where to where, moves up and down marked by more than a colour."""
    body = [
        [
            row.label,
            *(_cell(counts.get((row.key, column.key), 0), directions.get((row.key, column.key))) for column in columns),
        ]
        for row in rows
    ]
    return table(caption, ["from / to", *(column.label for column in columns)], body)


def _cell(count: int, direction: Direction | None) -> str:
    if not count:
        return '<span class="no">\N{MIDDLE DOT}</span>'
    if direction is None or direction not in MARKS:
        return f"{count:,}"
    sign = f'<span aria-hidden="true">{MARKS[direction]}</span><span class="said">{direction} </span>'
    return f'<span class="{direction}">{sign} {count:,}</span>'


def sizes_table(caption: str, nodes: Sequence[Node], sizes: Sizes) -> str:
    """Tell the sizes at some instants, the first and the last among them."""
    last = len(sizes.instants) - 1
    chosen = sorted({round(last * step / (INSTANTS - 1)) for step in range(INSTANTS)}) if sizes.instants else []
    rows = [
        [rfc3339(sizes.instants[number])[:10], *(f"{sizes.rows[node.key][number]:,}" for node in nodes)]
        for number in chosen
    ]
    return table(caption, ["day", *(node.label for node in nodes)], rows)


def standing_table(caption: str, nodes: Sequence[Node], counts: Mapping[str, int]) -> str:
    """Tell how many stand where."""
    whole = sum(counts.values()) or 1
    rows = [[node.label, f"{counts.get(node.key, 0):,}", f"{counts.get(node.key, 0) / whole:.1%}"] for node in nodes]
    return table(caption, ["segment", "customers", "share"], rows)


def counts_table(caption: str, what: str, counts: Mapping[str, int]) -> str:
    """Tell counts by name."""
    rows = [[name, f"{count:,}"] for name, count in sorted(counts.items(), key=lambda item: (-item[1], item[0]))]
    return table(caption, [what, "moves"], rows)


def affected_table(caption: str, comparison: Comparison, labels: tuple[Mapping[str, str], Mapping[str, str]]) -> str:
    """Name the most affected customers."""
    rows = [
        [one.customer_id, escape(labels[0][one.segment or ""]), escape(labels[1][one.other or ""])]
        for one in comparison.affected
    ]
    return table(caption, ["customer", comparison.one.policy.id, comparison.other.policy.id], rows)
