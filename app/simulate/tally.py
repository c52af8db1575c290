"""What came of customers in, the numbers of a summary out."""

from collections import Counter
from collections.abc import Iterable
from typing import Any, TypeVar

from agents.decisions.endings import Ending
from agents.decisions.explaining import direction
from agents.decisions.moves import Move
from agents.decisions.whole_life import Lived
from schemas.policy import Policy, Segment
from schemas.transitions import CauseType, Direction

K = TypeVar("K")
Way = tuple[str | None, str | None]
"""From one segment to another; None = none."""


class Tally:
    """Counts under one policy."""

    def __init__(self, policy: Policy) -> None:
        self._policy = policy
        self.customers: Counter[str | None] = Counter()
        """Known customers by where they stand."""
        self._moves: Counter[tuple[str | None, str | None, CauseType]] = Counter()
        """Published ones."""
        self.silent = 0
        self.brinks = 0
        self.brinks_cleared = 0
        self.endings: Counter[Ending] = Counter()

    def count_move(self, move: Move) -> None:
        """Count a move; a silent one is only one more of those."""
        if move.silent:
            self.silent += 1
            return
        kind = move.from_segment, move.to_segment, move.cause.type
        self._moves[kind] = self._moves.get(kind, 0) + 1  # a Counter's own way goes through its class

    def count_customer(self, lived: Lived) -> None:
        """Count where a customer stands and how her facts ended."""
        if lived.known:
            self.customers[lived.standing.segment] += 1
        applied = lived.endings.count(Ending.APPLIED)
        self.endings[Ending.APPLIED] += applied
        if applied != len(lived.endings):
            self.endings.update(ending for ending in lived.endings if ending is not Ending.APPLIED)

    @property
    def ways(self) -> Counter[Way]:
        """Published moves by where they lead, as the ranks have it."""
        ranks = {segment.id: segment.rank for segment in self._policy.segments}
        order = sorted(self._moves, key=lambda move: [(ranks.get(end or "", 0), end or "") for end in move[:2]])
        return _added(((origin, target), self._moves[origin, target, cause]) for origin, target, cause in order)

    @property
    def causes(self) -> Counter[tuple[CauseType, Direction]]:
        """Published moves by what caused them and which way they went."""
        return _added(((cause, self.direction((one, two))), n) for (one, two, cause), n in self._moves.items())

    def direction(self, way: Way) -> Direction:
        """Tell which way a move goes."""
        return direction(*way, self._policy)

    def standings(self) -> dict[str, int]:
        """Give customers per segment, the best first; the empty name is for those who have none."""
        named = {segment.id: self.customers[segment.id] for segment in by_rank(self._policy)}
        return named | {"": self.customers[None]}

    def moves(self) -> dict[str, Any]:
        """Give the published moves by way, direction and cause."""
        causes = self.causes.items()
        return {
            "transitions": {written(way): count for way, count in self.ways.items()},
            "directions": dict(sorted(_added((going, count) for (_, going), count in causes).items())),
            "causes": dict(sorted(_added((cause, count) for (cause, _), count in causes).items())),
            "silent": self.silent,
            "brinks": {"announced": self.brinks, "cleared": self.brinks_cleared},
        }


def by_rank(policy: Policy) -> list[Segment]:
    """Give the segments of a policy, the best first."""
    return sorted(policy.segments, key=lambda segment: segment.rank)


def written(way: Way) -> str:
    """Spell a way; the empty name is no segment."""
    return f"{way[0] or ''}->{way[1] or ''}"


def _added(counts: Iterable[tuple[K, int]]) -> Counter[K]:
    total: Counter[K] = Counter()
    for name, count in counts:
        total[name] += count
    return total
