"""Every offset of a load has its account, and a broken record stands where its letter says."""

from tests.faults.by_offset import placed
from tests.faults.fleet import PARTITIONS
from tests.faults.whole_load import BROKEN, tell

ORDERS = 1_000


def test_the_orders_the_others_and_the_broken_ones_are_all_that_stands_in_the_topic_of_orders() -> None:
    load = tell(PARTITIONS, ORDERS)
    places = dict(placed(load.records))
    assert len(places) == len(load.records)
    assert len(load.letters) == BROKEN
    assert all(places[place].value == letter.value for place, letter in load.letters.items())
    rejected = sum(place.feed == "orders" for place in load.letters)
    ends = sum(place.feed == "orders" for place in places)
    assert len(load.orders) + sum(load.others.values()) + rejected == ends
    assert min(load.others.values()) > 0, "the load has lost its point"
