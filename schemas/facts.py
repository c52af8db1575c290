"""Facts: what a shop tells about a customer's orders, as it stands on the wire and in the decisions."""

from typing import Annotated, Final

from msgspec import Meta, Struct

from schemas.instants import Instant

LARGEST_AMOUNT: Final = 2**53 - 1  # what every JSON reader keeps exactly
Amount = Annotated[int, Meta(ge=0, le=LARGEST_AMOUNT)]


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


Fact = OrderPlaced | OrderCancelled | OrderRefunded

FACT_TYPES: Final = {
    OrderPlaced: "order_placed",
    OrderCancelled: "order_cancelled",
    OrderRefunded: "order_refunded",
}
"""The `type` of each fact on the wire."""
