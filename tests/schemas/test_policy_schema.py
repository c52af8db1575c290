"""The JSON Schema that editors complete a policy from: it takes what we take, and refuses what is spelt wrong."""

from importlib import resources
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from ruamel.yaml import YAML

from schemas.policy_schema import policy_schema
from tests.schemas.test_policy_budgets import TEXT
from tests.schemas.test_policy_file import SMALL
from tests.schemas.test_policy_packs import PACKS

SCHEMA = policy_schema()
VALIDATOR = Draft202012Validator(SCHEMA)


def read(text: str) -> Any:
    """Read YAML as an editor does: a time is text, a number a number."""
    yaml = YAML(typ="safe", pure=True)
    yaml.constructor.add_constructor("tag:yaml.org,2002:timestamp", lambda loader, node: node.value)
    return yaml.load(text)


def test_it_is_a_schema_of_2020_12() -> None:
    Draft202012Validator.check_schema(SCHEMA)
    assert SCHEMA["$schema"] == "https://json-schema.org/draft/2020-12/schema"


@pytest.mark.parametrize("pack", PACKS)
def test_it_takes_the_packs(pack: str) -> None:
    VALIDATOR.validate(read((resources.files("schemas") / "packs" / f"{pack}.yaml").read_text("utf-8")))


def test_it_takes_what_the_language_has() -> None:
    VALIDATOR.validate(read(TEXT))
    VALIDATOR.validate(
        read(
            SMALL
            + "window: 365d\ntimezone: Europe/London\nsilent_until: 2026-01-01T00:00:00Z\nbrink: [14d, 3d]\n"
            + "dwell: {down: 7d}\ncut_points: {drift: silent}\nno_orders: rest\n"
            + "rewards: [{id: a, on: {transition: {to: good, from: [rest]}}, give: {kind: free_shipping}}]\n"
        )
    )
    VALIDATOR.validate(read(SMALL.replace("cells: ['222']", "when: {engaged: never, tenure: {max: 1d}}")))


BROKEN: dict[str, tuple[str, str]] = {
    "a word spelt wrong": ("id: small", "id: small\nsegment: []"),
    "no currency": ("currency: GBP\n", ""),
    "a number for an age": ("[90d]", "[90]"),
    "an age of another language": ("[90d]", "[3w]"),
    "two rules": ('cells: ["222"]', 'cells: ["222"], otherwise: true'),
    "two ways to score": ("at_least: [2]", "at_least: [2], quantiles: [50%], initial: [1]"),
    "no way to score": ("at_least: [2]", "method: linear"),
    "a lasting 0": ("id: small", "id: small\nbrink: [0d]"),
    "an instant without offset": ("id: small", "id: small\nsilent_until: 2026-01-01T00:00:00"),
    "points without points": (
        "id: small",
        "id: small\nrewards: [{id: a, on: {first_order: true}, give: {kind: points}}]",
    ),
    "a gift with points": (
        "id: small",
        "id: small\nrewards: [{id: a, on: {first_order: true}, give: {kind: gift, sku: A, points: 1}}]",
    ),
    "two occasions": (
        "id: small",
        "id: small\nrewards: [{id: a, on: {first_order: true, birthday: true}, give: {kind: free_shipping}}]",
    ),
    "an empty step": ("id: small", "id: small\njourneys: [{id: a, on: {first_order: true}, steps: [{}]}]"),
}


@pytest.mark.parametrize(("old", "new"), BROKEN.values(), ids=BROKEN)
def test_it_refuses_what_is_broken(old: str, new: str) -> None:
    assert old in SMALL
    assert VALIDATOR.is_valid(read(SMALL))
    assert not VALIDATOR.is_valid(read(SMALL.replace(old, new, 1)))


def test_it_shows_every_default_as_one_writes_it() -> None:
    properties = SCHEMA["properties"]
    assert properties["window"]["default"] == "lifetime"
    assert properties["late"]["default"] == {"horizon": "90d", "grace": "200ms"}
    assert properties["dwell"]["default"] == {"up": "0s", "down": "0s"}
    cut_points = SCHEMA["$defs"]["CutPointsDocument"]["properties"]
    assert {key: value["default"] for key, value in cut_points.items()} == {
        "refresh": "24h",
        "apply_after": "10m",
        "min_customers": 100,
        "drift": "emit",
    }


def test_it_tells_what_keys_mean_and_what_they_may_be() -> None:
    window = SCHEMA["properties"]["window"]
    assert window["description"].startswith("Which orders count for frequency and monetary")
    assert SCHEMA["$defs"]["GiveDocument"]["properties"]["kind"]["enum"][0] == "points"
    undescribed = [key for key, value in SCHEMA["properties"].items() if not {"description", "$ref"} & value.keys()]
    assert undescribed == []
