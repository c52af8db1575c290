"""All moves of a run in; who stands where, who went where, and why, out."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

from schemas.transitions import CauseType, Direction, SegmentTransitioned


class Way(NamedTuple):
    """From one segment to another; None stands for no segment."""

    origin: str | None
    target: str | None


@dataclass(frozen=True, slots=True)
class Summary:
    """What became of the customers."""

    standing: Counter[str | None]
    """Customers by the segment in which they end."""
    matrix: Counter[Way]
    directions: dict[Way, Direction]
    causes: Counter[tuple[CauseType, Direction]]

    @property
    def moves(self) -> int:
        """How many moves there were."""
        return self.matrix.total()

    def caused_by(self, cause: CauseType) -> int:
        """Count the moves of one cause."""
        return sum(count for (found, _), count in self.causes.items() if found == cause)


def summarize(moves: Iterable[SegmentTransitioned], customers: int) -> Summary:
    """Count the moves, which stand in the order of each customer; `customers` is how many there are in all."""
    last: dict[str, str | None] = {}
    matrix: Counter[Way] = Counter()
    directions: dict[Way, Direction] = {}
    causes: Counter[tuple[CauseType, Direction]] = Counter()
    for move in moves:
        way = Way(move.from_segment, move.to)
        last[move.customer_id] = move.to
        matrix[way] += 1
        directions[way] = move.direction
        causes[move.cause.type, move.direction] += 1
    standing: Counter[str | None] = Counter(last.values())
    standing[None] += customers - len(last)
    return Summary(standing, matrix, directions, causes)
