"""The shipped mappings: payloads of each shop beside the facts that they become (golden files)."""

from pathlib import Path
from typing import Any

import orjson
import pytest

from app.bridging.document import load_mapping
from app.bridging.translating import translate
from schemas.rejections import Rejected
from tests.bridging.records import webhook

GOLDEN = Path(__file__).parent / "golden"


def cases() -> list[Any]:
    return [
        pytest.param(file.stem, case, id=f"{file.stem}-{case['name'].replace(' ', '-')}")
        for file in sorted(GOLDEN.glob("*.json"))
        for case in orjson.loads(file.read_bytes())
    ]


@pytest.mark.parametrize(("mapping", "case"), cases())
def test_a_payload_becomes_the_facts_of_its_golden_file(mapping: str, case: dict[str, Any]) -> None:
    told = translate(webhook(case["headers"], case["value"]), load_mapping(mapping))
    if isinstance(told, Rejected):
        assert {"code": told.code, "path": told.path} == case["rejected"]
    else:
        assert orjson.loads(orjson.dumps([one.fields for one in told])) == case["facts"]


def test_every_shipped_mapping_has_golden_cases_of_orders_cancellations_and_refunds() -> None:
    for name in ("shopify", "woocommerce", "segment"):
        facts = [
            fact for case in orjson.loads((GOLDEN / f"{name}.json").read_bytes()) for fact in case.get("facts", ())
        ]
        assert {"order_placed", "order_cancelled", "order_refunded"} <= {fact["type"] for fact in facts}
