"""Counts from one list of names to another in, a picture of ribbons between two columns out, as SVG."""

from collections.abc import Iterator, Mapping, Sequence
from html import escape
from typing import Final, NamedTuple

WIDTH: Final = 760
LEFT: Final = 170
RIGHT: Final = WIDTH - LEFT
BAR: Final = 12
GAP: Final = 10
LEAST: Final = 15.0  # so that every name can be read
TALL: Final = 360.0
LETTERS: Final = 18  # of a name that is drawn; the table beside has all of it


class Node(NamedTuple):
    """A name at one side."""

    key: str
    label: str
    color: str


class Ribbon(NamedTuple):
    """How many went from a node of the left to one of the right; `kind` is a class of the style sheet."""

    origin: str
    target: str
    size: int
    kind: str


class _Place(NamedTuple):
    top: float
    height: float
    size: int


def flow(title: str, left: Sequence[Node], right: Sequence[Node], ribbons: Sequence[Ribbon]) -> str:
    """Draw it; nodes without a ribbon are left out. All numbers stand in the table beside it."""
    sides = (
        _stacked(left, [(ribbon.origin, ribbon.size) for ribbon in ribbons]),
        _stacked(right, [(ribbon.target, ribbon.size) for ribbon in ribbons]),
    )
    height = max((place.top + place.height for side in sides for place in side.values()), default=0.0) + GAP
    parts = [
        f'<svg viewBox="0 0 {WIDTH} {height:.0f}" role="img" aria-label="{escape(title)}">',
        *_bands(left, right, ribbons, sides),
        *_names(left, sides[0], LEFT - BAR, LEFT - BAR - 6, "end"),
        *_names(right, sides[1], RIGHT, RIGHT + BAR + 6, "start"),
        "</svg>",
    ]
    return "\n".join(parts)


def _stacked(nodes: Sequence[Node], counts: Sequence[tuple[str, int]]) -> dict[str, _Place]:
    """Lay the nodes of one side below each other, each as tall as what it holds."""
    held = {node.key: sum(count for key, count in counts if key == node.key) for node in nodes}
    whole = sum(held.values()) or 1
    places, top = {}, GAP / 2
    for key, count in held.items():
        if count:
            tall = max(LEAST, TALL * count / whole)
            places[key] = _Place(top, tall, count)
            top += tall + GAP
    return places


def _bands(
    left: Sequence[Node],
    right: Sequence[Node],
    ribbons: Sequence[Ribbon],
    sides: tuple[Mapping[str, _Place], Mapping[str, _Place]],
) -> Iterator[str]:
    """Draw the ribbons; at either end they lie in the order of the other side, so that few cross."""
    origins, targets = ({node.key: number for number, node in enumerate(side)} for side in (left, right))
    starts, goals = ({node.key: node.label for node in side} for side in (left, right))
    tops = [{key: place.top for key, place in side.items()} for side in sides]
    ends: dict[tuple[str, str], float] = {}
    for ribbon in sorted(ribbons, key=lambda one: (targets[one.target], origins[one.origin])):
        ends[ribbon.origin, ribbon.target] = tops[1][ribbon.target]
        tops[1][ribbon.target] += _thickness(sides[1][ribbon.target], ribbon)
    middle = (LEFT + RIGHT) / 2
    for ribbon in sorted(ribbons, key=lambda one: (origins[one.origin], targets[one.target])):
        start, end = tops[0][ribbon.origin], ends[ribbon.origin, ribbon.target]
        here, there = _thickness(sides[0][ribbon.origin], ribbon), _thickness(sides[1][ribbon.target], ribbon)
        tops[0][ribbon.origin] += here
        told = escape(f"{starts[ribbon.origin]} \N{RIGHTWARDS ARROW} {goals[ribbon.target]}: {ribbon.size:,}")
        yield (
            f'<path class="ribbon {ribbon.kind}" d="M{LEFT} {start:.1f}'
            f"C{middle} {start:.1f} {middle} {end:.1f} {RIGHT} {end:.1f}V{end + there:.1f}"
            f'C{middle} {end + there:.1f} {middle} {start + here:.1f} {LEFT} {start + here:.1f}Z">'
            f"<title>{told}</title></path>"
        )


def _thickness(place: _Place, ribbon: Ribbon) -> float:
    return place.height * ribbon.size / place.size


def _names(nodes: Sequence[Node], places: Mapping[str, _Place], bar: int, text: int, anchor: str) -> Iterator[str]:
    for node in nodes:
        place = places.get(node.key)
        if place is not None:
            middle = place.top + place.height / 2
            yield (
                f'<rect x="{bar}" y="{place.top:.1f}" width="{BAR}" height="{place.height:.1f}" fill="{node.color}"/>'
                f'<text x="{text}" y="{middle:.1f}" text-anchor="{anchor}" dominant-baseline="middle">'
                f"{escape(_short(node.label))} <tspan>{place.size:,}</tspan></text>"
            )


def _short(label: str) -> str:
    return label if len(label) <= LETTERS else f"{label[: LETTERS - 1]}\N{HORIZONTAL ELLIPSIS}"
