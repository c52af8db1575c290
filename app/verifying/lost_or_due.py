"""Customers whose last moves are not published in; by the rows of the state, who is only due and who lost some, out.

A worker moves those who are due a piece at a time, so some wait when many are due. Whoever has a row that stands before
the missing move, with a due instant that has come (or at whose policy or cut points the worker has not looked yet), and
no number that was not published, waits. All others have lost a record, or would never have been moved.
"""

from collections.abc import Iterable, Mapping
from enum import Enum
from typing import Any, NamedTuple

from app.verifying.lateness import by_time
from app.verifying.wording import way
from schemas.customer_row import CustomerRow
from schemas.rows import SweepRow
from schemas.transitions import SegmentTransitioned
from tables.codec import decode_sweep
from tables.customer_codec import decode_customer
from tables.keys import CUSTOMER, SWEEP


class Candidate(NamedTuple):
    """A customer of whom moves are missing at the end."""

    missing: SegmentTransitioned
    """The first of them."""
    last: int
    """Her newest published sequence number."""
    as_of: int
    """The instant up to which she was lived."""


class Absence(Enum):
    """What the state has of a customer."""

    FORGOTTEN = "forgotten"
    """Her row has been deleted."""
    UNKNOWN = "unknown"
    """It has been written anew since, and compacted."""


class State:
    """The rows of one partition that matter, up to a cut."""

    def __init__(self, customers: Iterable[str]) -> None:
        self._keys = {CUSTOMER + customer.encode(): customer for customer in customers}
        self._rows: dict[str, bytes | None] = {}
        self._sweep: SweepRow | None = None

    def take(self, records: Iterable[Any]) -> None:
        """Take records of the changelog, in the order of the log."""
        for record in records:
            customer = self._keys.get(record.key)
            if customer is not None:
                self._rows[customer] = record.value
            elif record.key == SWEEP:
                self._sweep = decode_sweep(record.value)

    def row(self, customer_id: str) -> CustomerRow | Absence:
        """Give her newest row."""
        if customer_id not in self._rows:
            return Absence.UNKNOWN
        stored = self._rows[customer_id]
        return decode_customer(stored) if stored is not None else Absence.FORGOTTEN

    def swept(self, turn: int) -> bool:
        """Tell whether everybody has been judged by what came into force at an instant; 0 = nothing ever did."""
        sweep = self._sweep
        return not turn or (sweep is not None and (sweep.at > turn or (sweep.at == turn and sweep.done)))


def judge(candidates: Mapping[str, Candidate], state: State, turn: int) -> dict[str, str]:
    """Name who has lost something, and what; the others are only due.

    `turn`: the newest instant up to which timers have come, at which something came into force.
    """
    lost = {
        customer_id: _lost(candidate, state.row(customer_id), swept=state.swept(turn))
        for customer_id, candidate in candidates.items()
    }
    return {customer_id: what for customer_id, what in lost.items() if what is not None}


def _lost(candidate: Candidate, row: CustomerRow | Absence, *, swept: bool) -> str | None:
    missing, last, as_of = candidate
    what = f"{way(missing)} was not published"
    if row is Absence.UNKNOWN:
        return None if by_time(missing) else what
    if row is Absence.FORGOTTEN:
        return what
    if row.sequence > last:
        return f"{what}: sequence {last + 1} is missing, her state has come to {row.sequence}"
    if row.at >= missing.effective_at or not ((row.wake and row.wake <= as_of) or not swept):
        return f"{what}, and her state does not know of it"
    return None
