"""Which record cannot be decided: failures in, how the next transaction goes on out; no clock and no I/O.

A failure is an exception out of deciding, or what brokers will say of the same records for ever (they are too large);
never one of the network or of a disk. Failures in a row with nothing committed between them are failures at one
position. At the third the task takes one record per transaction: the record that fails alone is the poison and is
condemned; the task opens again, and then rejects it instead of deciding it. After that whole batches are taken again;
while the records of the batch that failed are not all behind, one failure is enough to go record by record once more,
so a batch with many poisoned records is not tried three times for each.

Records that are too much together (`part`) are taken one by one as well, and none is to blame for that.

One record per transaction may split a millisecond, whose facts are otherwise judged together: a customer may then make
two moves in it, one millisecond apart. That is the price of setting one record aside instead of a batch.
"""

from collections.abc import Mapping
from typing import Final

from agents.run import Record
from app.runtime.intake import Batch

PATIENCE: Final = 3
"""Failures at one position after which its records are suspects."""


class Poison:
    """What is known of the records that a partition fails to decide; it outlives every opening."""

    def __init__(self) -> None:
        self._failures = 0
        self._suspects: Mapping[str, int] | None = None
        """The positions behind the records that are suspects."""
        self._alone = False
        self._condemned: tuple[str, int] | None = None
        self.reason = ""
        """What the condemned record raised: the name of the exception and nothing of the record."""

    @property
    def alone(self) -> bool:
        """Whether the next transaction takes one record only."""
        return self._alone

    @property
    def condemned(self) -> tuple[str, int] | None:
        """Topic and offset of the record that has failed alone and is not yet set aside."""
        return self._condemned

    def condemns(self, record: Record) -> bool:
        """Say whether this is the record to reject undecided."""
        return self._alone and self._condemned == (record.topic, record.offset)

    def failed(self, batch: Batch, reason: str) -> None:
        """Note that a batch has failed for what is in it."""
        self._failures += 1
        if self._alone:
            (record,) = batch.records
            self._condemned, self.reason = (record.topic, record.offset), reason
        elif self._failures >= PATIENCE or self._suspects is not None:
            self.part(batch)

    def part(self, batch: Batch) -> None:
        """Take one record per transaction until those of this batch are behind."""
        self._alone, self._suspects = True, batch.positions

    def passed(self, batch: Batch) -> None:
        """Note that a transaction with this batch has committed."""
        self._failures = 0
        if any(map(self.condemns, batch.records)):
            self._alone, self._condemned = False, None
        if self._suspects is not None and all(batch.positions[topic] >= end for topic, end in self._suspects.items()):
            self._alone, self._condemned, self._suspects = False, None, None
