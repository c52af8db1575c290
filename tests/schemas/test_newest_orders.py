"""Orders packed into a row: found, taken out and told in the order in which they came."""

from hypothesis import given
from hypothesis import strategies as st

from schemas.facts import LARGEST_AMOUNT
from schemas.newest_orders import LIMIT, entries, find, pack, without

HEAD = 18
"""Bytes of an entry before its ids."""
LONGEST_ID = 128
Order = tuple[int, int, bytes, bytes]

ids = st.text(min_size=1, max_size=30).map(lambda text: text.encode(errors="ignore")).filter(bool)
prefixes = st.sampled_from([b"", b"o-", "é".encode(), b"order_placed:"])


@st.composite
def placed_orders(draw: st.DrawFn) -> Order:
    """The event's id is the order's behind a prefix, or has nothing to do with it."""
    order_id = draw(ids)
    event_id = draw(prefixes) + order_id if draw(st.booleans()) else draw(ids)
    return draw(st.integers(0, 2**53)), draw(st.integers(0, LARGEST_AMOUNT)), order_id, event_id


orders = st.lists(placed_orders(), max_size=12, unique_by=lambda order: order[2])


def packed(placed: list[Order]) -> bytes:
    return b"".join(pack(*order) for order in placed)


def told(row: bytes) -> list[Order]:
    return [(entry.at, entry.amount, entry.order_id, entry.event_id) for entry in entries(row)]


@given(orders)
def test_unpacking_gives_the_orders_back_in_their_order(placed: list[Order]) -> None:
    assert told(packed(placed)) == placed


@given(orders, ids)
def test_an_order_is_found_by_its_id_alone(placed: list[Order], other: bytes) -> None:
    row = packed(placed)
    for at, amount, order_id, event_id in placed:
        entry = find(row, order_id)
        assert entry is not None
        assert (entry.at, entry.amount, entry.event_id) == (at, amount, event_id)
    assert (find(row, other) is not None) == (other in [order_id for _, _, order_id, _ in placed])


def test_an_id_inside_another_is_no_order() -> None:
    row = pack(1, 2, b"536365", b"e-1") + pack(3, 4, b"536366", b"e-2")
    assert find(row, b"5363") is None
    assert find(row, b"e-1") is None, "nor is the id of an event"
    assert find(pack(0, 0, b"a", b"a"), b"\0") is None, "nor are the bytes of an amount"


@given(orders.filter(bool), st.data())
def test_taking_one_out_leaves_the_others(placed: list[Order], data: st.DataObject) -> None:
    gone = data.draw(st.sampled_from(placed))
    entry = find(packed(placed), gone[2])
    assert entry is not None
    assert told(without(packed(placed), entry)) == [order for order in placed if order != gone]


@given(length=st.integers(1, LONGEST_ID), before=st.integers(0, LONGEST_ID - 1), other=st.booleans())
def test_an_event_id_costs_what_stands_before_the_order_id(*, length: int, before: int, other: bool) -> None:
    """But for a prefix of 127 bytes, whose length the one byte cannot tell: it is written in full, and read as well."""
    before = min(before, LONGEST_ID - length)
    order_id = b"7" * length
    event_id = b"x" * before + (b"8" * length if other else order_id)
    row = pack(1, 2, order_id, event_id)
    in_full = other or before == LONGEST_ID - 1
    assert len(row) == HEAD + length + (len(event_id) if in_full else before)
    assert told(row + row) == [(1, 2, order_id, event_id)] * 2


def test_a_prefix_of_127_bytes_is_written_in_full() -> None:
    row = pack(1, 2, b"7", b"x" * 127 + b"7")
    assert len(row) == HEAD + 1 + 128
    assert told(row) == [(1, 2, b"7", b"x" * 127 + b"7")]
    assert len(pack(1, 2, b"7", b"x" * 126 + b"7")) == HEAD + 1 + 126


def test_a_usual_life_fits_into_the_row() -> None:
    """Ids of 16 characters, each event named after its order: 13 orders."""
    assert 13 * len(pack(1, 2, b"2010-12-01-36365", b"o-2010-12-01-36365")) <= LIMIT
