"""Files that cannot be simulated: one line names the file, and nothing is written."""

import gzip
import sys
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from app.runtime.errors import SegueError
from tests.builders import DAY, T0
from tests.oracle.events import order
from tests.simulate.files import SHOP, csv_of, ndjson, parquet_file, simulated, written, zstd

GOOD = ndjson([order("1", T0, 1_000), order("2", T0 + DAY, 1_000)])
ROW: dict[str, Any] = {"customer_id": "ann", "order_id": "1", "occurred_at": T0, "amount": "10.00"}


def refused(tmp_path: Path, *files: Path) -> str:
    """Simulate what must fail; nothing is left behind."""
    before = sorted(tmp_path.iterdir())
    with pytest.raises(SegueError) as caught:
        simulated(tmp_path / "out", *files)
    assert sorted(tmp_path.iterdir()) == before
    message = str(caught.value)
    assert "\n" not in message
    return message.removeprefix(str(tmp_path)).removeprefix("/")


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("empty.ndjson", b"", "empty.ndjson: is empty"),
        ("blank.ndjson", b"\n \n", "blank.ndjson: holds no events"),
        ("empty.ndjson.gz", gzip.compress(b"", mtime=0), "empty.ndjson.gz: is empty"),
        ("head.csv", csv_of([ROW]).splitlines(keepends=True)[0], "head.csv: holds no events"),
        ("array.json", b'[{"type":"order_placed"}]', "array.json: is a JSON array; events stand one a line"),
        ("picture", b"\x89PNG\r\n\x1a\n", "picture: is neither NDJSON nor CSV nor Parquet"),
        ("cut.ndjson", GOOD[:-20], "cut.ndjson:2: the file ends in the middle of a line"),
        ("cut.ndjson", GOOD + b"\n\n" + GOOD[:9], "cut.ndjson:5: the file ends in the middle of a line"),
        ("cut.ndjson.zst", zstd(GOOD[:-20]), "cut.ndjson.zst:2: the file ends in the middle of a line"),
        ("cut.csv", csv_of([ROW, ROW])[:-18], "cut.csv:3: the file ends in the middle of a line"),
        ("cell.csv", csv_of([ROW | {"currency": "GBP"}])[:-3], "cell.csv:2: the file ends in the middle of a line"),
        ("quote.csv", csv_of([ROW]) + b'"ann', "quote.csv:3: no CSV: unexpected end of data"),
        ("torn.gz", gzip.compress(GOOD, mtime=0)[:-9], "torn.gz: cannot be unpacked: Compressed file ended before"),
        ("torn.gz", gzip.compress(GOOD, mtime=0)[:20] + b"xxxxxxxxxxxxxxxxxx", "torn.gz: cannot be unpacked: Error -3"),
        ("torn.zst", zstd(GOOD)[:-9], "torn.zst: cannot be read: Truncated compressed stream"),
        ("torn.parquet", b"PAR1 and no more PAR1", "torn.parquet: cannot be read as Parquet: "),
    ],
)
def test_a_file_that_cannot_be_read_is_named(name: str, content: bytes, message: str, tmp_path: Path) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    assert refused(tmp_path, path).startswith(message)


def test_a_bad_file_behind_a_good_one_is_refused_too(tmp_path: Path) -> None:
    good, cut = written(tmp_path / "good.ndjson", GOOD), written(tmp_path / "cut.ndjson", GOOD[:-1])
    assert simulated(tmp_path / "fine", good, cut).json("summary.json")["events"]["read"] == 4  # only its end is gone
    cut.write_bytes(GOOD[:-2])
    assert refused(tmp_path, good, cut).startswith("cut.ndjson:2:")


def test_a_missing_file_and_a_directory_are_named(tmp_path: Path) -> None:
    assert refused(tmp_path, tmp_path / "none.ndjson") == "none.ndjson: cannot be read: No such file or directory"
    (tmp_path / "there").mkdir()
    assert refused(tmp_path, tmp_path / "there") == "there: cannot be read: Is a directory"


def without(name: str) -> dict[str, Any]:
    return {column: cell for column, cell in ROW.items() if column != name}


@pytest.mark.parametrize(
    ("row", "message"),
    [
        (ROW | {"colour": "red"}, "unknown column 'colour'"),
        (without("customer_id"), "column 'customer_id' is missing"),
        (without("order_id"), "column 'order_id' is missing"),
        (without("occurred_at"), "column 'occurred_at' is missing (or 'ordered_at')"),
        (without("amount"), "column 'amount' is missing (or 'amount_minor')"),
        (ROW | {"amount_minor": 1000}, "columns 'amount' and 'amount_minor' say the same: give one"),
        (ROW | {"ordered_at": T0}, "columns 'occurred_at' and 'ordered_at' say the same: give one"),
    ],
)
def test_a_table_with_wrong_columns_is_refused_by_name(row: dict[str, Any], message: str, tmp_path: Path) -> None:
    table = written(tmp_path / "orders.csv", csv_of([row]))
    assert refused(tmp_path, table).startswith(f"orders.csv: {message}")
    table = parquet_file(tmp_path / "orders.parquet", {name: [cell] for name, cell in row.items()})
    assert refused(tmp_path, table).startswith(f"orders.parquet: {message}")


def test_a_column_that_stands_twice_is_refused(tmp_path: Path) -> None:
    table = written(tmp_path / "orders.csv", b"customer_id,order_id,order_id,occurred_at,amount\n")
    assert refused(tmp_path, table) == "orders.csv: column 'order_id' stands twice"


@pytest.mark.parametrize(
    ("column", "cells", "message"),
    [
        (
            "occurred_at",
            pa.array([T0]).cast(pa.timestamp("ms")),
            "column 'occurred_at' holds times without a time zone",
        ),
        ("occurred_at", pa.array([1.5]), "column 'occurred_at' holds double"),
        ("customer_id", pa.array([17850.0]), "column 'customer_id' holds double"),
        ("amount", pa.array([True]), "column 'amount' holds bool"),
        ("order_id", pa.array([["1"]]), "column 'order_id' holds list"),
    ],
)
def test_a_parquet_column_of_a_wrong_type_is_refused(column: str, cells: Any, message: str, tmp_path: Path) -> None:
    columns = {name: pa.array([cell]) for name, cell in ROW.items()} | {column: cells}
    assert refused(tmp_path, parquet_file(tmp_path / "a.parquet", columns)).startswith(f"a.parquet: {message}")


def test_what_needs_an_extra_that_is_missing_names_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    packed = written(tmp_path / "a.ndjson.zst", GOOD)
    table = parquet_file(tmp_path / "a.parquet", {name: [cell] for name, cell in ROW.items()})
    plain = written(tmp_path / "a.ndjson", GOOD)
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    for path in (packed, table):
        assert refused(tmp_path, path).startswith(
            f"{path.name} needs pyarrow, which comes with the extra `lab`. Operator"
        )
    monkeypatch.setitem(sys.modules, "numpy", None)
    for name in ("app.simulate.census", "app.simulate.population", "app.simulate.ranking"):
        monkeypatch.delitem(sys.modules, name, raising=False)
    assert "a policy with quantiles needs numpy, which comes with the extra `lab`." in refused(tmp_path, plain)
    assert simulated(tmp_path / "out", plain, policy=SHOP).segments.keys() == {"ann"}
