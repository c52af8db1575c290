"""What the topics hold already in, what is not sent again out: the beginning of this history, or nothing."""

from collections import defaultdict

from hypothesis import given
from hypothesis import strategies as st

from app.backfilling.record_sorter import Record
from app.backfilling.resuming import Newest, Place, sent_before
from app.partitioner import partition_of

PARTITIONS = 3

histories = st.lists(
    st.tuples(st.sampled_from(["orders", "engagement"]), st.sampled_from(["1", "2", "3", "4", "5"])), min_size=1
).map(lambda told: [(n // 2, n, feed, customer, b"%d" % n) for n, (feed, customer) in enumerate(told)])


def by_place(history: list[Record]) -> dict[Place, list[Record]]:
    places: dict[Place, list[Record]] = defaultdict(list)
    for record in history:
        places[record[2], partition_of(record[3].encode(), PARTITIONS)].append(record)
    return places


def newest(records: list[Record]) -> Newest:
    at, _, _, customer, value = records[-1]
    return Newest(len(records), at, customer.encode(), value)


@given(histories, st.data())
def test_wherever_each_partition_was_cut_off_it_goes_on_there(history: list[Record], data: st.DataObject) -> None:
    cuts = {place: data.draw(st.integers(0, len(records))) for place, records in by_place(history).items()}
    there = {place: newest(by_place(history)[place][:cut]) for place, cut in cuts.items() if cut}
    assert sent_before(history, there, PARTITIONS) == {place: cut for place, cut in cuts.items() if cut}


@given(histories, st.data())
def test_one_record_of_anything_else_and_all_is_sent(history: list[Record], data: st.DataObject) -> None:
    there = {place: newest(records) for place, records in by_place(history).items()}
    place = data.draw(st.sampled_from(sorted(there)))
    number, at, key, value = there[place]
    there[place] = data.draw(
        st.sampled_from(
            [
                Newest(number + 1, at, key, value),
                Newest(number, at + 1, key, value),
                Newest(number, at, b"another", value),
                Newest(number, at, key, b"another"),
            ]
        )
    )
    assert sent_before(history, there, PARTITIONS) == {}


def test_what_lies_in_a_partition_that_this_history_has_not_is_something_else() -> None:
    history: list[Record] = [(0, 0, "orders", "1", b"0")]
    there = {("engagement", 0): Newest(1, 0, b"1", b"0"), **{p: newest(r) for p, r in by_place(history).items()}}
    assert sent_before(history, there, PARTITIONS) == {}
