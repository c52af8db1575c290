"""Transactions that were too much for their time in, how many records the next one may take out; no clock and no I/O.

An eighth of what was too much is tried next, and twice as much after each commit. Where single records have been too
much as often as there is patience, their millisecond holds more than them: `app.runtime.poison` parts it then.
"""

from typing import Final

SHRINK: Final = 8
PATIENCE: Final = 3
"""So often a transaction that was to take a single record is tried."""


class Portion:
    """How much of a batch a partition is equal to; it outlives every opening."""

    def __init__(self, most: int) -> None:
        """`most`: records of one transaction while all is well, 1 or more."""
        self._most = self._records = most
        self._in_vain = 0

    @property
    def records(self) -> int:
        """How many records the next transaction takes, and the rest of their last millisecond."""
        return self._records

    @property
    def exhausted(self) -> bool:
        """Whether there is no less to be tried without parting a millisecond."""
        return self._in_vain >= PATIENCE

    def failed(self) -> None:
        """Note that a transaction has not come to its end."""
        self._in_vain += self._records == 1
        self._records = max(1, self._records // SHRINK)

    def passed(self) -> None:
        """Note that a transaction with records has committed."""
        self._in_vain = 0
        self._records = min(self._most, 2 * self._records)
