"""Rows to bytes and back; rows of an unknown version stop the worker rather than be misread."""

import msgspec

from schemas.facts import Fact
from schemas.instant import Instant
from schemas.loyalty_rows import LoyaltyRow, OccasionRow
from schemas.rows import (
    AheadRow,
    BudgetsRow,
    EngagedDayRow,
    EngagementRow,
    FreezeRow,
    IdentityRow,
    OrderRow,
    ProfileRow,
    ProgressRow,
    RefundRow,
    SweepRow,
    TombstoneRow,
    WaitingRow,
)

encode = msgspec.msgpack.Encoder().encode

decode_order = msgspec.msgpack.Decoder(OrderRow).decode
decode_refund = msgspec.msgpack.Decoder(RefundRow).decode
decode_waiting = msgspec.msgpack.Decoder(WaitingRow).decode
decode_progress = msgspec.msgpack.Decoder(ProgressRow).decode
decode_identity = msgspec.msgpack.Decoder(IdentityRow).decode
decode_freeze = msgspec.msgpack.Decoder(FreezeRow).decode
decode_sweep = msgspec.msgpack.Decoder(SweepRow).decode
decode_engagement = msgspec.msgpack.Decoder(EngagementRow).decode
decode_engaged_day = msgspec.msgpack.Decoder(EngagedDayRow).decode
decode_profile = msgspec.msgpack.Decoder(ProfileRow).decode
decode_occasion = msgspec.msgpack.Decoder(OccasionRow).decode
decode_loyalty = msgspec.msgpack.Decoder(LoyaltyRow).decode
decode_budgets = msgspec.msgpack.Decoder(BudgetsRow).decode
decode_tombstone = msgspec.msgpack.Decoder(TombstoneRow).decode

_encode_fact = msgspec.msgpack.Encoder(enc_hook=int).encode  # the one type it does not know is Instant
_decode_ahead = msgspec.msgpack.Decoder(AheadRow).decode
_decode_fact: msgspec.msgpack.Decoder[Fact] = msgspec.msgpack.Decoder(Fact, dec_hook=lambda kind, wire: Instant(wire))


def encode_ahead(fact: Fact) -> bytes:
    """Write a fact that waits for the clock."""
    return encode(AheadRow(_encode_fact(fact)))


def decode_ahead(row: bytes) -> Fact:
    """Read a fact that waited for the clock."""
    return _decode_fact.decode(_decode_ahead(row).fact)
