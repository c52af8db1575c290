"""Facts in, each with its customer out; those whose order has not been seen wait in rows, which are the memory."""

from collections.abc import Callable, Iterable
from typing import Any, Final

import orjson

from app.bridging.translating import Told

CUSTOMER: Final = b"customer/"
WAITING: Final = b"waiting/"

Look = Callable[[bytes], bytes | None]
Rows = dict[bytes, bytes | None]
"""What changes in the memory; None takes a row away."""


def join(facts: Iterable[Told], look: Look, *, remember: bool) -> tuple[list[Told], Rows]:
    """Give the facts that are whole, in order, and the rows that change.

    An order tells the customer of its id, at once also to what has waited for it; it is remembered for ever, if
    anything may ask for it. A fact that waits already is not noted twice.
    """
    whole: list[Told] = []
    rows: Rows = {}

    def read(key: bytes) -> bytes | None:
        return rows[key] if key in rows else look(key)

    for fact in facts:
        if fact.customer is None:
            _ask(fact, read, rows, whole)
            continue
        whole.append(fact)
        if remember and fact.fields["type"] == "order_placed" and fact.order is not None:
            _tell(fact, read, rows, whole)
    return whole, rows


def _ask(fact: Told, read: Look, rows: Rows, whole: list[Told]) -> None:
    order = (fact.order or "").encode()
    customer = read(CUSTOMER + order)
    if customer is not None:
        whole.append(fact.of(customer.decode()))
        return
    waiting: list[tuple[int, dict[str, Any]]] = orjson.loads(read(WAITING + order) or b"[]")
    if all(fact.fields["event_id"] != fields["event_id"] for _, fields in waiting):
        rows[WAITING + order] = orjson.dumps([*waiting, (fact.timestamp, fact.fields)])


def _tell(placed: Told, read: Look, rows: Rows, whole: list[Told]) -> None:
    """The first customer of an order stays: so do facts, of which the first counts."""
    order, customer = (placed.order or "").encode(), placed.customer or ""
    known = read(CUSTOMER + order)
    if known is None:
        rows[CUSTOMER + order] = customer.encode()
    waiting = read(WAITING + order)
    if waiting is not None:
        owner = known.decode() if known is not None else customer
        whole += [Told(fields, at).of(owner, placed.timestamp) for at, fields in orjson.loads(waiting)]
        rows[WAITING + order] = None
