"""Records of the input topics in, lines of a history out: what a deployment makes of the one it makes of the other."""

from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.topic_dump import line_of
from schemas.decoding import LARGEST_RECORD, decode
from schemas.facts import OrderPlaced
from schemas.order_lines import with_products
from tests.builders import T0, Rec
from tests.oracle.events import engaged, order
from tests.schemas.envelopes import Event, Headers, binary, rec, structured

LINE = {"sku": "85123A", "quantity": 6, "unit_price": {"amount_minor": 255, "currency": "GBP"}, "category": None}
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["sku", "n"]), inner, max_size=2),
    max_leaves=8,
)


def dumped(record: Rec) -> Any:
    line = line_of(record, "orders")
    assert line is not None
    assert (line.count(b"\n"), line[-1:]) == (1, b"\n")
    return orjson.loads(line)


def products(record: Rec) -> Any:
    fact = decode(record)
    assert isinstance(fact, OrderPlaced)
    return with_products(fact, record.headers, record.value or b"", 9).products


def test_an_order_is_told_with_its_lines_as_they_were() -> None:
    told = dumped(Rec(orjson.dumps(order("1", T0, 500, lines=[LINE], colour="red"), option=orjson.OPT_INDENT_2)))
    assert told == {**order("1", T0, 500), "occurred_at": "2010-12-01T08:26:00.000Z", "lines": [LINE],
                    "recorded_at": T0}  # fmt: skip


def bare(event: Event) -> tuple[bytes, Headers]:
    return orjson.dumps(event), []


@pytest.mark.parametrize("envelope", [bare, binary, structured])
@given(lines=ANYTHING)
def test_a_history_names_the_products_that_the_topics_name(envelope: Any, lines: Any) -> None:
    record = rec(envelope(order("1", T0, 500, lines=lines)))
    line = orjson.dumps(dumped(record))
    assert products(Rec(line)) == products(record)
    assert dumped(record).get("lines") == lines


def test_lines_that_make_a_line_longer_than_a_record_are_left_out() -> None:
    value = order("1", T0, 500, lines=[{"sku": "a" * 100}] * 580)
    value["lines"][0] = {"sku": "a" * (LARGEST_RECORD + 90 - len(orjson.dumps(value)))}
    assert LARGEST_RECORD - 20 < len(orjson.dumps(value)) <= LARGEST_RECORD
    assert "lines" not in dumped(Rec(orjson.dumps(value)))


def test_what_is_no_order_has_no_lines_and_what_is_no_fact_no_line() -> None:
    engagement = line_of(Rec(orjson.dumps(engaged("e", T0, lines=[LINE]))), "engagement")
    assert engagement is not None
    assert "lines" not in orjson.loads(engagement)
    assert line_of(Rec(b"no JSON"), "orders") is None
