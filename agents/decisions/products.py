"""An order in, the products that a customer ordered last out: the same in whatever order her orders come."""

from agents.decisions.customer import Customer
from schemas.facts import OrderPlaced


def note_products(customer: Customer, order: OrderPlaced, most: int) -> None:
    """Remember the products of an order, whatever becomes of it; those of one instant stand by the alphabet."""
    if not order.products or not most:
        return
    at: int = int(order.occurred_at)
    held = customer.loyalty.products if customer.loyalty is not None else []
    newest: dict[str, int] = {}
    for when, sku in [*held, *[(at, sku) for sku in order.products]]:
        newest[sku] = max(when, newest.get(sku, 0))

    ordered = sorted(newest, key=lambda sku: (-newest[sku], sku))
    products = [(newest[sku], sku) for sku in ordered[:most]]
    if products != held:
        customer.change_loyalty().products = products
