"""What is no fact: counted by the code that the topic would give, and nothing else is touched by it."""

from pathlib import Path
from typing import Any

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.simulate import plain_lines
from app.simulate.entries import Stamped
from app.simulate.judging import judge_line
from app.simulate.plain_lines import plain_block, plain_line
from schemas.decoding import decode
from schemas.rejections import Rejected
from tests.agents.whole_histories import whole_histories
from tests.builders import DAY, T0, TOPICS, record
from tests.oracle.events import money, order
from tests.simulate.files import SHOP, Event, csv_of, ndjson, parquet_file, simulated, written

GOOD = order("1", T0, 1_000)
BROKEN: list[tuple[bytes, str]] = [
    (b"no JSON", "undecodable"),
    (b"\xff\xfe", "undecodable"),
    (b'{"type":"order_placed",', "undecodable"),
    (orjson.dumps(GOOD) * 2, "undecodable"),
    (orjson.dumps({**GOOD, "type": "order_dreamt"}), "unknown_type"),
    (b"{}", "missing_field"),
    (orjson.dumps({**GOOD, "total": None}), "wrong_type"),
    (orjson.dumps({**GOOD, "occurred_at": 1.5}), "wrong_type"),
    (orjson.dumps({**GOOD, "occurred_at": "yesterday"}), "invalid_time"),
    (orjson.dumps({**GOOD, "occurred_at": "2010-12-01T08:26:00"}), "naive_time"),
    (orjson.dumps({**GOOD, "occurred_at": 0}), "before_1990"),
    (orjson.dumps({**GOOD, "occurred_at": 10**15}), "too_far_ahead"),
    (orjson.dumps({**GOOD, "recorded_at": T0 - 600_001}), "too_far_ahead"),
    (orjson.dumps({**GOOD, "recorded_at": "yesterday"}), "invalid_time"),
    (b'{"recorded_at":1' + b"0" * 30 + b"," + orjson.dumps(GOOD)[1:], "invalid_time"),
    (orjson.dumps({**GOOD, "total": money(-1)}), "negative_amount"),
    (orjson.dumps({**GOOD, "total": money(2**53)}), "amount_out_of_range"),
    (orjson.dumps({**GOOD, "total": money(1, "XQQ")}), "unknown_currency"),
    (orjson.dumps({**GOOD, "base_total": money(1, "XQQ")}), "unknown_currency"),
    (orjson.dumps({**GOOD, "customer_id": ""}), "invalid_id"),
    (orjson.dumps({**GOOD, "customer_id": "a\nb"}), "invalid_id"),
    (orjson.dumps({**GOOD, "order_id": "é" * 65}), "invalid_id"),
    (orjson.dumps({**GOOD, "event_id": "\x7f"}), "invalid_id"),
    (orjson.dumps(GOOD).replace(b'"ann"', rb'"\ud800"'), "undecodable"),
    (orjson.dumps({**GOOD, "note": "x" * 65_536}), "too_large"),
]


@pytest.mark.parametrize(("line", "code"), BROKEN)
def test_a_broken_line_is_counted_by_its_code(line: bytes, code: str, tmp_path: Path) -> None:
    file = written(tmp_path / "a.ndjson", line + b"\n" + ndjson([GOOD]))
    results = simulated(tmp_path / "out", file)
    events = results.json("summary.json")["events"]
    assert (events["read"], events["accepted"], events["rejected"]) == (2, 1, {code: 1})
    assert results.segments["ann"]["frequency"] == "1"


@pytest.mark.parametrize("name", ["occurred_at", "recorded_at"])
def test_a_line_that_tells_a_time_twice_is_judged_by_both(name: str) -> None:
    told = orjson.dumps(order("1", T0, 100, recorded_at=T0))
    line = told.replace(f'"{name}"'.encode(), f'"{name}":"2010","{name}"'.encode())
    assert isinstance(judge_line(line), Rejected)
    assert plain_line(line) is None
    assert plain_block(line + b"\n") is None


def test_every_kind_of_broken_line_at_once(tmp_path: Path) -> None:
    content = b"".join(line + b"\n" + ndjson([order(f"{n}", T0 + n, 1_000)]) for n, (line, _) in enumerate(BROKEN))
    results = simulated(tmp_path / "out", written(tmp_path / "a.ndjson", content))
    rejected = results.json("summary.json")["events"]["rejected"]
    assert sum(rejected.values()) == len(BROKEN)
    assert {code for _, code in BROKEN} == set(rejected)
    assert results.segments["ann"]["frequency"] == str(len(BROKEN))
    places = [(told["line"], told["code"]) for told in results.lines("rejected.ndjson")]
    assert places == [(2 * n + 1, code) for n, (_, code) in enumerate(BROKEN)]


def test_a_rejected_record_is_told_with_its_place_and_never_quoted(tmp_path: Path) -> None:
    lines = ndjson([GOOD]) * 3_000 + b"\n" + ndjson([{**GOOD, "total": money(-4_242)}])  # beyond the first block
    table = csv_of([ROW, ROW | {"order_id": "2", "amount": "4242 francs"}])
    files = written(tmp_path / "a.ndjson", lines), written(tmp_path / "b.csv", table)
    results = simulated(tmp_path / "out", *files)
    assert results.lines("rejected.ndjson") == [
        {
            "file": str(files[0]),
            "line": 3_002,
            "code": "negative_amount",
            "path": "$.total.amount_minor",
            "message": "An amount is not negative",
        },
        {
            "file": str(files[1]),
            "line": 3,
            "code": "wrong_type",
            "path": "$.amount",
            "message": "Expected a decimal number",
        },
    ]
    assert "4242" not in results.text("rejected.ndjson")


def test_a_rejected_row_of_parquet_is_told_by_its_number(tmp_path: Path) -> None:
    amounts = ["1.00"] * 2_500
    amounts[2_099] = "a lot"
    columns = {"customer_id": ["ann"] * 2_500, "order_id": range(2_500), "occurred_at": [T0] * 2_500, "amount": amounts}
    file = parquet_file(tmp_path / "a.parquet", columns)
    (told,) = simulated(tmp_path / "out", file).lines("rejected.ndjson")
    assert (told["line"], told["code"], told["path"]) == (2_100, "wrong_type", "$.amount")


def test_nothing_rejected_is_an_empty_file(tmp_path: Path) -> None:
    assert simulated(tmp_path / "out", written(tmp_path / "a.ndjson", ndjson([GOOD]))).text("rejected.ndjson") == ""


def test_a_last_line_without_an_end_that_is_whole_json_is_only_rejected(tmp_path: Path) -> None:
    results = simulated(tmp_path / "out", written(tmp_path / "a.ndjson", ndjson([GOOD]) + b"{}"))
    assert results.json("summary.json")["events"]["rejected"] == {"missing_field": 1}


def of_topic(event: Event) -> object:
    """What the worker makes of it."""
    rec = record(event)
    return decode(rec, TOPICS.feeds[rec.topic])


TEXTS: Any = [None, "", "a", "é", "a b", 'a"b', "a\\b", "\x7f", "\n", "x" * 129]
TIMES: Any = [T0, "2010-12-01T08:26:00Z", "2010-12-01t08:26:00z", "2010-12-01 08:26:00+01:00", "2010-12-01T08:60:00Z"]
REST: Any = [0, -1, 1.5, 2**53, "1989-01-01T00:00:00Z", {}, [], money(1), money(1, "XQQ"), money(-1)]
ODD: st.SearchStrategy[Any] = st.sampled_from([*TEXTS, *TIMES, *REST])
SPOILT = st.dictionaries(
    st.sampled_from(["event_id", "customer_id", "occurred_at", "order_id", "refund_id", "total", "amount", "kind"])
    | st.sampled_from(["rating", "channel", "reward_id", "base_total", "base_amount", "note", "recorded_at"]),
    ODD,
    max_size=2,
)


@settings(max_examples=100)
@given(whole_histories(steps=8), st.lists(SPOILT, max_size=10))
def test_the_short_way_says_nothing_else_than_the_long_one(history: list[Any], spoilt: list[dict[str, Any]]) -> None:
    """`plain_lines` may pass, but what it says is what `judging` says, and that is what the worker says."""
    events = [event for moment in history for event in moment.events]
    changes = spoilt + [{}] * max(0, len(events) - len(spoilt))
    lines = [orjson.dumps({**event, **change}) for event, change in zip(events, changes, strict=False)]
    judged = [judge_line(line) for line in lines]
    for line, found in zip(lines, judged, strict=True):
        assert plain_line(line) in (None, found)
    block = plain_block(b"".join(line + b"\n" for line in lines))
    assert block is None or block == judged
    for event, change, found in zip(events, changes, judged, strict=False):
        if not change:
            assert (found.fact if isinstance(found, Stamped) else found) == of_topic(event)


def test_good_lines_are_plain() -> None:
    events = [order(str(n), T0 + n, n) for n in range(9)] + [order("a", "2010-12-01T08:26:00Z", 1)]
    found = plain_block(ndjson(events))
    assert found is not None
    assert found == [judge_line(orjson.dumps(event)) for event in events]


@pytest.mark.parametrize(
    "block",
    [
        b'{"a":1} {"b":\n{"c":1}}\n',  # as many values as lines, but not one in each
        b'{"type":\n"order_placed"}\n',
        b'{"type":"order_placed"}{"type":"order_placed"}\n',
        b'{"type":"order_placed"}',
        b"\n",
        b"",
    ],
)
def test_a_block_is_plain_only_with_one_value_a_line(block: bytes) -> None:
    assert plain_block(block) is None


ROW: dict[str, Any] = {
    "type": "",
    "customer_id": "ann",
    "order_id": "1",
    "refund_id": "",
    "occurred_at": T0,
    "amount": "10.00",
    "currency": "",
    "event_id": "",
    "recorded_at": "",
}


@pytest.mark.parametrize(
    ("cells", "code"),
    [
        ({"type": "order_dreamt"}, "unknown_type"),
        ({"customer_id": ""}, "missing_field"),
        ({"customer_id": "a\x01"}, "invalid_id"),
        ({"order_id": ""}, "missing_field"),
        ({"order_id": "x" * 129}, "invalid_id"),
        ({"occurred_at": ""}, "missing_field"),
        ({"occurred_at": "yesterday"}, "invalid_time"),
        ({"occurred_at": "2010-12-01 08:26:00"}, "naive_time"),
        ({"occurred_at": "1"}, "before_1990"),
        ({"occurred_at": "9" * 19}, "too_far_ahead"),
        ({"recorded_at": T0 - DAY}, "too_far_ahead"),
        ({"amount": ""}, "missing_field"),
        ({"amount": "ten"}, "wrong_type"),
        ({"amount": "1e3"}, "wrong_type"),
        ({"amount": "1,000.00"}, "wrong_type"),
        ({"amount": "NaN"}, "wrong_type"),
        ({"amount": "-0.01"}, "negative_amount"),
        ({"amount": "0.001"}, "invalid_value"),
        ({"amount": "90071992547409.92"}, "amount_out_of_range"),
        ({"currency": "XQQ"}, "unknown_currency"),
        ({"amount": "1.5", "currency": "JPY"}, "invalid_value"),
        ({"type": "order_refunded"}, "missing_field"),
        ({"type": "order_cancelled", "order_id": ""}, "missing_field"),
    ],
)
def test_a_bad_cell_rejects_its_row(cells: dict[str, Any], code: str, tmp_path: Path) -> None:
    good = ROW | {"order_id": "2"}
    results = simulated(tmp_path / "out", written(tmp_path / "a.csv", csv_of([ROW | cells, good])))
    events = results.json("summary.json")["events"]
    assert (events["read"], events["rejected"]) == (2, {code: 1})
    assert results.segments["ann"]["monetary_minor"] == "1000"


def test_a_row_with_too_many_cells_or_no_utf8_is_rejected(tmp_path: Path) -> None:
    rows = csv_of([ROW]) + b",ann,2,,1,1,,,,\n" + b",\xff,2,," + str(T0).encode() + b",1,,,\n"
    results = simulated(tmp_path / "out", written(tmp_path / "a.csv", rows))
    assert results.json("summary.json")["events"]["rejected"] == {"invalid_id": 1, "undecodable": 1}


@pytest.mark.parametrize(("amount", "minor"), [("10", 1000), ("10.5", 1050), ("+0010.500", 1050), ("0", 0)])
def test_amounts_are_read_exactly(amount: str, minor: int, tmp_path: Path) -> None:
    rows = [ROW | {"amount": amount}, ROW | {"order_id": "2", "amount": "1.00"}]
    results = simulated(tmp_path / "out", written(tmp_path / "a.csv", csv_of(rows)))
    assert results.segments["ann"]["monetary_minor"] == str(minor + 100)


def test_without_numpy_lines_are_read_one_by_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(plain_lines, "np", None)
    events = [order(str(n), T0 + n, n) for n in range(9)]
    results = simulated(tmp_path / "out", written(tmp_path / "a.ndjson", ndjson(events) + b"{}\n"), policy=SHOP)
    assert results.json("summary.json")["events"] | {"endings": {}} == {
        "read": 10,
        "accepted": 9,
        "rejected": {"missing_field": 1},
        "duplicates": 0,
        "conflicts": 0,
        "after_as_of": 0,
        "endings": {},
    }
