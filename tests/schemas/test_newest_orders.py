"""Orders packed into a row: found, taken out and told in the order in which they came."""

from hypothesis import given
from hypothesis import strategies as st

from schemas.facts import LARGEST_AMOUNT
from schemas.newest_orders import entries, find, pack, without

ids = st.text(min_size=1, max_size=30).map(lambda text: text.encode(errors="ignore")).filter(bool)
orders = st.lists(
    st.tuples(st.integers(0, 2**53), st.integers(0, LARGEST_AMOUNT), ids), max_size=12, unique_by=lambda order: order[2]
)
Order = tuple[int, int, bytes]


def packed(placed: list[Order]) -> bytes:
    return b"".join(pack(*order) for order in placed)


def told(row: bytes) -> list[Order]:
    return [(entry.at, entry.amount, entry.order_id) for entry in entries(row)]


@given(orders)
def test_unpacking_gives_the_orders_back_in_their_order(placed: list[Order]) -> None:
    assert told(packed(placed)) == placed


@given(orders, ids)
def test_an_order_is_found_by_its_id_alone(placed: list[Order], other: bytes) -> None:
    row = packed(placed)
    for at, amount, order_id in placed:
        entry = find(row, order_id)
        assert entry is not None
        assert (entry.at, entry.amount) == (at, amount)
    assert (find(row, other) is not None) == (other in [order_id for _, _, order_id in placed])


def test_an_id_inside_another_is_no_order() -> None:
    row = pack(1, 2, b"536365") + pack(3, 4, b"536366")
    assert find(row, b"5363") is None
    assert find(pack(0, 0, b"a"), b"\0") is None, "nor are the bytes of an amount"


@given(orders.filter(bool), st.data())
def test_taking_one_out_leaves_the_others(placed: list[Order], data: st.DataObject) -> None:
    gone = data.draw(st.sampled_from(placed))
    entry = find(packed(placed), gone[2])
    assert entry is not None
    assert told(without(packed(placed), entry)) == [order for order in placed if order != gone]
