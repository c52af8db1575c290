"""Records of customer-segments in; rows of customers, the indexes by segment and by what is due, and sizes out."""

from typing import Any

import msgspec
from rocksdict import Rdict

from app.serving import keys
from app.serving.draft import Draft, stored
from app.serving.erasing import Erased
from app.serving.ranks import Ranks
from app.serving.rows import StandingRow, decode_row, decode_standing, encode_row, standing_row
from schemas.instants import TimeError, parse_instant


def take_standings(draft: Draft, db: Rdict, records: list[Any], ranks: Ranks, erased: Erased) -> None:
    """Take the newest record of each customer; one without a value erases her."""
    newest: dict[bytes, StandingRow | None] = {}
    for record in records:
        if record.key is None:
            draft.unreadable += 1
        elif record.value is None:
            newest[record.key] = None
            erased.erase(draft, db, record.key, _erased_at(record))
        else:
            try:
                told = decode_standing(record.value)
            except msgspec.DecodeError:
                draft.unreadable += 1
                continue
            newest[record.key] = row = standing_row(told)
            ranks.note(row.at, (row.policy, row.policy_version), row.segment, row.rank)
    before = stored(db, [keys.CUSTOMER + customer for customer in newest])
    for (customer, now), old in zip(newest.items(), before, strict=True):
        _change(draft, customer, decode_row(old) if old is not None else None, now)


def _change(draft: Draft, customer: bytes, old: StandingRow | None, now: StandingRow | None) -> None:
    """Keep row, indexes and sizes level."""
    rows = draft.rows
    rows[keys.CUSTOMER + customer] = encode_row(now) if now is not None else None
    was, stands = _name(old), _name(now)
    if was != stands:
        if was is not None:
            draft.sizes[was] -= 1
            if was:
                rows[keys.under(keys.IN_SEGMENT, was) + customer] = None
        if stands is not None:
            draft.sizes[stands] += 1
            if stands:
                rows[keys.under(keys.IN_SEGMENT, stands) + customer] = b""
    due_before, due = _due(customer, old), _due(customer, now)
    if due_before is not None:
        rows[due_before] = None
    if due is not None and now is not None:
        rows[due] = (now.next_to or "").encode()


def _name(row: StandingRow | None) -> bytes | None:
    """Name a segment, b"" for none; None: there is nobody."""
    return None if row is None else (row.segment or "").encode()


def _due(customer: bytes, row: StandingRow | None) -> bytes | None:
    """Key of her next move from where she stands."""
    if row is None or row.segment is None or row.next_at is None:
        return None
    return keys.under(keys.DUE, row.segment.encode()) + keys.long(row.next_at) + customer


def _erased_at(record: Any) -> int:
    """Say when she was erased; a record that does not tell means: everything up to when it was written."""
    for name, value in record.headers:
        if name == "ce_time":
            try:
                return int(parse_instant(value.decode()))
            except (TimeError, UnicodeDecodeError):
                break
    return int(record.timestamp)
