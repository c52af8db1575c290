"""Records of the control topic: their bytes are a promise to every other worker."""

from pathlib import Path
from typing import Any

import orjson
import pytest

from schemas.control import (
    BudgetRecord,
    ControlRecord,
    CutPointsRecord,
    FreezesRecord,
    PolicyRecord,
    Unreadable,
    decode_control,
    encode_control,
)
from schemas.cut_points import CutPoints
from tests.builders import DAY, T0

GOLDEN = Path(__file__).parent / "golden" / "control"
T = T0 // DAY * DAY
RECORDS: dict[str, ControlRecord] = {
    "policy": PolicyRecord(2, T0, True, "0123456789abcdef", "seed", 1, "version: 1\nid: séed\n"),
    "cut_points": CutPointsRecord(3, T, T + 600_000, None, (1, 2), (10_000, 50_000), 4_372, 2),
    "freezes": FreezesRecord(T, 42),
    "budget": BudgetRecord("segue", "year", 7, 2_000_000, 1_990_000, (1_000_000, 995_000), 2, 1, 1, True, ("80%",)),
}
VALUE: dict[str, Any] = {"format": 1, "kind": "freezes", "decided": T}


@pytest.mark.parametrize("name", RECORDS)
def test_a_record_is_written_as_its_golden_file_says(name: str) -> None:
    key, value = encode_control(RECORDS[name])
    assert key + b"\n" + value + b"\n" == (GOLDEN / f"{name}.txt").read_bytes()


@pytest.mark.parametrize("name", RECORDS)
def test_a_golden_file_is_read_as_what_it_was_written_from(name: str) -> None:
    key, value = (GOLDEN / f"{name}.txt").read_bytes().splitlines()
    assert decode_control(key, value) == RECORDS[name]


def test_a_version_gives_what_scores_are_won_by() -> None:
    record = RECORDS["cut_points"]
    assert isinstance(record, CutPointsRecord)
    assert record.cut_points == CutPoints(3, T, T + 600_000, None, (1, 2), (10_000, 50_000))


def test_members_of_a_later_version_of_segue_are_ignored_within_the_format() -> None:
    assert decode_control(b"freezes", orjson.dumps(VALUE | {"why": "later"})) == FreezesRecord(T)


@pytest.mark.parametrize(
    ("key", "value", "reason"),
    [
        (b"freezes", orjson.dumps(VALUE | {"format": 2}), "has format 2, this version of Segue knows formats up to 1"),
        (b"moon", orjson.dumps(VALUE | {"kind": "moon"}), "Invalid value 'moon'"),
        (b"freezes", orjson.dumps({"kind": "freezes", "decided": T}), "missing required field `format`"),
        (b"freezes", orjson.dumps(VALUE | {"decided": -1}), "decided"),
        (b"freezes", b"\xff", "freezes: "),
        (b"freezes", b"", "freezes: "),
        (b"freezes", None, "has no value"),
        (b"policy/1", orjson.dumps(VALUE), "holds what belongs under freezes"),
        (None, orjson.dumps(VALUE), "holds what belongs under freezes"),
    ],
)
def test_what_is_not_understood_is_refused_with_its_key_and_the_reason(
    key: bytes | None, value: bytes | None, reason: str
) -> None:
    with pytest.raises(Unreadable) as refused:
        decode_control(key, value)
    assert str(refused.value).startswith((key or b"").decode() + ": ")
    assert reason in str(refused.value)
