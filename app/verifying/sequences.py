"""The transitions and retractions of one customer in; what of them stands, and the first breach of the rules, out.

Nothing but the published stream is looked at: numbers run without a gap, each move begins where the one before it
ended, only what stands is taken back, ids are those that the content gives.
"""

from collections.abc import Iterable
from itertools import pairwise
from operator import attrgetter
from typing import Final

from app.verifying.published import Change, Numbered
from app.verifying.wording import way
from schemas.digests import digest, transition_id
from schemas.transitions import SegmentRetracted, SegmentTransitioned

effective_at: Final = attrgetter("effective_at")


class Replay:
    """What was published of one customer, replayed up to the first breach."""

    __slots__ = ("_before", "_linked", "ever", "first", "last", "rewritten", "stands", "whole", "wrong")

    def __init__(self, *, whole: bool, linked: bool) -> None:
        """`whole`: the topic still has everything. `linked`: no move can be silent, which would leave a gap."""
        self.whole = whole
        self._linked = linked
        self._before: Change | None = None
        self.first = 0
        self.last = 0
        """The newest sequence number; 0 = nothing was published."""
        self.ever: set[str] = set()
        """Ids of all transitions, also of those taken back."""
        self.stands: dict[str, SegmentTransitioned] = {}
        """Published minus retracted, by id."""
        self.rewritten = False
        """Whether anything was told late or taken back."""
        self.wrong: str | None = None

    def standing(self) -> list[SegmentTransitioned]:
        """Give published minus retracted, by instant."""
        return sorted(self.stands.values(), key=effective_at)

    def take(self, customer_id: str, numbered: Numbered) -> str | None:
        """Take the next record over; gives the rule that it breaks."""
        change = numbered.change
        wrong = self._misnumbered(change.sequence)
        if wrong is None and numbered.ce_id != digest(f"{customer_id}\0{change.sequence}"):
            wrong = f"sequence {change.sequence} has a ce_id that is not of it"
        if wrong is None:
            wrong = _misnamed(customer_id, change)
        if wrong is None:
            wrong = self._move(change) if isinstance(change, SegmentTransitioned) else self._retract(change)
        self.first = self.first or change.sequence
        self.last, self._before = change.sequence, change
        return wrong

    def unlinked(self) -> str | None:
        """Find two moves that stand, of which one does not begin where the one before it ended."""
        standing = self.standing()
        for one, following in pairwise(standing):
            if one.effective_at == following.effective_at:
                return f"sequences {one.sequence} and {following.sequence} are of one instant"
            if self._linked and one.to != following.from_segment:
                return f"sequence {following.sequence} ({way(following)}) does not begin where {way(one)} ended"
        first = standing[0] if standing and self.whole and self._linked else None
        if first is not None and first.from_segment is not None:
            return f"sequence {first.sequence} ({way(first)}) is the first of all and is no entry"
        return None

    def _misnumbered(self, number: int) -> str | None:
        if not self.last and not self.whole:
            return None
        if number == self.last + 1:
            return None
        if number <= self.last:
            return f"sequence {number} comes after sequence {self.last}"
        return f"sequence {self.last + 1} is missing: {number} comes after {self.last or 'nothing'}"

    def _move(self, move: SegmentTransitioned) -> str | None:
        if move.transition_id in self.stands:
            return f"sequence {move.sequence} ({way(move)}) stands already"
        newest = max(self.stands.values(), key=effective_at, default=None)
        self.stands[move.transition_id] = move
        self.ever.add(move.transition_id)
        if move.late:
            self.rewritten = True
            return self._mistaken(move)
        if newest is None:
            return None
        if move.effective_at <= newest.effective_at:
            return f"sequence {move.sequence} ({way(move)}) is not later than sequence {newest.sequence}"
        if self._linked and move.from_segment != newest.to:
            return f"sequence {move.sequence} ({way(move)}) does not begin where {way(newest)} ended"
        return None

    def _mistaken(self, move: SegmentTransitioned) -> str | None:
        """Tell whether a late move supersedes what was not taken back just before."""
        before = self._before
        if move.supersedes is None or (before is None and not self.whole):
            return None
        if isinstance(before, SegmentRetracted) and before.transition_id == move.supersedes:
            return None
        return f"sequence {move.sequence} ({way(move)}) supersedes what was not taken back just before"

    def _retract(self, gone: Change) -> str | None:
        self.rewritten = True
        stood = self.stands.pop(gone.transition_id, None)
        if stood is None and self.whole:
            return f"sequence {gone.sequence} takes back what does not stand: {way(gone)}"
        return None


def replay(customer_id: str, changes: Iterable[Numbered], *, whole: bool, linked: bool) -> Replay:
    """Replay what was published of a customer."""
    replayed = Replay(whole=whole, linked=linked)
    for numbered in changes:
        replayed.wrong = replayed.wrong or replayed.take(customer_id, numbered)
    replayed.wrong = replayed.wrong or replayed.unlinked()
    return replayed


def _misnamed(customer_id: str, change: Change) -> str | None:
    origin, to = change.from_segment, change.to
    if change.transition_id != transition_id(customer_id, change.policy.id, change.effective_at, origin, to):
        return f"sequence {change.sequence} ({way(change)}) has a transition_id that is not of it"
    return None
