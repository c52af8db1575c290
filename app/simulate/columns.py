"""The header of a table of orders and its rows in, facts out."""

from collections.abc import Sequence
from typing import Any, Final

from msgspec import UNSET, UnsetType

from app.runtime.errors import SegueError
from app.simulate.cells import BadCell, instant, minor_units, needed, whole_number
from app.simulate.entries import Entry
from app.simulate.judging import judge
from schemas.facts import Fact, Money, OrderCancelled, OrderPlaced, OrderRefunded
from schemas.order_lines import products_of
from schemas.rejections import Rejected

TIMES: Final = ("occurred_at", "ordered_at")
AMOUNTS: Final = ("amount", "amount_minor")
PRODUCTS: Final = "products"
OPTIONAL: Final = ("currency", "event_id", "type", "refund_id", "recorded_at", PRODUCTS)
COLUMNS: Final = ("customer_id", "order_id", *TIMES, *AMOUNTS, *OPTIONAL)


class OrderColumns:
    """Knows where in a row what stands; SegueError names the file and the column that is wrong.

    A row is an order unless `type` says order_refunded or order_cancelled. Ids of events that are not given follow
    from what they are about, as `o-<order_id>`, `r-<refund_id>`, `c-<order_id>`. `products` are text with a semicolon
    between two, or a list; what can be no id is left out.
    """

    def __init__(self, file: str, names: Sequence[str], currency: str) -> None:
        _check(file, names)
        self.width = len(names)
        self._currency = currency
        self._time = next(name for name in TIMES if name in names)
        self._amount = next(name for name in AMOUNTS if name in names)
        places = {name: number for number, name in enumerate(names)}
        # A column that is not there is read from behind the row, where `entry` puts an empty cell.
        self._places = {name: places.get(name, -1) for name in COLUMNS}

    def entry(self, cells: Sequence[Any]) -> Entry | Rejected:
        """Read a row."""
        row = (*cells, "")
        try:
            fact = self._fact(row)
            stamp = row[self._places["recorded_at"]]
            recorded_at = None if stamp is None or stamp == "" else int(instant(stamp, "recorded_at"))
        except BadCell as bad:
            return bad.rejected
        return judge(fact, recorded_at)

    def _fact(self, row: Sequence[Any]) -> Fact:
        places = self._places
        customer = needed(row[places["customer_id"]], "customer_id")
        at = instant(row[places[self._time]], self._time)
        event, order = row[places["event_id"]], row[places["order_id"]]
        match row[places["type"]] or "order_placed":
            case "order_placed":
                order = needed(order, "order_id")
                money, products = self._money(row), _products(row[places[PRODUCTS]])
                return OrderPlaced(event or f"o-{order}", customer, at, order, money, products=products)
            case "order_refunded":
                refund = needed(row[places["refund_id"]], "refund_id")
                named = None if order is None or order == "" else str(order)
                return OrderRefunded(event or f"r-{refund}", customer, at, refund, self._money(row), named)
            case "order_cancelled":
                order = needed(order, "order_id")
                return OrderCancelled(event or f"c-{order}", customer, at, order)
            case _:
                raise BadCell("unknown_type", "type", "No type of this table")

    def _money(self, row: Sequence[Any]) -> Money:
        currency = row[self._places["currency"]] or self._currency
        cell = row[self._places[self._amount]]
        if self._amount == "amount":
            return Money(minor_units(cell, "amount", currency), currency)
        return Money(whole_number(cell, "amount_minor"), currency)


def _products(cell: Any) -> tuple[str, ...] | UnsetType:
    """Read what was bought; UNSET: nobody has told."""
    skus = cell.split(";") if isinstance(cell, str) else cell or ()
    return products_of(sku.strip() for sku in skus if isinstance(sku, str)) or UNSET


def _check(file: str, names: Sequence[str]) -> None:
    """Refuse a header that leaves anything open."""
    for name in names:
        if name not in COLUMNS:
            raise SegueError(f"{file}: unknown column {name!r}; known are {', '.join(COLUMNS)}")
        if names.count(name) > 1:
            raise SegueError(f"{file}: column {name!r} stands twice")
    for name in ("customer_id", "order_id"):
        if name not in names:
            raise SegueError(f"{file}: column {name!r} is missing")
    for choice in (TIMES, AMOUNTS):
        if not set(choice) & set(names):
            raise SegueError(f"{file}: column {choice[0]!r} is missing (or {choice[1]!r})")
        if set(choice) <= set(names):
            raise SegueError(f"{file}: columns {choice[0]!r} and {choice[1]!r} say the same: give one")
