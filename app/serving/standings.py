"""Records of customer-segments in; rows of customers, the indexes by segment and by what is due, and sizes out."""

from typing import Any

import msgspec
from rocksdict import Rdict

from app.serving import keys
from app.serving.draft import Draft, stored
from app.serving.erasing import Erased
from app.serving.gathered import Heard
from app.serving.keys import long, prefixes
from app.serving.ranks import Ranks
from app.serving.rows import StandingRow, decode_row, decode_standing, encode_row, standing_row
from schemas.instants import TimeError, parse_instant


def take_standings(draft: Draft, db: Rdict, records: list[Any], ranks: Ranks, erased: Erased) -> None:
    """Take the newest record of each customer; one without a value erases her."""
    heard = Heard()
    newest = read_standings(records, heard)
    take_heard(draft, db, heard, ranks, erased)
    customers = sorted(newest)
    indexes = _Indexes(draft)
    for customer, old in zip(customers, stored(db, [keys.CUSTOMER + one for one in customers]), strict=True):
        now = newest[customer]
        was = decode_row(old) if old is not None else None
        if now is None:
            draft.rows[keys.CUSTOMER + customer] = None
        else:
            draft.last.append((keys.CUSTOMER + customer, encode_row(now)))
            indexes.stand(customer, now, was)
        if was is not None:
            indexes.leave(customer, was, now)
    indexes.finish()


def take_heard(draft: Draft, db: Rdict, heard: Heard, ranks: Ranks, erased: Erased) -> None:
    """Learn the ranks, and erase."""
    draft.unreadable += heard.unreadable
    for (policy, version, segment, rank), at in heard.ranked.items():
        ranks.note(at, (policy, version), segment, rank)
    for customer, at in heard.erased.items():
        erased.erase(draft, db, customer, at)


def read_standings(records: list[Any], heard: Heard) -> dict[bytes, StandingRow | None]:
    """Read where customers stand by their newest records, and what else those tell; None: she is erased."""
    newest: dict[bytes, StandingRow | None] = {}
    ranked = heard.ranked
    for record in records:
        customer, told = record.key, record.value
        if customer is None:
            heard.unreadable += 1
        elif told is None:
            newest[customer] = None
            heard.erased[customer] = max(_erased_at(record), heard.erased.get(customer, -1))
        else:
            try:
                newest[customer] = row = standing_row(decode_standing(told))
            except msgspec.DecodeError:
                heard.unreadable += 1
                continue
            name = row.policy, row.policy_version, row.segment, row.rank
            if ranked.get(name, -1) < row.at:
                ranked[name] = row.at
    return newest


class _Indexes:
    """Who stands in which segment and what is due there, as customers come in the order of their ids.

    Rows that stay as they are are not written; the others go in ascending stretches, which RocksDB takes for less.
    """

    def __init__(self, draft: Draft) -> None:
        self._draft = draft
        self._standing: dict[str | None, list[tuple[bytes, bytes]]] = {}
        self._due: list[tuple[bytes, bytes]] = []

    def stand(self, customer: bytes, row: StandingRow, was: StandingRow | None) -> None:
        """Put a customer where she stands."""
        segment, due = row.segment, row.next_at
        _, standing, ahead = prefixes(segment)
        if was is None or was.segment != segment:
            self._standing.setdefault(segment, []).append((standing + customer, b""))
        if due is not None and segment:
            self._due.append((ahead + long(due) + customer, (row.next_to or "").encode()))

    def leave(self, customer: bytes, was: StandingRow, now: StandingRow | None) -> None:
        """Take a customer away from where she stood, as far as she is not there any more."""
        rows, (name, standing, ahead) = self._draft.rows, prefixes(was.segment)
        if now is None or now.segment != was.segment:
            self._draft.sizes[name] -= 1
            if name:
                rows[standing + customer] = None
        if name and was.next_at is not None:  # where she still is due then, the row is put again
            rows[ahead + long(was.next_at) + customer] = None

    def finish(self) -> None:
        """Hand the rows over."""
        last = self._draft.last
        for segment, standing in self._standing.items():
            name, _, _ = prefixes(segment)
            self._draft.sizes[name] += len(standing)
            if name:
                last += standing
        last += sorted(self._due)


def _erased_at(record: Any) -> int:
    """Say when she was erased; a record that does not tell means: everything up to when it was written."""
    for name, value in record.headers:
        if name == "ce_time":
            try:
                return int(parse_instant(value.decode()))
            except (TimeError, UnicodeDecodeError):
                break
    return int(record.timestamp)
