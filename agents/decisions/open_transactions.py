"""Open transactions of others: how far they hold the clock of an input back, and for how long at most.

What stands behind an open transaction can be read only when it ends, though it may have been committed long ago: an
order there may save a customer who seems to be due. So the clock stays at the newest moment at which the log held
nothing at all behind the position, committed or not.
"""

from collections.abc import Iterable
from typing import Final, NamedTuple

from agents.run import LogEnd

MARKS: Final = 1_000
"""More are thinned out: the clock then goes on in larger steps once the transaction ends."""


class Mark(NamedTuple):
    """An end of the log, and when the first and the newest fetch that told of it were sent (epoch ms)."""

    end: int
    seen_at: int
    asked_at: int


class OpenTransactions:
    """Remembers ends of one input's log until the position has passed them."""

    def __init__(self, limit_ms: int) -> None:
        """`limit_ms`: as long as a transaction holds the clock back at most."""
        self._limit = limit_ms
        self._ahead: list[Mark] = []
        self._passed_at = 0

    def confirmed_at(self, position: int, stable_at: int, ends: Iterable[LogEnd | None]) -> int:
        """Say up to which moment everything written has been worked, for a position that was stable at `stable_at`.

        0 when that is not known. Once a transaction has been open for the limit, time goes on that far behind.
        """
        for told in ends:
            if told is not None:
                self._note(told, position)
        while self._ahead and self._ahead[0].end <= position:
            self._passed_at = max(self._passed_at, self._ahead.pop(0).asked_at)
        if self._ahead and self.held_ms(stable_at) >= self._limit:
            return max(self._passed_at, stable_at - self._limit)
        return self._passed_at

    def held_ms(self, stable_at: int) -> int:
        """Say for how long what has been written could not be read."""
        return max(0, stable_at - self._ahead[0].seen_at) if self._ahead else 0

    def _note(self, told: LogEnd, position: int) -> None:
        if told.written <= position:
            self._passed_at = max(self._passed_at, told.asked_at)
        elif not self._ahead or told.written > self._ahead[-1].end:
            self._ahead.append(Mark(told.written, told.asked_at, told.asked_at))
        elif told.written == self._ahead[-1].end:
            last = self._ahead[-1]
            self._ahead[-1] = last._replace(asked_at=max(last.asked_at, told.asked_at))
        if len(self._ahead) > MARKS:
            del self._ahead[1::2]
