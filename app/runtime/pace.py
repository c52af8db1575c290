"""What a task has in hand, and whether its worker has orders, in; how long its next transaction waits, out."""

from app.runtime.cadence import Cadence
from app.runtime.workplace import Workplace


class Pace:
    """Remembers when one task began what."""

    def __init__(self, cadence: Cadence, place: Workplace, partition: int, *, live: bool) -> None:
        """`live`: orders are waited for. In a replay nobody waits for any, and time alone need not wait for them."""
        self._cadence = cadence
        self._place = place
        self._partition = partition
        self._live = live
        self._began = self._turned = 0.0

    def wait(self, records: int) -> float:
        """Give the seconds to wait so that more records share the transaction.

        What time alone asks for is no more urgent than orders are: while there are any, it keeps their pace.
        """
        if not records and not (self._live and self._place.busy):
            return 0.0
        last = self._place.last_begin(self._partition)
        if not records:
            last = max(last, self._turned)
        return self._cadence.delay(self._place.steady() - last, records, self._place.busy)

    def begin(self, records: int) -> None:
        """Note that a transaction begins."""
        self._began = self._place.steady()
        if records:
            self._place.begun(self._partition, self._began)

    def turned(self) -> None:
        """Note that the last transaction was the task's turn to do what time alone asks for."""
        self._turned = self._began
