"""Published values in, what the view keeps and counts by out; a value that is none of Segue's is refused."""

from typing import Final, Literal

import msgspec
from msgspec import Struct

from schemas.rewards import BudgetPart, Give, Points
from schemas.transitions import Cause, CustomerSegment, Direction, PolicyRef

Outcome = Literal["granted", "limit", "holdout"]


class Placed(Struct, array_like=True, frozen=True, gc=False):
    """What a customer is indexed by: the beginning of her row, which can be read without the rest."""

    segment: str | None
    rank: int | None
    at: int
    sequence: int
    cut_points_version: int
    policy: str
    policy_version: int
    next_at: int | None
    next_to: str | None


class StandingRow(Placed, array_like=True, frozen=True, gc=False):
    """Where a customer stands, as small as it goes; names are those of `customer.segment`."""

    due_segment: str | None
    held_until: int | None
    average_order_minor: int | None
    f: int | None
    frequency: int
    m: int | None
    monetary_minor: int
    r: int | None
    recency_ms: int | None
    tenure_ms: int | None
    points: int


class MoveSeen(Struct, frozen=True, gc=False, rename={"from_segment": "from"}):
    """What is looked at of a transition; the rest is passed on unread."""

    cause: Cause
    direction: Direction
    effective_at: int
    from_rank: int | None
    from_segment: str | None
    policy: PolicyRef
    sequence: int
    to: str | None
    to_rank: int | None
    transition_id: str


class RetractionSeen(Struct, frozen=True, gc=False):
    """What is looked at of a retraction."""

    effective_at: int
    sequence: int
    transition_id: str


class GrantSeen(Struct, frozen=True, gc=False):
    """What is looked at of a granted reward."""

    effective_at: int
    give: Give
    reward_id: str
    rule: str
    paid_by: BudgetPart | None = None

    @property
    def points(self) -> int:
        """Points given, 0 for anything else."""
        return self.give.points if isinstance(self.give, Points) else 0


class WithheldSeen(Struct, frozen=True, gc=False):
    """What is looked at of a withheld reward."""

    effective_at: int
    reason: str
    reward_id: str
    rule: str
    budget: str | None = None


class EntrySeen(Struct, frozen=True, gc=False):
    """What is looked at of a reminder, an expiry, or a reward that is taken back."""

    effective_at: int
    reward_id: str
    returned_to: BudgetPart | None = None


decode_standing: Final = msgspec.json.Decoder(CustomerSegment).decode
decode_move: Final = msgspec.json.Decoder(MoveSeen).decode
decode_retraction: Final = msgspec.json.Decoder(RetractionSeen).decode
decode_grant: Final = msgspec.json.Decoder(GrantSeen).decode
decode_withheld: Final = msgspec.json.Decoder(WithheldSeen).decode
decode_entry: Final = msgspec.json.Decoder(EntrySeen).decode
encode_row: Final = msgspec.msgpack.Encoder().encode
decode_row: Final = msgspec.msgpack.Decoder(StandingRow).decode


def standing_row(told: CustomerSegment) -> StandingRow:
    """Keep what was published of a customer."""
    ahead, has, policy = told.next, told.measures, told.policy
    return StandingRow(
        told.segment,
        told.rank,
        told.at,
        told.sequence,
        told.cut_points_version,
        policy.id,
        policy.version,
        ahead.at if ahead is not None else None,
        ahead.to if ahead is not None else None,
        told.due_segment,
        told.held_until,
        has.average_order_minor,
        has.f,
        has.frequency,
        has.m,
        has.monetary_minor,
        has.r,
        has.recency_ms,
        has.tenure_ms,
        told.points,
    )


TRANSITIONED: Final = b"T"
RETRACTED: Final = b"R"
GRANTED: Final = b"G"
WITHHELD: Final = b"W"
REMINDED: Final = b"M"
EXPIRED: Final = b"X"
REVOKED: Final = b"V"
TYPES: Final = {
    TRANSITIONED: "segment.transitioned",
    RETRACTED: "segment.retracted",
    GRANTED: "reward.granted",
    WITHHELD: "reward.withheld",
    REMINDED: "reward.reminder",
    EXPIRED: "reward.expired",
    REVOKED: "reward.revoked",
}
"""First byte of a kept event: the `ce_type` it was published under."""


_JSON_AT: Final = dict.fromkeys(TYPES, 1) | {TRANSITIONED: 13, RETRACTED: 13}
"""Where the JSON of a kept event begins: between type and JSON a move has its place in the log."""


def json_of(kept: bytes) -> bytes:
    """Give a kept event as it was published."""
    return kept[_JSON_AT[kept[:1]] :]


def typed(kept: bytes) -> msgspec.Raw:
    """Give a kept event as JSON, with its type as the first member."""
    return msgspec.Raw(b'{"type":"%b",%b' % (TYPES[kept[:1]].encode(), json_of(kept)[1:]))
