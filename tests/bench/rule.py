"""An order in, the moves it tells out: the rule of policy.yaml as a plain Faust agent would write it."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from typing import Final, NamedTuple

DAY_MS: Final = 86_400_000
WITHIN_MS: Final = (90 * DAY_MS, 150 * DAY_MS)
ORDERS: Final = (2, 3)
SPENT_MINOR: Final = (100_00, 500_00)
CELLS: Final = {
    "champions": ("333", "332", "323"),
    "loyal": ("321", "322", "331", "232", "233"),
    "recent": ("312", "313", "311", "222", "223"),
    "needs_attention": ("213", "221", "123", "132", "133"),
    "at_risk": ("231", "212", "122", "131", "211"),
    "inactive": ("111", "112", "113", "121"),
}
_SEGMENT_OF: Final = {cell: segment for segment, cells in CELLS.items() for cell in cells}
_RANKS: Final = {segment: rank for rank, segment in enumerate(CELLS, start=1)}

State = tuple[int, int, int, str]
"""Number of orders, their sum, the instant of the last one, and the segment."""


class Move(NamedTuple):
    """A change of segment; `at` is its first millisecond."""

    origin: str | None
    target: str
    at: int


def segment_of(age_ms: int, orders: int, spent_minor: int) -> str:
    """Place a customer."""
    r = 1 + len(WITHIN_MS) - bisect_left(WITHIN_MS, age_ms)
    f = 1 + bisect_right(ORDERS, orders)
    m = 1 + bisect_right(SPENT_MINOR, spent_minor)
    return _SEGMENT_OF[f"{r}{f}{m}"]


def direction(move: Move) -> str:
    """Say which way a move goes."""
    if move.origin is None:
        return "entry"
    return "up" if _RANKS[move.target] < _RANKS[move.origin] else "down"


def decays(state: State, before: int) -> Iterator[Move]:
    """Give the moves that silence has made earlier than an instant."""
    orders, spent, last, segment = state
    for bound in WITHIN_MS:
        at = last + bound + 1
        if at < before:
            target = segment_of(bound + 1, orders, spent)
            if target != segment:
                yield Move(segment, target, at)
                segment = target


def order(state: State | None, at: int, amount_minor: int) -> tuple[State, list[Move]]:
    """Take an order: the moves that were due before it, then its own."""
    moves = list(decays(state, at)) if state is not None else []
    orders, spent, _, segment = state if state is not None else (0, 0, 0, None)
    if moves:
        segment = moves[-1].target
    orders, spent = orders + 1, spent + amount_minor
    target = segment_of(0, orders, spent)
    if target != segment:
        moves.append(Move(segment, target, at))
    return (orders, spent, at, target), moves
