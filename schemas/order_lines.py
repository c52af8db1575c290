"""The value of an order's record in, the products of its lines out; lines that cannot be read are none."""

from typing import Final

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from schemas.checking import is_id
from schemas.cloudevents import Headers, unwrap
from schemas.facts import OrderPlaced
from schemas.rejections import UNREADABLE, Rejected


class _Line(Struct, gc=False):
    sku: str


class _Order(Struct, gc=False):
    lines: list[_Line] = []


_read: Final = msgspec.json.Decoder(_Order).decode


def with_products(order: OrderPlaced, headers: Headers, value: bytes, most: int) -> OrderPlaced:
    """Give an order that was read from a record with at most so many products, the first of its lines."""
    event = unwrap(headers, value) if headers else None
    assert not isinstance(event, Rejected), "the order was read from it"
    try:
        lines = _read(event.bare if event is not None else value).lines
    except UNREADABLE:
        lines = []
    products = tuple(dict.fromkeys(line.sku for line in lines if is_id(line.sku)))[:most]
    return replace(order, products=products)
