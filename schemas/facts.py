"""Facts: what a shop tells about a customer, as it stands on the wire and in the decisions."""

from typing import Annotated, Final

from msgspec import Meta, Struct

from schemas.instant import Instant

LARGEST_AMOUNT: Final = 2**53 - 1  # what every JSON reader keeps exactly
Amount = Annotated[int, Meta(ge=0, le=LARGEST_AMOUNT)]
Kind = Annotated[str, Meta(pattern=r"^[a-z][a-z0-9_]{0,63}\Z")]
Rating = Annotated[int, Meta(ge=0, le=100)]
PointsSpent = Annotated[int, Meta(ge=1, le=LARGEST_AMOUNT)]
Birthday = Annotated[str, Meta(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}\Z")]
Country = Annotated[str, Meta(pattern=r"^[A-Z]{2}\Z")]
LONGEST_LIST: Final = 100
Names = Annotated[list[str], Meta(max_length=LONGEST_LIST)]
Consents = Annotated[dict[str, bool], Meta(max_length=LONGEST_LIST)]

REDEEMED: Final = "reward_redeemed"
KNOWN_KINDS: Final = frozenset(
    {
        "account_created",
        "email_opened",
        "link_clicked",
        "site_visited",
        "review_posted",
        "referral_made",
        "social_shared",
        "survey_answered",
        "support_opened",
        "support_resolved",
        "negative_experience",
        "subscribed",
        "unsubscribed",
        REDEEMED,
    }
)
"""Engagement whose newest instant is kept; another kind is counted and ignored unless the policy names it."""


class Money(Struct, frozen=True, gc=False):
    """An amount in minor units of an ISO 4217 currency."""

    amount_minor: Amount
    currency: str


class _Fact(Struct, frozen=True, gc=False, tag_field="type"):
    event_id: str
    customer_id: str
    occurred_at: Instant


class OrderPlaced(_Fact, tag="order_placed", frozen=True, gc=False):
    """A customer ordered; `total` rules, `base_total` is the same in the policy's currency.

    The lines of an order are never read: what they say cannot make a good order bad.
    """

    order_id: str
    total: Money
    base_total: Money | None = None


class OrderCancelled(_Fact, tag="order_cancelled", frozen=True, gc=False):
    """An order is void from now on, with everything of it."""

    order_id: str


class OrderRefunded(_Fact, tag="order_refunded", frozen=True, gc=False):
    """Money went back; without `order_id` it lowers monetary and touches no order."""

    refund_id: str
    amount: Money
    order_id: str | None = None
    base_amount: Money | None = None


class Engaged(_Fact, tag="engaged", frozen=True, gc=False):
    """A customer did something that is no order; what `context` says is never read."""

    kind: Kind
    rating: Rating | None = None
    answer: str | None = None
    referred_id: str | None = None
    reward_id: str | None = None
    channel: str | None = None
    points: PointsSpent | None = None
    """Of a redemption: how many points of that reward; None = all that is left of it."""


class ProfileChanged(_Fact, tag="profile_changed", frozen=True, gc=False):
    """What is known of a customer besides her deeds: a full snapshot, the newest one holds."""

    birthday: Birthday | None = None
    country: Country | None = None
    timezone: str | None = None
    consents: Consents = {}
    preferred_channel: str | None = None
    lists: Names = []
    interests: Names = []


class CustomerErased(_Fact, tag="customer_erased", frozen=True, gc=False):
    """Everything about a customer before this instant is to be forgotten."""


class MessageDelivered(_Fact, tag="message.delivered", frozen=True, gc=False):
    """A messaging system says that a message has arrived; `message_id` is that of the request it answers."""

    message_id: str


class MessageFailed(_Fact, tag="message.failed", frozen=True, gc=False):
    """A messaging system says that a message has not arrived.

    `reason` is a word such as mailbox_full, never what a mail server said: that has addresses in it.
    """

    message_id: str
    reason: Kind
    permanent: bool
    """Whether nothing on that channel would ever arrive: an address that is none, a hard bounce."""


class Typeless(Struct, tag_field="type", tag=""):
    """No fact: makes msgspec insist on `type` in a topic of one type, for it does so only where it has to choose."""


OrderFact = OrderPlaced | OrderCancelled | OrderRefunded
CustomerFact = ProfileChanged | CustomerErased
Receipt = MessageDelivered | MessageFailed
Fact = OrderFact | Engaged | CustomerFact | Receipt

FACT_TYPES: Final = {
    OrderPlaced: "order_placed",
    OrderCancelled: "order_cancelled",
    OrderRefunded: "order_refunded",
    Engaged: "engaged",
    ProfileChanged: "profile_changed",
    CustomerErased: "customer_erased",
    MessageDelivered: "message.delivered",
    MessageFailed: "message.failed",
}
"""The `type` of each fact on the wire."""
