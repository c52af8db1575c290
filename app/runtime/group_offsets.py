"""When a transaction also tells the group how far its partition has come: the policy, apart from the transaction.

The progress row of the changelog is the truth about positions. The group has them too, for lag tools and as a
cross-check when a partition opens; two requests and a marker in a transaction, so not in every one.
"""

from collections.abc import Mapping
from typing import Final

TELL_SECONDS: Final = 1.0
"""The group trails by no more than this, and by nothing once a partition has been idle so long."""


class GroupOffsets:
    """What the group has been told of one partition, and when."""

    def __init__(self, told: Mapping[str, int]) -> None:
        self._told = told
        self._told_at = float("-inf")

    def trails(self, positions: Mapping[str, int]) -> bool:
        """Say whether these positions are news to the group."""
        return positions != self._told

    def due(self, positions: Mapping[str, int], now: float) -> bool:
        """Say whether they are news, and the last news is old enough (monotonic seconds)."""
        return self.trails(positions) and now - self._told_at >= TELL_SECONDS

    def told(self, positions: Mapping[str, int], now: float) -> None:
        """Note what a committed transaction has told."""
        self._told, self._told_at = dict(positions), now
