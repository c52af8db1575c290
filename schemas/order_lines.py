"""The value of an order's record in, its lines, or their products, out; lines that cannot be read are none."""

from collections.abc import Iterable
from typing import Final

import msgspec
from msgspec import Raw, Struct
from msgspec.structs import replace

from schemas.checking import is_id
from schemas.cloudevents import Headers, unwrap
from schemas.facts import OrderPlaced
from schemas.rejections import UNREADABLE, Rejected


class _Line(Struct, gc=False):
    sku: str


class _Order(Struct, gc=False):
    lines: list[_Line] = []


class _Kept(Struct, gc=False):
    lines: Raw = Raw(b"null")


_read: Final = msgspec.json.Decoder(_Order).decode
_keep: Final = msgspec.json.Decoder(_Kept).decode


def with_products(order: OrderPlaced, headers: Headers, value: bytes, most: int) -> OrderPlaced:
    """Give an order that was read from a record with at most so many products, the first of its lines."""
    try:
        lines = _read(_bare(headers, value)).lines
    except UNREADABLE:
        lines = []
    return replace(order, products=products_of(line.sku for line in lines)[:most])


def products_of(skus: Iterable[str]) -> tuple[str, ...]:
    """Give each product once, in this order; what can be no id is none."""
    return tuple(dict.fromkeys(sku for sku in skus if is_id(sku)))


def lines_of(headers: Headers, value: bytes) -> bytes | None:
    """Give the lines of an order that was read from a record, as JSON on one line; None: it tells none."""
    try:
        lines = msgspec.json.format(bytes(_keep(_bare(headers, value)).lines), indent=-1)
    except UNREADABLE:
        return None
    return None if lines == b"null" else lines


def _bare(headers: Headers, value: bytes) -> bytes:
    event = unwrap(headers, value) if headers else None
    assert not isinstance(event, Rejected), "the order was read from it"
    return event.bare if event is not None else value
