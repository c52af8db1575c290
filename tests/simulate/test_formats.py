"""The same orders in whatever file: the same result."""

import gzip
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from tests.builders import DAY, T0
from tests.oracle.events import cancellation, delivered, engaged, erasure, failed, order, profile, refund
from tests.simulate.files import Results, csv_of, ndjson, parquet_file, simulated, written

ORDERS = [
    order("1", T0, 4_000, customer_id="ann"),
    order("2", T0 + DAY, 60_050, customer_id="bob"),
    order("3", T0 + 2 * DAY, 7_000, customer_id="ann"),
    order("4", T0 + 95 * DAY, 900, customer_id="ann"),
]
ROWS: list[dict[str, Any]] = [
    {
        "customer_id": event["customer_id"],
        "order_id": event["order_id"],
        "occurred_at": event["occurred_at"],
        "amount": f"{event['total']['amount_minor'] / 100:.2f}",
    }
    for event in ORDERS
]
RESULTS = ("transitions.ndjson", "brinks.ndjson", "segments.csv")


def told(results: Results) -> dict[str, str]:
    return {name: results.text(name) for name in RESULTS}


@pytest.fixture
def plain(tmp_path: Path) -> dict[str, str]:
    return told(simulated(tmp_path / "plain", written(tmp_path / "plain.ndjson", ndjson(ORDERS))))


def test_orders_move_customers(plain: dict[str, str]) -> None:
    assert [line.partition(",")[0] for line in plain["segments.csv"].splitlines()[1:]] == ["ann", "bob"]
    assert plain["transitions.ndjson"].count('"direction":"entry"') == 2


@pytest.mark.parametrize("name", ["events.ndjson.gz", "events.ndjson.zst", "events.jsonl", "events", "events.zst"])
def test_ndjson_is_read_packed_or_not_under_any_name(name: str, tmp_path: Path, plain: dict[str, str]) -> None:
    assert told(simulated(tmp_path / "out", written(tmp_path / name, ndjson(ORDERS)))) == plain


@pytest.mark.parametrize("name", ["orders.csv", "orders.csv.gz", "orders.csv.zst", "orders.txt"])
def test_csv_gives_what_ndjson_gives(name: str, tmp_path: Path, plain: dict[str, str]) -> None:
    assert told(simulated(tmp_path / "out", written(tmp_path / name, csv_of(ROWS)))) == plain


def test_csv_may_give_minor_units_currency_event_ids_and_rfc_3339(tmp_path: Path, plain: dict[str, str]) -> None:
    rows = [
        {
            "order_id": event["order_id"],
            "ordered_at": f"2010-12-01T08:26:00.{number:03d}Z",
            "event_id": event["event_id"],
            "amount_minor": event["total"]["amount_minor"],
            "currency": "GBP",
            "customer_id": event["customer_id"],
        }
        for number, event in enumerate(ORDERS)
    ]
    events = [{**event, "occurred_at": T0 + number} for number, event in enumerate(ORDERS)]
    from_csv = simulated(tmp_path / "csv", written(tmp_path / "orders.csv", csv_of(rows)))
    from_json = simulated(tmp_path / "json", written(tmp_path / "orders.ndjson", ndjson(events)))
    assert told(from_csv) == told(from_json) != plain


@pytest.mark.parametrize("ending", ["\n", "\r\n"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_marks_ends_of_lines_and_blank_lines_do_not_matter(
    mark: str, ending: str, tmp_path: Path, plain: dict[str, str]
) -> None:
    for name, content in (("a.csv", csv_of(ROWS)), ("a.ndjson", ndjson(ORDERS))):
        lines = content.decode().splitlines()
        text = mark + ending.join([lines[0], "", *lines[1:]])
        results = simulated(tmp_path / f"out-{name}", written(tmp_path / name, text.encode()))
        assert told(results) == plain
        assert results.json("summary.json")["events"]["read"] == len(ORDERS)


COLUMNS: dict[str, Any] = {name: [row[name] for row in ROWS] for name in ROWS[0]}
MONEY = [Decimal(row["amount"]) for row in ROWS]


@pytest.mark.parametrize(
    "columns",
    [
        COLUMNS,
        COLUMNS | {"amount": pa.array(MONEY, pa.decimal128(12, 3))},
        COLUMNS | {"amount": [float(amount) for amount in MONEY]},
        COLUMNS | {"order_id": [int(row["order_id"]) for row in ROWS]},
        COLUMNS | {"occurred_at": pa.array(COLUMNS["occurred_at"]).cast(pa.timestamp("ms", "UTC"))},
        COLUMNS
        | {
            "occurred_at": pa.array([at * 10**6 + 999_999 for at in COLUMNS["occurred_at"]]).cast(
                pa.timestamp("ns", "Europe/London")
            )
        },
        COLUMNS | {"customer_id": pa.array(COLUMNS["customer_id"]).dictionary_encode()},
        COLUMNS | {"currency": pa.array([None, "GBP", None, ""])},
    ],
    ids=["text", "decimal", "float", "numbers as ids", "timestamps", "ns in a zone", "dictionary", "currency"],
)
def test_parquet_gives_what_ndjson_gives(columns: dict[str, Any], tmp_path: Path, plain: dict[str, str]) -> None:
    assert told(simulated(tmp_path / "out", parquet_file(tmp_path / "orders.parquet", columns))) == plain


def test_a_table_may_hold_refunds_and_cancellations(tmp_path: Path) -> None:
    events = [*ORDERS, refund("r9", "1", T0 + 3 * DAY, 4_000, customer_id="ann"), cancellation("2", T0 + 3 * DAY)]
    events[-1] = {**events[-1], "customer_id": "bob"}
    rows = [
        {
            "type": event["type"],
            "customer_id": event["customer_id"],
            "order_id": event["order_id"],
            "refund_id": event.get("refund_id", ""),
            "occurred_at": event["occurred_at"],
            "amount_minor": (event.get("total") or event.get("amount") or {"amount_minor": ""})["amount_minor"],
            "event_id": event["event_id"],
        }
        for event in events
    ]
    from_csv = simulated(tmp_path / "csv", written(tmp_path / "all.csv", csv_of(rows)))
    from_json = simulated(tmp_path / "json", written(tmp_path / "all.ndjson", ndjson(events)))
    assert told(from_csv) == told(from_json)
    causes = {move["cause"]["type"] for move in from_csv.lines("transitions.ndjson")}
    assert {"refund", "cancellation"} <= causes


def test_all_feeds_stand_in_one_file(tmp_path: Path) -> None:
    events = [
        engaged("e1", T0, "review_posted", 5, customer_id="cid"),
        {**profile("p1", T0, "email"), "customer_id": "ann"},
        *ORDERS,
        failed("f1", T0 + DAY, "of-nobody"),
        delivered("d1", T0 + DAY, "of-nobody"),
        erasure("x1", T0 + 5 * DAY, customer_id="bob"),
    ]
    results = simulated(tmp_path / "out", written(tmp_path / "all.ndjson", ndjson(events)))
    assert list(results.segments) == ["ann", "cid"]
    assert results.segments["cid"]["segment"] == ""
    assert results.json("summary.json")["events"]["accepted"] == len(events)


def test_files_are_one_log_in_the_order_given(tmp_path: Path) -> None:
    """Of two orders of one id the first in the log is the fact."""
    cheap, dear = order("1", T0, 1_000), order("1", T0 + DAY, 90_000)
    one = written(tmp_path / "one.ndjson", ndjson([cheap]))
    two = written(tmp_path / "two.csv", csv_of([{**ROWS[0], "amount": "900.00", "occurred_at": T0 + DAY}]))
    forth, back = simulated(tmp_path / "forth", one, two), simulated(tmp_path / "back", two, one)
    assert forth.segments["ann"]["monetary_minor"] == "1000"
    assert back.segments["ann"]["monetary_minor"] == str(dear["total"]["amount_minor"])
    assert forth.json("summary.json")["events"]["conflicts"] == 1


def test_with_recorded_at_the_files_are_sorted_by_it(tmp_path: Path) -> None:
    late = {**order("1", T0, 1_000), "recorded_at": T0 + 2 * DAY}
    early = {**order("1", T0, 90_000), "recorded_at": T0 + DAY}
    file = written(tmp_path / "a.ndjson", ndjson([late, early]))
    assert simulated(tmp_path / "out", file).segments["ann"]["monetary_minor"] == "90000"
    same = [{**event, "recorded_at": T0 + DAY} for event in (late, early)]
    file = written(tmp_path / "b.ndjson", ndjson(same))
    assert simulated(tmp_path / "same", file).segments["ann"]["monetary_minor"] == "1000"


def test_a_fact_may_be_recorded_ten_minutes_early_and_no_more(tmp_path: Path) -> None:
    events = [
        {**order("1", T0 + 600_000, 1_000), "recorded_at": "2010-12-01T08:26:00Z"},
        {**order("2", T0 + 600_001, 1_000), "recorded_at": T0},
    ]
    results = simulated(tmp_path / "out", written(tmp_path / "a.ndjson", ndjson(events)))
    assert results.json("summary.json")["events"]["rejected"] == {"too_far_ahead": 1}


def test_several_gzip_members_are_one_file(tmp_path: Path, plain: dict[str, str]) -> None:
    path = tmp_path / "events.ndjson.gz"
    path.write_bytes(b"".join(gzip.compress(ndjson([event])) for event in ORDERS))
    assert told(simulated(tmp_path / "out", path)) == plain
