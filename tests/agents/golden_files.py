"""Golden files of what leaves: headers and values as consumers get them."""

from pathlib import Path
from typing import Any

import orjson

from agents.outgoing import Outgoing

GOLDEN = Path(__file__).parent / "golden"


def told(out: Outgoing) -> dict[str, Any]:
    """Write a record as its golden file does."""
    assert out.value is not None
    assert out.key is not None
    return {
        "topic": out.topic,
        "key": out.key.decode(),
        "timestamp": out.timestamp,
        "headers": {name: value.decode() for name, value in out.headers},
        "value": orjson.loads(out.value),
    }


def golden(name: str) -> dict[str, Any]:
    expected: dict[str, Any] = orjson.loads((GOLDEN / f"{name}.json").read_bytes())
    return expected


def canonical(value: object) -> bytes:
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS)
