"""Lines of JSON as they stand on the wire, with the types that make them plain: see plain_lines."""

from typing import Annotated, Final

import msgspec
from msgspec import Meta, Struct

from schemas.checking import LONGEST_ID
from schemas.facts import Kind, Money, PointsSpent, Rating

Id = Annotated[str, Meta(min_length=1, max_length=LONGEST_ID)]
Time = str | int


class Line(Struct, gc=False, tag_field="type"):
    event_id: Id
    customer_id: Id
    occurred_at: Time


class Placed(Line, tag="order_placed", gc=False):
    order_id: Id
    total: Money
    base_total: Money | None = None
    recorded_at: Time | None = None


class Cancelled(Line, tag="order_cancelled", gc=False):
    order_id: Id
    recorded_at: Time | None = None


class Refunded(Line, tag="order_refunded", gc=False):
    refund_id: Id
    amount: Money
    order_id: Id | None = None
    base_amount: Money | None = None
    recorded_at: Time | None = None


class Engaging(Line, tag="engaged", gc=False):
    kind: Kind
    rating: Rating | None = None
    answer: str | None = None
    referred_id: Id | None = None
    reward_id: Id | None = None
    channel: Id | None = None
    points: PointsSpent | None = None
    recorded_at: Time | None = None


class Profile(Struct, tag_field="type", tag="profile_changed", gc=False):
    """Known, so that its neighbours stay plain; `judging` reads it."""


class Erased(Struct, tag_field="type", tag="customer_erased", gc=False):
    """The same."""


class Delivered(Struct, tag_field="type", tag="message.delivered", gc=False):
    """The same."""


class Failed(Struct, tag_field="type", tag="message.failed", gc=False):
    """The same."""


Wire = Placed | Cancelled | Refunded | Engaging | Profile | Erased | Delivered | Failed
decoder: Final[msgspec.json.Decoder[Wire]] = msgspec.json.Decoder(Wire)
