"""What came of the customers in, one page of HTML out that shows it without asking anybody for anything."""

from collections.abc import Iterator, Mapping, Sequence
from html import escape
from typing import Any, Final

from app.simulate.areas import areas
from app.simulate.comparing import Comparison
from app.simulate.pricing_telling import compared_costs_section, pricing_section
from app.simulate.report_style import POLICY, STYLE
from app.simulate.report_tables import (
    affected_table,
    counts_table,
    matrix,
    sizes_table,
    standing_table,
)
from app.simulate.ribbons import Node, Ribbon, flow
from app.simulate.side import Side
from app.simulate.tally import by_rank
from schemas.policy import Policy
from schemas.transitions import Direction

NOBODY: Final = "#8a939d"
NEW: Final = "(new)"
NONE: Final = "(none)"


def report_page(side: Side, comparison: Comparison | None, told: Mapping[str, Any]) -> str:
    """Write it; every text that is not ours is escaped. It needs no script."""
    policy = side.policy
    title = f"{policy.id} {policy.version}"
    customers, moves = sum(told["customers"].values()), sum(told["transitions"].values())
    lead = f"{told['events']['read']:,} events, {customers:,} known customers, {moves:,} moves"
    parts = [
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">',
        f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        f"<title>Segue: {escape(title)}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n<main>",
        f"<h1>{escape(title)}</h1>\n<p>As of {told['as_of_time']}: {lead}</p>",
        *_moves(side),
        *_sizes(side, told),
        *(pricing_section(side.pricing) if side.pricing is not None else ()),
        *(_compared(comparison) if comparison is not None else ()),
        "</main>\n</body>\n</html>\n",
    ]
    return "\n".join(parts)


def _moves(side: Side) -> Iterator[str]:
    nodes, ways = _nodes(side.policy, NONE), side.tally.ways
    origins = [Node("", NEW, NOBODY), *nodes[:-1]]
    directions: dict[tuple[str, str], Direction] = {
        (origin or "", target or ""): side.tally.direction((origin, target)) for origin, target in ways
    }
    counts = {(origin or "", target or ""): count for (origin, target), count in ways.items()}
    ribbons = [Ribbon(*way, count, directions[way]) for way, count in counts.items()]
    yield "<section>\n<h2>Who went where</h2>"
    yield "<p>Moves from the segments on the left to those on the right; up is to a better one.</p>"
    yield '<div class="pair">'
    yield flow("Moves between segments; the table beside has the numbers", origins, nodes, ribbons)
    yield matrix("Moves: rows from, columns to", origins, nodes, counts, directions)
    yield "</div>"
    yield counts_table("What moved them", "cause", side.tally.moves()["causes"])
    yield "</section>"


def _sizes(side: Side, told: Mapping[str, Any]) -> Iterator[str]:
    nodes = _nodes(side.policy, NONE)
    placed = nodes[:-1]
    sizes = side.sizes.sizes([node.key for node in placed], told["as_of"])
    yield "<section>\n<h2>Segments over time</h2>"
    yield '<div class="pair">\n<div>'
    yield areas("Customers per segment over time; the table beside has the numbers", placed, sizes)
    yield _key(placed)
    yield standing_table("Where customers stand at the end", nodes, told["customers"])
    yield "</div>"
    yield sizes_table("Customers per segment at the end of a day", placed, sizes)
    yield "</div>\n</section>"


def _compared(comparison: Comparison) -> Iterator[str]:
    one, other = comparison.one, comparison.other
    here, there = _nodes(one.policy, NONE), _nodes(other.policy, NONE)
    counts = {(left or "", right or ""): count for (left, right), count in comparison.standing.items()}
    yield f"<section>\n<h2>Against {escape(other.policy.id)} {other.policy.version}</h2>"
    for side in (one, other):
        flaps = f"{side.flaps.moves:,} moves, {side.flaps.rate:.1%} of them back within 30 days"
        yield f"<p>{escape(side.policy.id)}: {flaps}</p>"
    yield '<div class="pair">'
    ribbons = [Ribbon(left, right, count, "same") for (left, right), count in counts.items()]
    yield flow("Where the same customers stand under both; the table beside has the numbers", here, there, ribbons)
    yield matrix(f"Customers: rows {one.policy.id}, columns {other.policy.id}", here, there, counts, {})
    yield "</div>"
    yield from compared_costs_section(comparison.costs, one.policy.currency, (one.policy.id, other.policy.id))
    labels = tuple({node.key: node.label for node in nodes} for nodes in (here, there))
    yield affected_table("Most affected customers", comparison, (labels[0], labels[1]))
    yield "</section>"


def _nodes(policy: Policy, nobody: str) -> list[Node]:
    """Give the segments, the best first, and whoever has none; colours go from green over blue to red."""
    segments = by_rank(policy)
    step = 190 / max(1, len(segments) - 1)
    nodes = [
        Node(segment.id, segment.label, f"hsl({160 + step * number:.0f} 55% 45%)")
        for number, segment in enumerate(segments)
    ]
    return [*nodes, Node("", nobody, NOBODY)]


def _key(nodes: Sequence[Node]) -> str:
    items = "".join(f'<li><i style="background:{node.color}"></i>{escape(node.label)}</li>' for node in nodes)
    return f'<ul class="key">{items}</ul>'
