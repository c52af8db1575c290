"""One line of a file in, its fact or its rejection out, with the codes that a topic would give."""

from typing import Final

import msgspec

from app.simulate.entries import Entry, Sending, Stamped
from schemas.checking import check
from schemas.decoding import LARGEST_RECORD
from schemas.facts import Fact
from schemas.instant import Instant
from schemas.instants import EARLIEST, LATEST, parse_instant
from schemas.rejections import UNREADABLE, Rejected, explain


class _Stamp(msgspec.Struct, gc=False):
    recorded_at: Instant | None = None


def _read_time(kind: type, wire: object) -> Instant:
    return parse_instant(wire)


_facts: Final[msgspec.json.Decoder[Fact]] = msgspec.json.Decoder(Fact, dec_hook=_read_time)
_stamps: Final[msgspec.json.Decoder[_Stamp]] = msgspec.json.Decoder(_Stamp, dec_hook=_read_time)


def judge_line(line: bytes) -> Entry | Rejected:
    """Read one bare JSON fact of any feed; every way to be wrong is a value."""
    if len(line.rstrip(b"\r\n")) > LARGEST_RECORD:
        return Rejected("too_large", "$", f"A record holds at most {LARGEST_RECORD} bytes")
    try:
        fact = _facts.decode(line)
        stamp = _stamps.decode(line).recorded_at
    except UNREADABLE as error:
        return explain(error)
    return judge(fact, None if stamp is None else int(stamp))


def judge(fact: Fact, stamp: int | None) -> Entry | Rejected:
    """Check a fact of the right types; without a stamp its record is as old as what it tells."""
    if stamp is not None and not EARLIEST <= stamp <= LATEST:
        return Rejected("invalid_time", "$.recorded_at", "Earlier than 1990 or later than 9999")
    key = fact.customer_id.encode("utf-8", "surrogatepass")  # a bad id is found by the check
    wrong = check(fact, Sending(key, int(fact.occurred_at) if stamp is None else stamp))
    if wrong is not None:
        return wrong
    return fact if stamp is None else Stamped(stamp, fact)


def is_json(line: bytes) -> bool:
    """Tell whether a line is whole, whatever it says."""
    try:
        msgspec.json.decode(line)
    except UNREADABLE:
        return False
    return True
