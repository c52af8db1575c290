"""Products of orders: what messages name of them, read only where a policy asks, and of lines that may be anything."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.decisions.customer import Customer
from agents.decisions.endings import Ending
from agents.decisions.nothing_stored import NothingStored
from agents.decisions.products import note_products
from schemas.customer_row import CustomerRow
from schemas.facts import Money, OrderPlaced
from schemas.instant import Instant
from schemas.policy import Policy
from tests.agents.conftest import Open
from tests.agents.small_policies import LADDER, small
from tests.agents.stage import Stage, payload
from tests.builders import DAY, T0, TOPICS
from tests.oracle.events import engaged, order
from tests.schemas.envelopes import binary, rec, structured

THANKS = """\
rewards: [{id: thanks, on: {engaged: link_clicked}, message: {template: thank-you, channels: [email]}}]
"""


def policy(products: int = 2) -> Policy:
    return small(LADDER, f"personal: {{products: {products}}}\n{THANKS}")


def lines(*skus: object) -> list[dict[str, object]]:
    return [{"sku": sku, "quantity": 1} for sku in skus]


def named(stage: Stage) -> Any:
    stage.absorb([engaged("e", T0 + 9 * DAY, "link_clicked")])
    (asked,) = (payload(out) for out in stage.outgoing if out.topic == TOPICS.messages)
    return asked["fields"].get("products")


def test_a_message_names_the_last_products_each_once_the_newest_first(opened: Open) -> None:
    stage = opened(policy())
    stage.absorb([order("2", T0 + DAY, 5, lines=lines("b", "a", "b"))])
    stage.absorb([order("3", T0 + 2 * DAY, 5, lines=lines("a")), order("1", T0, 5, lines=lines("c"))])
    assert named(stage) == ["a", "b"]


def test_where_no_policy_asks_nothing_is_remembered(opened: Open) -> None:
    stage = opened(policy(products=0))
    stage.absorb([order("1", T0, 5, lines=lines("a"))])
    assert not stage.row("ann").loyalty
    assert named(stage) is None


@pytest.mark.parametrize(
    "told", [None, "a", {"sku": "a"}, [{"sku": 5}], [{}], lines(""), lines("x" * 129), lines("a\0")]
)
def test_lines_that_name_no_product_spoil_no_order(opened: Open, told: object) -> None:
    stage = opened(policy())
    stage.absorb([order("1", T0, 5, lines=told)])
    assert stage.row("ann").counted == 1
    assert named(stage) is None


def test_the_lines_of_cloud_events_are_read_too(opened: Open) -> None:
    stage = opened(policy())
    stage.absorb_records([
        rec(binary(order("1", T0, 5, lines=lines("a")))), rec(structured(order("2", T0 - 1, 5, lines=lines("b")))),
    ])  # fmt: skip
    assert named(stage) == ["a", "b"]


def test_an_order_ahead_of_the_clock_keeps_its_products(opened: Open) -> None:
    stage = opened(policy())
    stage.absorb([{**order("1", T0 + 60_000, 5, lines=lines("a")), "recorded_at": T0}])
    assert named(stage) == ["a"]


def test_a_repetition_with_other_lines_is_a_duplicate_while_the_order_waits(opened: Open) -> None:
    stage = opened(policy())
    early = {**order("1", T0 + 60_000, 5, lines=lines("a")), "recorded_at": T0}
    stage.absorb([early])
    stage.absorb([early | {"event_id": "again", "lines": lines("b")}])
    assert Ending.DUPLICATE in stage.tallies[-1].endings
    assert named(stage) == ["a"]


@given(st.lists(st.tuples(st.integers(0, 5), st.lists(st.sampled_from("abcde"), max_size=3)), max_size=6), st.data())
def test_whatever_order_orders_come_in_the_same_products_are_remembered(
    told: list[tuple[int, list[str]]], data: st.DataObject
) -> None:
    assert _remembered(told) == _remembered(data.draw(st.permutations(told)))


def _remembered(told: list[tuple[int, list[str]]]) -> list[tuple[int, str]]:
    customer = Customer("ann", CustomerRow(), NothingStored(frozenset()))
    for at, products in told:
        placed = OrderPlaced("e", "ann", Instant(T0 + at), "o", Money(5, "GBP"), products=tuple(products))
        note_products(customer, placed, 3)
    return customer.loyalty.products if customer.loyalty is not None else []
