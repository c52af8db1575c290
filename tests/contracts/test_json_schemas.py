"""The JSON Schemas beside the structs: neither says what the other does not."""

from typing import Any

import jsonschema_rs
import msgspec.inspect as shape
import pytest
from jsonschema import Draft7Validator, Draft202012Validator
from msgspec import Struct

from schemas.facts import FACT_TYPES, KNOWN_KINDS
from tests.contracts.contract import INPUTS, OUTPUTS, PARTS, SCHEMAS, UNREAD, examples, parts, schema, validator
from tests.contracts.spoiling import spoilt

MESSAGES = INPUTS | OUTPUTS


def members(struct: type[Struct]) -> dict[str, bool]:
    """Tell which members a struct has on the wire, and whether each is required."""
    kind = shape.type_info(struct)
    assert isinstance(kind, shape.StructType)
    tag = {kind.tag_field: True} if kind.tag_field else {}
    return tag | {field.encode_name: field.required for field in kind.fields}


def choices(struct: type[Struct]) -> dict[str, set[Any]]:
    """Tell which members of a struct have but a few values, and which."""
    kind = shape.type_info(struct)
    assert isinstance(kind, shape.StructType)
    found: dict[str, set[Any]] = {}
    for field in kind.fields:
        kinds = field.type.types if isinstance(field.type, shape.UnionType) else (field.type,)
        for one in kinds:
            if isinstance(one, shape.LiteralType):
                found.setdefault(field.encode_name, set()).update(one.values)
    return found


def told(node: dict[str, Any]) -> dict[str, set[Any]]:
    """Tell the same of a schema."""
    return {name: set(member["enum"]) for name, member in node["properties"].items() if "enum" in member}


def described(node: Any) -> bool:
    return all("description" in member or "const" in member for member in node["properties"].values())


def test_every_message_has_a_schema_and_there_is_no_other() -> None:
    assert set(INPUTS) == set(FACT_TYPES.values())
    assert {file.name for file in SCHEMAS.iterdir()} == {f"{name}.json" for name in MESSAGES}


@pytest.mark.parametrize("name", MESSAGES)
def test_a_schema_is_one_of_2020_12_with_words_and_examples(name: str) -> None:
    found = schema(name)
    Draft202012Validator.check_schema(found)
    Draft7Validator.check_schema(found)
    assert found["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert found["$id"] == f"urn:segue:{name}:1"
    assert found["title"]
    assert found["description"]
    assert found["examples"]
    assert described(found)
    assert all(described(part) for _, part in parts(name))


@pytest.mark.parametrize("name", MESSAGES)
def test_a_schema_names_the_members_of_its_struct(name: str) -> None:
    expected = members(MESSAGES[name])
    assert set(schema(name)["properties"]) - UNREAD.get(name, set()) == set(expected)
    assert set(schema(name)["required"]) == {member for member, required in expected.items() if required}


@pytest.mark.parametrize("name", MESSAGES)
def test_the_objects_within_have_the_members_of_their_structs(name: str) -> None:
    for part, found in parts(name):
        expected = members(PARTS[part])
        assert set(found["properties"]) == set(expected), part
        assert set(found["required"]) == {member for member, required in expected.items() if required}, part


@pytest.mark.parametrize("name", OUTPUTS)
def test_a_schema_tells_the_choices_that_its_structs_have(name: str) -> None:
    assert told(schema(name)) == choices(OUTPUTS[name])
    for part, found in parts(name):
        assert told(found) == choices(PARTS[part]), part


@pytest.mark.parametrize("name", OUTPUTS)
def test_a_struct_and_its_schema_have_the_members_in_the_order_of_the_wire(name: str) -> None:
    wire = sorted(members(OUTPUTS[name]))
    assert list(members(OUTPUTS[name])) == list(schema(name)["properties"]) == wire
    assert schema(name)["required"] == [member for member in wire if members(OUTPUTS[name])[member]]
    for part, found in parts(name):
        wire = sorted(members(PARTS[part]))
        assert list(members(PARTS[part])) == list(found["properties"]) == wire, part
        assert found["required"] == [member for member in wire if members(PARTS[part])[member]], part


def test_what_several_messages_have_within_them_is_told_in_the_same_words() -> None:
    first: dict[str, Any] = {}
    for name in MESSAGES:
        for part, found in schema(name)["$defs"].items():
            assert found == first.setdefault(part, found), (name, part)


def test_each_struct_within_a_message_is_in_a_schema() -> None:
    assert {part for name in MESSAGES for part, _ in parts(name)} == set(PARTS)


def test_the_kinds_of_engagement_that_are_known_are_told() -> None:
    told = schema("engaged")["properties"]["kind"]["description"].split("Known: ")[1].split(";")[0]
    assert set(told.split(", ")) == KNOWN_KINDS


@pytest.mark.parametrize(("name", "example"), examples())
def test_an_example_is_valid_to_two_libraries(name: str, example: Any) -> None:
    validator(name).validate(example)
    Draft202012Validator(schema(name)).validate(example)


@pytest.mark.parametrize(("name", "message"), examples())
def test_a_schema_reads_the_same_as_one_of_draft_7(name: str, message: Any) -> None:
    older = jsonschema_rs.Draft7Validator(schema(name), validate_formats=False)
    for other in spoilt(message):
        assert older.is_valid(other) == validator(name).is_valid(other), other
