"""What a partition has in hand in; which of its inputs are not fetched any more, and which are again, out."""

from app.runtime.intake import Intake
from app.runtime.source import PartitionSource


class WaterMarks:
    """Of one partition."""

    def __init__(self, source: PartitionSource, transaction: int) -> None:
        """`transaction`: the most records of one.

        What is in hand of a lagging input is taken to its end only where it fills a transaction: less must not be
        enough to stop fetching.
        """
        self._source = source
        self._low = max(source.low_water, transaction)
        self._high = max(source.high_water, 2 * self._low)

    def stop(self, intake: Intake) -> None:
        """Stop fetching what there is enough of."""
        sated = intake.sated(self._high)
        if sated:
            self._source.pause(sated)

    def go_on(self, intake: Intake) -> None:
        """Fetch what is needed again."""
        self._source.resume(intake.hungry(self._low))
