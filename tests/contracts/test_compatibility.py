"""The gate: this checkout keeps what the last release has promised, and every way of breaking it is caught."""

from copy import deepcopy
from pathlib import Path
from typing import Any, Final

import msgspec
import orjson
import pytest

from schemas.control import decode_control, encode_control
from schemas.freezes import decode_chunk, encode_chunk
from tests.contracts.breaking import breaking
from tests.contracts.contract import INPUTS, OUTPUTS, schema
from tests.contracts.narrowing import Way, breaks
from tests.contracts.released import (
    RELEASES,
    REPOSITORY,
    SOURCES,
    Contract,
    files_of,
    now,
    released,
    releases,
    version,
)
from tests.tables.test_codec import DECODERS, ROWS, encode, told

LAST: Final = releases()[-1]
LAYOUTS: Final = REPOSITORY / SOURCES["layouts"]
NOW: Final = now()
SCHEMAS: Final = {name: {k: v for k, v in schema(name).items() if k != "examples"} for name in (*INPUTS, *OUTPUTS)}
WAYS: Final[dict[str, Way]] = {name: "read" if name in INPUTS else "published" for name in SCHEMAS}


def test_nothing_that_the_last_release_promised_is_broken() -> None:
    found = breaking(released(LAST), NOW)
    assert found == [], f"breaks with release {LAST.name}: give the message a new version, or take it back"


@pytest.mark.parametrize(("kept", "source"), SOURCES.items())
def test_what_is_kept_of_a_version_that_is_not_released_yet_is_what_it_promises_now(kept: str, source: str) -> None:
    if f"## {version()} (unreleased)" in (REPOSITORY / "CHANGELOG.md").read_text("utf-8"):
        written = files_of(RELEASES / version() / kept)
        assert written == files_of(REPOSITORY / source), "write it again: python -m tests.contracts.released"


@pytest.mark.parametrize(("name", "way"), WAYS.items())
def test_a_contract_never_breaks_with_itself_and_may_have_more_members(name: str, way: Way) -> None:
    more = deepcopy(SCHEMAS[name])
    more["properties"]["colour"] = {"type": "string"}
    assert breaks(SCHEMAS[name], SCHEMAS[name], way) == []
    assert breaks(SCHEMAS[name], more, way) == []


@pytest.mark.parametrize(("name", "way"), WAYS.items())
def test_no_member_can_go_unnoticed(name: str, way: Way) -> None:
    for member in SCHEMAS[name]["properties"]:
        less = deepcopy(SCHEMAS[name])
        del less["properties"][member]
        assert f".{member}: is gone" in breaks(SCHEMAS[name], less, way)


@pytest.mark.parametrize(("name", "way"), WAYS.items())
def test_no_member_becomes_required_of_writers_or_missing_to_readers(name: str, way: Way) -> None:
    for member in SCHEMAS[name]["properties"]:
        other = deepcopy(SCHEMAS[name])
        needed = other["required"]
        if (way == "read") == (member in needed):
            continue
        needed.append(member) if way == "read" else needed.remove(member)
        assert breaks(SCHEMAS[name], other, way) == [
            f".{member}: {'is required' if way == 'read' else 'may be missing'}"
        ]


@pytest.mark.parametrize(("name", "way"), WAYS.items())
def test_no_member_changes_its_type_unnoticed(name: str, way: Way) -> None:
    for member, found in SCHEMAS[name]["properties"].items():
        if len(found) > 1:  # beside its description something is said of it
            other = deepcopy(SCHEMAS[name])
            other["properties"][member] = {"type": "number"}
            assert breaks(SCHEMAS[name], other, way), member


Part = dict[str, Any]
TEXT: Final[Part] = {"type": "string"}
CHOICE: Final[Part] = {"enum": ["a", "b"]}
NULLABLE: Final[Part] = {"type": ["string", "null"]}
COUNT: Final[Part] = {"type": "integer", "minimum": 0, "maximum": 9}
SHORT: Final[Part] = {"type": "string", "maxLength": 5, "pattern": "^a"}
LISTED: Final[Part] = {"type": "array", "items": COUNT, "maxItems": 5}
GIVEN: Final[Part] = {"oneOf": [{"type": "object", "required": ["kind"], "properties": {"kind": {"const": "gift"}}}]}
GIVEN_MORE: Final[Part] = {"oneOf": [*GIVEN["oneOf"], {"type": "object", "properties": {"kind": {"const": "trip"}}}]}
CHANGES: Final[dict[str, tuple[Part, Part, list[str], list[str]]]] = {
    "a choice goes": (CHOICE, {"enum": ["a"]}, [".x: 'b' is gone"], [".x: 'b' is gone"]),
    "a choice comes": (CHOICE, {"enum": ["a", "b", "c"]}, [], []),
    "a text becomes a choice": (TEXT, CHOICE, [".x: must be one of ['a', 'b']"], []),
    "a choice becomes a text": (CHOICE, TEXT, [], [".x: may be anything"]),
    "null goes": (NULLABLE, TEXT, [".x: null is refused"], [".x: null is gone"]),
    "null comes": (TEXT, NULLABLE, [], [".x: may be null"]),
    "more is demanded": (COUNT, COUNT | {"minimum": 1}, [".x: minimum 0 against 1"], []),
    "less is demanded": (COUNT, COUNT | {"maximum": 99}, [], [".x: maximum 99 against 9"]),
    "a bound goes": (COUNT, {"type": "integer"}, [], [".x: maximum None against 9", ".x: minimum None against 0"]),
    "a text gets shorter": (SHORT, SHORT | {"maxLength": 4}, [".x: maxLength 5 against 4"], []),
    "another pattern": (
        SHORT, SHORT | {"pattern": "^b"}, [".x: pattern ^a against ^b"], [".x: pattern ^b against ^a"]
    ),
    "a list of other things": (
        LISTED, LISTED | {"items": COUNT | {"maximum": 5}}, [".x[]: maximum 9 against 5"], []
    ),
    "another kind comes": (GIVEN, GIVEN_MORE, [], []),
    "a kind goes": (
        GIVEN_MORE, GIVEN, [".x: object of kind trip is refused"], [".x: object of kind trip is gone"]
    ),
    "a member within goes": (
        {"$ref": "#/$defs/x"}, {"type": "object", "required": ["a"], "properties": {"a": TEXT}},
        [".x.b: is gone"], [".x.b: is gone"],
    ),
    "no strangers any more": (
        {"type": "object"}, {"type": "object", "additionalProperties": False},
        [".x: additionalProperties of False against None"], [],
    ),
}  # fmt: skip
DEFINITIONS: Final = {"x": {"type": "object", "required": ["a"], "properties": {"a": TEXT, "b": TEXT}}}


@pytest.mark.parametrize(("old", "new", "read", "published"), CHANGES.values(), ids=CHANGES)
def test_each_kind_of_change_is_judged_by_who_keeps_to_the_contract(
    old: Part, new: Part, read: list[str], published: list[str]
) -> None:
    before, after = ({"type": "object", "properties": {"x": one}, "$defs": DEFINITIONS} for one in (old, new))
    assert breaks(before, after, "read") == read
    assert breaks(before, after, "published") == published


def test_a_keyword_that_the_gate_does_not_know_stops_it() -> None:
    with pytest.raises(ValueError, match="dependentRequired"):
        breaks(TEXT, TEXT | {"dependentRequired": {}}, "read")


def test_messages_channels_topics_and_headers_do_not_go_either() -> None:
    less = Contract(deepcopy(NOW.schemas), deepcopy(NOW.channels), deepcopy(NOW.headers))
    del less.schemas["engaged"]
    less.schemas["segment.brink"]["$id"] = "urn:segue:segment.brink:2"
    del less.channels["alerts"]
    del less.channels["rewards"]["messages"]["reward.expired"]
    less.channels["orders"]["address"] = "orders.v2"
    less.channels["customer_segments"]["bindings"]["kafka"]["topicConfiguration"]["cleanup.policy"] = ["delete"]
    less.headers["cloud_event"]["required"].remove("ce_id")
    assert breaking(NOW, less) == [
        "engaged: is gone",
        "segment.brink: is called urn:segue:segment.brink:2, not urn:segue:segment.brink:1",
        "channel orders: its topic is orders.v2, not commerce.orders.v1",
        "channel customer_segments: its clean-up is ['delete'], not ['compact']",
        "channel rewards: reward.expired is gone",
        "channel alerts: is gone",
        "headers of cloud_event.ce_id: may be missing",
    ]


@pytest.mark.parametrize("folder", releases(), ids=lambda folder: folder.name)
def test_rows_of_every_release_are_read_and_written_again_with_all_that_they_held(folder: Path) -> None:
    lines = [line.split() for line in (folder / "rows.txt").read_text("utf-8").splitlines()]
    stored = {name: bytes.fromhex(digits) for name, digits in lines if name in ROWS}
    assert stored
    for name, row in stored.items():
        decode = DECODERS[type(ROWS[name])]
        again = encode(decode(row))
        assert told(decode(again)) == told(decode(row)), name
        if not name.startswith("customer"):
            before = msgspec.msgpack.decode(row)
            assert msgspec.msgpack.decode(again)[: len(before)] == before, name


@pytest.mark.parametrize("folder", releases(), ids=lambda folder: folder.name)
def test_the_layouts_of_every_release_are_as_they_were(folder: Path) -> None:
    for file in (folder / "layouts").iterdir():
        assert file.read_text("utf-8") == (LAYOUTS / file.name).read_text("utf-8"), "a new field is a new layout"


@pytest.mark.parametrize("folder", releases(), ids=lambda folder: folder.name)
def test_control_records_and_freezes_of_every_release_are_read(folder: Path) -> None:
    for file in (folder / "control").iterdir():
        key, value = file.read_bytes().splitlines()
        again_key, again = encode_control(decode_control(key, value))
        assert again_key == key
        assert orjson.loads(value).items() <= orjson.loads(again).items()
    chunk = bytes.fromhex((folder / "freeze_chunk.hex").read_text("ascii"))
    assert encode_chunk(decode_chunk(chunk)).startswith(chunk[1:], 1)
