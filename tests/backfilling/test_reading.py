"""Files in, records out: every fact on its topic, as its line tells it, in the order of time; nothing else."""

from pathlib import Path

import orjson
import pyarrow as pa
import pytest
from hypothesis import given, settings

from app.backfilling.reading import FEED_OF
from app.runtime.errors import SegueError
from schemas.decoding import decode
from schemas.facts import FACT_TYPES, OrderPlaced
from schemas.order_lines import with_products
from schemas.rejections import Rejected
from tests.agents.histories import Moment
from tests.agents.whole_histories import whole_histories
from tests.backfilling.histories import EVERYTHING, NOW, counted, read
from tests.builders import DAY, T0, TOPIC_OF, TOPICS, Rec, new_directory, record
from tests.oracle.events import engaged, money, order
from tests.simulate.files import csv_of, ndjson, parquet_file, written


def test_every_line_is_sent_as_it_stands(tmp_path: Path) -> None:
    events = written(tmp_path / "events.ndjson.gz", ndjson(EVERYTHING))
    with read(tmp_path, events) as history:
        records = list(history.in_order())
    assert [value for *_, value in records] == [orjson.dumps(event) for event in EVERYTHING]
    assert [(at, customer) for at, _, _, customer, _ in records] == [
        (event["occurred_at"], event["customer_id"]) for event in EVERYTHING
    ]
    assert (history.size, history.customers(), history.oldest, history.newest) == (7, 2, T0, T0 + 6 * DAY)


def test_every_kind_of_fact_has_its_topic(tmp_path: Path) -> None:
    with read(tmp_path, written(tmp_path / "a.ndjson", ndjson(EVERYTHING))) as history:
        feeds = {orjson.loads(value)["type"]: feed for _, _, feed, _, value in history.in_order()}
    assert feeds == {kind: TOPICS.feeds[TOPIC_OF.get(kind, TOPICS.orders)] for kind in feeds}
    assert set(FACT_TYPES.values()) - feeds.keys() == {"message.delivered", "message.failed"}  # of no shop's history
    assert FEED_OF.keys() == FACT_TYPES.keys()
    assert history.records == {"orders": 4, "engagement": 1, "customers": 2}


@given(whole_histories(steps=12))
@settings(max_examples=25)
def test_what_is_sent_is_the_same_fact_on_its_topic(moments: list[Moment]) -> None:
    """And its record is stamped and keyed so that the topic does not reject it."""
    events = [event for moment in moments for event in moment.events]
    with new_directory() as directory:
        file = written(directory / "events.ndjson", ndjson(events))
        with read(directory, file, latest=2**50) as history:
            records = list(history.in_order())
    topics = {feed: topic for topic, feed in TOPICS.feeds.items()}
    told = [Rec(value, customer.encode(), at, topics[feed]) for at, _, feed, customer, value in records]
    due = sorted(map(record, events), key=lambda one: one.timestamp)
    assert told == due
    assert not [one for one in told if isinstance(decode(one, TOPICS.feeds[one.topic]), Rejected)]


def test_the_time_of_the_record_comes_before_the_time_of_the_event(tmp_path: Path) -> None:
    late, early = order("1", T0, 1_000, recorded_at=T0 + 9 * DAY), order("2", T0 + DAY, 1_000)
    with read(tmp_path, written(tmp_path / "a.ndjson", ndjson([late, early]))) as history:
        assert [at for at, *_ in history.in_order()] == [T0 + DAY, T0 + 9 * DAY]


@pytest.mark.parametrize("limit", [1, 1_000, 10**9])
def test_one_millisecond_keeps_the_order_of_the_files_however_little_is_held(limit: int, tmp_path: Path) -> None:
    events = [engaged(f"e-{number}", T0 + DAY * (number % 7)) for number in range(200)]
    first, second = (
        written(tmp_path / f"{name}.ndjson", ndjson(part)) for name, part in (("z", events[:90]), ("a", events[90:]))
    )
    with read(tmp_path / "scratch", first, second, limit=limit) as history:
        ids = [orjson.loads(value)["event_id"] for *_, value in history.in_order()]
    assert ids == [event["event_id"] for event in sorted(events, key=lambda event: event["occurred_at"])]
    assert not [path for path in (tmp_path / "scratch").rglob("*") if path.is_file()]


ROWS = [
    {"type": "order_placed", "order_id": "1", "refund_id": "", "amount": "10.50", "occurred_at": T0},
    {"type": "order_refunded", "order_id": "1", "refund_id": "r-1", "amount": "0.5", "occurred_at": T0 + 1},
    {"type": "order_refunded", "order_id": "", "refund_id": "r-2", "amount": "3", "occurred_at": T0 + 2},
    {"type": "order_cancelled", "order_id": "1", "refund_id": "", "amount": "", "occurred_at": T0 + 3},
]
WRITTEN: list[dict[str, object]] = [
    {"type": "order_placed", "event_id": "o-1", "order_id": "1", "total": money(1_050)},
    {"type": "order_refunded", "event_id": "r-r-1", "refund_id": "r-1", "amount": money(50), "order_id": "1"},
    {"type": "order_refunded", "event_id": "r-r-2", "refund_id": "r-2", "amount": money(300)},
    {"type": "order_cancelled", "event_id": "c-1", "order_id": "1"},
]


@pytest.mark.parametrize("name", ["orders.csv", "orders.csv.zst", "orders.parquet"])
def test_rows_of_a_table_are_written_as_the_contract_has_them(name: str, tmp_path: Path) -> None:
    rows = [{"customer_id": "ann", **row} for row in ROWS]
    if name.endswith("parquet"):
        columns = {column: pa.array([row[column] for row in rows]) for column in rows[0]}
        table = parquet_file(tmp_path / name, columns)
    else:
        table = written(tmp_path / name, csv_of(rows))
    with read(tmp_path, table) as history:
        records = list(history.in_order())
    assert [orjson.loads(value) for *_, value in records] == [
        {**fact, "customer_id": "ann", "occurred_at": f"2010-12-01T08:26:00.{number:03d}Z"}
        for number, fact in enumerate(WRITTEN)
    ]
    sent = [Rec(value, customer.encode(), at) for at, _, _, customer, value in records]
    assert not [one for one in sent if isinstance(decode(one), Rejected)]


SKUS = ["85123A; 71053;85123A", "", None, "a b", ";é;"]
LINES = [["85123A", "71053"], None, None, ["a b"], ["é"]]


@pytest.mark.parametrize("name", ["orders.csv", "text.parquet", "lists.parquet"])
def test_the_products_of_a_table_become_lines_of_which_messages_are_made(name: str, tmp_path: Path) -> None:
    rows = [
        {"customer_id": "ann", "order_id": str(number), "occurred_at": T0 + number, "amount": "1", "products": skus}
        for number, skus in enumerate(SKUS)
    ]
    columns: dict[str, object] = {column: pa.array([row[column] for row in rows]) for column in rows[0]}
    lists = {"products": pa.array([skus and skus.split(";") for skus in SKUS], pa.list_(pa.string()))}
    table = (
        written(tmp_path / name, csv_of(rows))
        if name.endswith("csv")
        else parquet_file(tmp_path / name, columns | (lists if name.startswith("lists") else {}))
    )
    with read(tmp_path, table) as history:
        values = [value for *_, value in history.in_order()]
    lines = [None if skus is None else [{"sku": sku} for sku in skus] for skus in LINES]
    assert [orjson.loads(value).get("lines") for value in values] == lines
    orders = [decode(Rec(value, b"ann", T0 + number)) for number, value in enumerate(values)]
    assert [
        list(with_products(one, (), value, 9).products or ()) or None
        for one, value in zip(orders, values, strict=True)
        if isinstance(one, OrderPlaced)
    ] == LINES


def test_a_column_of_products_holds_text_or_lists_of_it(tmp_path: Path) -> None:
    columns = {"customer_id": ["ann"], "order_id": ["1"], "occurred_at": [T0], "amount": ["1"], "products": [[1]]}
    with (
        pytest.raises(SegueError, match="column 'products' holds list"),
        read(tmp_path, parquet_file(tmp_path / "orders.parquet", columns)),
    ):
        pass


def test_what_is_no_fact_is_counted_and_left_behind(tmp_path: Path) -> None:
    broken = [
        order("1", "2010-12-01T08:26:00", 1_000),
        order("2", NOW + 1, 1_000),
        order("3", T0, 1_000, recorded_at=NOW + 1),
        engaged("e-1", T0, "No Kind"),
    ]
    lines = ndjson([EVERYTHING[0], *broken, EVERYTHING[1]]) + b" \n\x0b\nno JSON\n"
    table = csv_of([{"customer_id": "", "order_id": "9", "occurred_at": T0, "amount": "1"}])
    files = written(tmp_path / "a.ndjson", lines), written(tmp_path / "b.csv", table)
    with counted(tmp_path, *files) as (history, counts):
        kept = [orjson.loads(value)["order_id"] for *_, value in history.in_order()]
    assert kept == ["1", "2"]
    assert counts.read == 8
    rejected = {"naive_time": 1, "too_far_ahead": 2, "invalid_value": 1, "undecodable": 1, "missing_field": 1}
    assert counts.rejected == rejected
    assert {code: (place.file, place.line) for code, (place, _) in counts.first.items()} == {
        "naive_time": (str(files[0]), 2),
        "invalid_value": (str(files[0]), 5),
        "undecodable": (str(files[0]), 9),
        "too_far_ahead": (str(files[0]), None),
        "missing_field": (str(files[1]), 2),
    }


def test_space_around_a_line_is_not_sent(tmp_path: Path) -> None:
    lines = b"\xef\xbb\xbf \t" + orjson.dumps(EVERYTHING[0]) + b" \r\n" + orjson.dumps(EVERYTHING[1]) + b"\r\n"
    with read(tmp_path, written(tmp_path / "a.ndjson", lines)) as history:
        assert [value for *_, value in history.in_order()] == list(map(orjson.dumps, EVERYTHING[:2]))


@pytest.mark.parametrize("cut", [1, 20])
def test_a_file_that_was_cut_in_a_line_is_refused(cut: int, tmp_path: Path) -> None:
    whole = ndjson(EVERYTHING)
    good, torn = written(tmp_path / "good.ndjson", whole), written(tmp_path / "torn.ndjson", whole[: -1 - cut])
    with (
        pytest.raises(SegueError, match=r"torn\.ndjson:7: the file ends in the middle of a line"),
        read(tmp_path, good, torn),
    ):
        pass


def test_a_file_of_nothing_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SegueError, match="blank: holds no events"), read(tmp_path, written(tmp_path / "blank", b" \n")):
        pass
