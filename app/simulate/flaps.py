"""A customer's moves in, how many of them took her back where she had just come from out."""

from collections.abc import Iterable
from typing import Final

from agents.decisions.moves import Move
from schemas.instants import DAY_MS

FLAP_MS: Final = 30 * DAY_MS


class Flaps:
    """A published move is a flap if it takes a customer back, within 30 days, to the segment she came from."""

    def __init__(self) -> None:
        self.moves = 0
        self.flaps = 0

    def count(self, moves: Iterable[Move]) -> None:
        """Count the moves of one customer, in order."""
        before: Move | None = None
        for move in moves:
            if not move.silent:
                self.moves += 1
                self.flaps += before is not None and _returns(before, move)
            before = move

    @property
    def rate(self) -> float:
        """Give the share of the moves that are flaps; 0 without moves."""
        return self.flaps / self.moves if self.moves else 0.0


def _returns(before: Move, move: Move) -> bool:
    back = move.to_segment is not None and move.to_segment == before.from_segment
    return back and move.effective_at - before.effective_at <= FLAP_MS
