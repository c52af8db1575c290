"""Ranks as published records name them in, the ranks of the newest policy out."""

from typing import Any

import msgspec
from msgspec import Struct


class Ranks(Struct):
    """What is known of the policy in force. It is that of the record with the latest instant: partitions take a policy
    over at one instant, but not at one time of the wall clock, so the order of records does not tell."""

    at: int = -1
    policy: tuple[str, int] | None = None
    """Its id and version."""
    ranks: dict[str, int] = {}
    changed: bool = False

    def note(self, at: int, policy: tuple[str, int], segment: str | None, rank: int | None) -> None:
        """Learn from a record of an instant."""
        if policy != self.policy:
            if at < self.at:
                return
            self.policy, self.ranks, self.changed = policy, {}, True
        self.at = max(self.at, at)
        if segment is not None and rank is not None and self.ranks.get(segment) != rank:
            self.ranks[segment] = rank
            self.changed = True

    def rank(self, segment: str | None) -> int | None:
        """Rank a segment of the policy in force; 1 is the best."""
        return self.ranks.get(segment) if segment is not None else None

    def is_high(self, segment: str | None) -> bool | None:
        """Tell whether a segment belongs to the better half of the ranks; None: it has none."""
        rank = self.rank(segment)
        return None if rank is None else rank * 2 <= max(self.ranks.values())

    def copy(self) -> "Ranks":
        """Give what is known now, whatever is learned later."""
        return Ranks(self.at, self.policy, dict(self.ranks))

    def stored(self) -> bytes:
        """Write it down."""
        return msgspec.msgpack.encode((self.at, self.policy, self.ranks))


def read_ranks(stored: bytes | None) -> Ranks:
    """Read what was stored; None: nothing is known yet."""
    if stored is None:
        return Ranks(ranks={})
    at, policy, ranks = _decode(stored)
    return Ranks(at, policy, ranks)


_decode: Any = msgspec.msgpack.Decoder(tuple[int, tuple[str, int] | None, dict[str, int]]).decode
