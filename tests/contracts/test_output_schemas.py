"""What the code can write is what the schemas of the outputs allow, and nothing else is."""

from pathlib import Path
from typing import Any

import msgspec
import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.contracts.contract import OUTPUTS, closed_validator, examples, validator
from tests.contracts.instances import instances
from tests.contracts.spoiling import spoilt

GOLDEN = Path(__file__).parents[1] / "agents" / "golden"
OUTPUT_EXAMPLES = [(name, message) for name, message in examples() if name in OUTPUTS]


def golden_values() -> list[tuple[str, Any]]:
    """Give the golden CloudEvents by type."""
    found = [orjson.loads(file.read_bytes()) for file in sorted(GOLDEN.rglob("*.json"))]
    events = [event for event in found if isinstance(event["headers"], dict) and event["value"] is not None]
    return [(event["headers"]["ce_type"], event["value"]) for event in events]


@pytest.mark.parametrize("name", OUTPUTS)
@given(data=st.data())
def test_whatever_is_written_is_valid_and_has_no_other_member(name: str, data: st.DataObject) -> None:
    written = msgspec.json.encode(data.draw(instances(OUTPUTS[name])))
    closed_validator(name).validate(orjson.loads(written))


@pytest.mark.parametrize(("name", "message"), golden_values())
def test_what_really_leaves_is_valid_and_has_no_other_member(name: str, message: Any) -> None:
    closed_validator(name).validate(message)


@pytest.mark.parametrize(("name", "message"), OUTPUT_EXAMPLES)
def test_an_example_is_what_its_struct_would_write(name: str, message: Any) -> None:
    closed_validator(name).validate(message)
    again = msgspec.json.encode(msgspec.convert(message, OUTPUTS[name]))
    assert again == orjson.dumps(message, option=orjson.OPT_SORT_KEYS)


@pytest.mark.parametrize(("name", "message"), OUTPUT_EXAMPLES)
def test_what_no_struct_would_write_no_schema_allows(name: str, message: Any) -> None:
    for other in spoilt(message):
        if validator(name).is_valid(other):
            msgspec.convert(other, OUTPUTS[name])
