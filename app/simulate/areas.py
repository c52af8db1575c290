"""Sizes of segments over time in, a picture of stacked areas out, as SVG."""

from collections.abc import Iterator, Mapping, Sequence
from html import escape
from typing import Final

from app.simulate.ribbons import Node
from app.simulate.sizes import Sizes
from schemas.instants import rfc3339

WIDTH: Final = 760
HEIGHT: Final = 300
LEFT: Final = 60
BOTTOM: Final = HEIGHT - 28
TOP: Final = 12
DATES: Final = 5


def areas(title: str, nodes: Sequence[Node], sizes: Sizes) -> str:
    """Draw it with the best segment at the bottom; nothing to draw without an instant."""
    most = max((sum(at) for at in zip(*sizes.rows.values(), strict=True)), default=0)
    if len(sizes.instants) < 2 or not most:
        return ""
    span = sizes.instants[-1] - sizes.instants[0]
    across = [LEFT + (WIDTH - LEFT - 4) * (at - sizes.instants[0]) / span for at in sizes.instants]
    parts = [
        f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{escape(title)}">',
        *_bands(nodes, sizes.rows, across, (BOTTOM - TOP) / most),
        f'<path class="axis" d="M{LEFT} {TOP}V{BOTTOM}H{WIDTH - 4}"/>',
        f'<text x="{LEFT - 6}" y="{TOP}" text-anchor="end" dominant-baseline="middle">{most:,}</text>',
        f'<text x="{LEFT - 6}" y="{BOTTOM}" text-anchor="end" dominant-baseline="middle">0</text>',
        *_dates(sizes.instants, across),
        "</svg>",
    ]
    return "\n".join(parts)


def _bands(
    nodes: Sequence[Node], rows: Mapping[str, Sequence[int]], across: Sequence[float], scale: float
) -> Iterator[str]:
    below = [0] * len(across)
    for node in nodes:
        above = [low + size for low, size in zip(below, rows[node.key], strict=True)]
        edge = [f"{x:.1f} {BOTTOM - scale * y:.1f}" for x, y in zip(across, above, strict=True)]
        back = [f"{x:.1f} {BOTTOM - scale * y:.1f}" for x, y in zip(across, below, strict=True)]
        yield (
            f'<path fill="{node.color}" d="M{"L".join(edge)}L{"L".join(reversed(back))}Z">'
            f"<title>{escape(node.label)}</title></path>"
        )
        below = above


def _dates(instants: Sequence[int], across: Sequence[float]) -> Iterator[str]:
    last = len(instants) - 1
    for number in sorted({round(last * step / (DATES - 1)) for step in range(DATES)}):
        anchor = "start" if number == 0 else "end" if number == last else "middle"
        day = rfc3339(instants[number])[:10]
        yield f'<text x="{across[number]:.1f}" y="{HEIGHT - 8}" text-anchor="{anchor}">{day}</text>'
