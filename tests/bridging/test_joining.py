"""Refunds that name only their order: whatever comes first, each gets the customer of its order, once."""

from itertools import pairwise
from typing import Any

import orjson
from aiokafka import TopicPartition
from hypothesis import given
from hypothesis import strategies as st

from app.bridging.deciding import Decided, Decider
from app.bridging.document import load_mapping
from app.partitioner import partition_of
from schemas.topics import Topics
from tests.bridging.records import AT, Sent, order, refund, shopify

TOPICS = Topics()
COUNTS = dict.fromkeys((*TOPICS.inputs, TOPICS.dead_letters), 3)
SHOPIFY = load_mapping("shopify")
ORDERS = {1: 71, 2: 72, 3: 71}


def decided(transactions: list[list[Sent]]) -> list[Decided]:
    """Let a bridge work, one transaction after the other."""
    memory: dict[bytes, bytes] = {}
    decider = Decider(SHOPIFY, TOPICS, COUNTS, memory.get)
    done: list[Decided] = []
    for records in transactions:
        one = decider.decide(records)
        for key, value in one.rows.items():
            if value is None:
                memory.pop(key, None)
            else:
                memory[key] = value
        done.append(one)
    return done


def facts(done: list[Decided], topic: str = TOPICS.orders) -> list[dict[str, Any]]:
    return [
        orjson.loads(wire[1] or b"")
        for one in done
        for place, wires in one.sends.items()
        if place.topic == topic
        for wire in wires
    ]


@st.composite
def feeds(draw: st.DrawFn) -> list[list[Sent]]:
    """Draw orders and their refunds in any order, some twice, cut into transactions."""
    told = [("orders/create", order(number, customer)) for number, customer in ORDERS.items()]
    told += [("refunds/create", refund(10 * number + n, number)) for number in ORDERS for n in (1, 2)]
    sent = draw(st.permutations(told + draw(st.lists(st.sampled_from(told), max_size=4))))
    cuts = sorted(draw(st.sets(st.integers(0, len(sent)), max_size=4)) | {0, len(sent)})
    records = [shopify(topic, value) for topic, value in sent]
    return [records[begin:end] for begin, end in pairwise(cuts)]


@given(feeds())
def test_every_refund_gets_the_customer_of_its_order_in_whatever_order_they_come(feed: list[list[Sent]]) -> None:
    done = decided(feed)
    refunds = [fact for fact in facts(done) if fact["type"] == "order_refunded"]
    assert {(fact["refund_id"], fact["customer_id"]) for fact in refunds} == {
        (str(10 * number + n), str(customer)) for number, customer in ORDERS.items() for n in (1, 2)
    }
    assert sum(one.rejected for one in done) == 0


@given(feeds())
def test_how_records_are_cut_into_transactions_changes_nothing(feed: list[list[Sent]]) -> None:
    whole = [[record for records in feed for record in records]]
    by_place: list[dict[TopicPartition, list[Any]]] = [{}, {}]
    for sent, done in zip(by_place, (decided(feed), decided(whole)), strict=True):
        for one in done:
            for place, wires in one.sends.items():
                sent.setdefault(place, []).extend(wires)
    assert by_place[0] == by_place[1]


def test_facts_lie_where_murmur2_of_their_customer_says() -> None:
    (done,) = decided([[shopify("orders/create", order(1, 71))]])
    assert list(done.sends) == [TopicPartition(TOPICS.orders, partition_of(b"71", 3))]


def test_a_refund_that_waited_is_not_ahead_of_its_record_whatever_the_order_says() -> None:
    late = shopify("orders/create", order(1, 71), AT - 3_600_000)
    (_, done) = decided([[shopify("refunds/create", refund(11, 1))], [late]])
    (wires,) = done.sends.values()
    assert [wire[3] for wire in wires] == [AT - 3_600_000, AT]


def test_what_is_wrong_is_a_dead_letter_with_a_code_and_leaves_nothing_behind() -> None:
    records = [
        shopify("refunds/create", refund(11, 1, "-4.00")),
        shopify("orders/create", order(1, None)),
        shopify("orders/create", order(1, 71, "10.001")),
        shopify("carts/create", {}),
        Sent(b"{", (("X-Shopify-Topic", b"orders/create"),)),
        Sent(b"[" * 100_000),
        Sent('{"id": 1}'.encode("utf-16"), (("X-Shopify-Topic", b"orders/create"),)),
        shopify("orders/create", order(1, 71, "1e20")),
        Sent(
            orjson.dumps(order(1, 71)).replace(b'"id":71', rb'"id":"\ud800"'), (("X-Shopify-Topic", b"orders/create"),)
        ),
    ]
    (done,) = decided([records])
    codes = [dict(wire[2])["segue.dlq.code"] for wires in done.sends.values() for wire in wires]
    assert codes == [
        b"negative_amount",
        b"missing_field",
        b"invalid_value",
        b"unknown_type",
        b"undecodable",
        b"undecodable",
        b"undecodable",
        b"invalid_value",
        b"invalid_value",
    ]
    assert done.rows == {}
    assert {place.topic for place in done.sends} == {TOPICS.dead_letters}
