"""Records of customer-segments in; rows of customers, the indexes by segment and by what is due, and sizes out."""

from functools import lru_cache
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
    latest: dict[tuple[str, int, str | None, int | None], int] = {}
    for record in records:
        customer = record.key
        if customer is None:
            draft.unreadable += 1
        elif record.value is None:
            newest[customer] = None
            erased.erase(draft, db, customer, _erased_at(record))
        else:
            try:
                newest[customer] = row = standing_row(decode_standing(record.value))
            except msgspec.DecodeError:
                draft.unreadable += 1
                continue
            name = row.policy, row.policy_version, row.segment, row.rank
            if latest.get(name, -1) < row.at:
                latest[name] = row.at
    for (policy, version, segment, rank), at in latest.items():
        ranks.note(at, (policy, version), segment, rank)
    before = stored(db, [keys.CUSTOMER + customer for customer in newest])
    for (customer, now), old in zip(newest.items(), before, strict=True):
        if old is not None:
            _leave(draft, customer, decode_row(old))
        if now is None:
            draft.rows[keys.CUSTOMER + customer] = None
        else:
            _stand(draft, customer, now)


def _stand(draft: Draft, customer: bytes, row: StandingRow) -> None:
    """Put a customer where she stands."""
    rows, (name, standing, due) = draft.rows, _prefixes(row.segment)
    rows[keys.CUSTOMER + customer] = encode_row(row)
    draft.sizes[name] += 1
    if name:
        rows[standing + customer] = b""
        if row.next_at is not None:
            rows[due + keys.long(row.next_at) + customer] = (row.next_to or "").encode()


def _leave(draft: Draft, customer: bytes, row: StandingRow) -> None:
    """Take a customer away from where she stood."""
    rows, (name, standing, due) = draft.rows, _prefixes(row.segment)
    draft.sizes[name] -= 1
    if name:
        rows[standing + customer] = None
        if row.next_at is not None:
            rows[due + keys.long(row.next_at) + customer] = None


@lru_cache(maxsize=1024)
def _prefixes(segment: str | None) -> tuple[bytes, bytes, bytes]:
    """Name a segment, b"" for none, and say what its two indexes begin with."""
    name = (segment or "").encode()
    return name, keys.under(keys.IN_SEGMENT, name), keys.under(keys.DUE, name)


def _erased_at(record: Any) -> int:
    """Say when she was erased; a record that does not tell means: everything up to when it was written."""
    for name, value in record.headers:
        if name == "ce_time":
            try:
                return int(parse_instant(value.decode()))
            except (TimeError, UnicodeDecodeError):
                break
    return int(record.timestamp)
