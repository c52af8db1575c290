"""Where every record of a load stands in, what is told and remembered of it out: each offset is accounted for once."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from schemas.newest_orders import entries
from schemas.topics import Feed
from tables.customer_codec import decode_customer
from tables.keys import AHEAD, CUSTOMER, ORDER, split_nested
from tests.kafka.audit import Rows
from tests.kafka.feeding import Sent
from tests.kafka.reading import Read
from tests.kafka.shop import Shop

FIRST_OF_OURS = "__streams.errors.exception"
"""With it begins what a dead letter adds: what stands before, even under the same names, its original had."""


class Place(NamedTuple):
    """Where a record stands, or will."""

    feed: Feed
    partition: int
    offset: int


class Known(NamedTuple):
    """An order id that is taken, and whose it is."""

    customer: str
    order_id: str


class Letter(NamedTuple):
    """What a record has become that is no fact."""

    key: bytes | None
    value: bytes | None
    timestamp: int
    code: str


def placed(records: Iterable[Sent]) -> Iterator[tuple[Place, Sent]]:
    """Say where each will stand: inputs begin empty, and one producer after the other fills them in this order."""
    ends = Counter[tuple[Feed, int]]()
    for record in records:
        own = record.feed, record.partition
        yield Place(*own, ends[own]), record
        ends[own] += 1


def letter_faults(shop: Shop, dead: Iterable[Read], wanted: Mapping[Place, Letter]) -> list[str]:
    """Every record that is no fact has one dead letter, which names its offset; no other offset has any."""
    came, due = Counter(_letter(shop, one) for one in dead), Counter(wanted.items())
    missing, too_many = due - came, came - due
    return [f"missing {one}" for one in missing.elements()] + [f"not expected {one}" for one in too_many.elements()]


def offset_faults(
    shop: Shop, rows: Mapping[int, Rows], dead: Iterable[Read], taken: frozenset[Known], others: Mapping[int, int]
) -> Iterator[str]:
    """Every order that was accepted is remembered once, and with what was rejected it makes up the ends.

    `taken`: the orders that are remembered for ever. `others`: how many good records of the topic of orders stand in
    each partition besides: repeats, refunds, cancellations, and what an erasure has made forgotten.
    """
    rejected = Counter(place.partition for place, _ in (_letter(shop, one) for one in dead) if place.feed == "orders")
    ends, remembered = shop.ends(), Counter[Known]()
    for partition, of_partition in rows.items():
        here = Counter(_remembered(of_partition))
        remembered += here
        pending = sum(key[:1] == AHEAD for key in of_partition)
        told = here.total(), rejected[partition], others[partition], pending
        if sum(told) != ends[partition]:
            named = "{} orders remembered + {} rejected + {} others + {} pending".format(*told)
            yield f"orders[{partition}] ends at {ends[partition]}, not at {named}"
    yield from (f"{one} is remembered {count} times" for one, count in remembered.items() if count > 1)
    yield from (f"{one} is not remembered" for one in taken - remembered.keys())
    yield from (f"{one} is remembered, nobody has placed it" for one in remembered.keys() - taken)


def _remembered(rows: Rows) -> Iterator[Known]:
    """Give the orders of one partition: the newest lie in their customer's row, others have rows of their own."""
    for key, value in rows.items():
        if key[:1] == ORDER:
            customer, order = split_nested(key)
            yield Known(customer.decode(), order.decode())
        elif key[:1] == CUSTOMER:
            for one in entries(decode_customer(value).newest):
                yield Known(key[1:].decode(), one.order_id.decode())


def _letter(shop: Shop, dead: Read) -> tuple[Place, Letter]:
    begin = max(i for i, (name, _) in enumerate(dead.headers) if name == FIRST_OF_OURS)
    told = {name: (value or b"").decode() for name, value in dead.headers[begin:]}
    feed = shop.topics.feeds[told["__streams.errors.topic"]]
    place = Place(feed, int(told["__streams.errors.partition"]), int(told["__streams.errors.offset"]))
    return place, Letter(dead.key, dead.value, dead.timestamp, told["segue.dlq.code"])
