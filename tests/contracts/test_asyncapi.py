"""asyncapi.yaml beside the code: its topics, messages and headers are those that there are."""

from importlib import resources
from pathlib import Path
from typing import Any, Final, get_args

import orjson
import pytest
from jsonschema import Draft202012Validator
from ruamel.yaml import YAML

from agents.dead_letters import undelivered_letter
from schemas.instants import rfc3339
from schemas.rejections import RejectionCode
from schemas.topics import Topics
from tests.contracts.contract import FEEDS, INPUTS, OUTLETS, OUTPUTS, schema, validator

TEXT: Final = (resources.files("schemas") / "asyncapi.yaml").read_text("utf-8")
DOCUMENT: Final[Any] = YAML(typ="safe", pure=True).load(TEXT)
CHANNELS: Final[dict[str, Any]] = DOCUMENT["channels"]
MESSAGES: Final[dict[str, Any]] = DOCUMENT["components"]["messages"]
TRAITS: Final[dict[str, Any]] = DOCUMENT["components"]["messageTraits"]
GOLDEN: Final = Path(__file__).parents[1] / "agents" / "golden"
TOPICS: Final = Topics()
INTERNAL: Final = frozenset({TOPICS.changelog, TOPICS.control, TOPICS.freezes, TOPICS.budgets})
"""What nobody but Segue reads or writes."""


def referred(node: dict[str, str]) -> str:
    return node["$ref"].rsplit("/", 1)[1]


def golden() -> list[dict[str, Any]]:
    """Give every record of the golden files."""
    return [orjson.loads(file.read_bytes()) for file in sorted(GOLDEN.rglob("*.json"))]


def own(headers: list[list[str]]) -> dict[str, str]:
    """Give the headers that make a record a dead letter."""
    return {name: value for name, value in headers if name.startswith(("__streams.errors.", "segue.dlq."))}


def test_the_channels_are_the_topics_with_their_clean_up() -> None:
    plans = {plan.name: plan.cleanup for plan in TOPICS.plan() if plan.name not in INTERNAL}
    told = {
        channel["address"]: channel["bindings"]["kafka"]["topicConfiguration"]["cleanup.policy"]
        for channel in CHANNELS.values()
    }
    assert told == {name: [cleanup] for name, cleanup in plans.items()}


def test_a_channel_is_called_as_the_code_calls_its_topic() -> None:
    for name, channel in CHANNELS.items():
        assert getattr(TOPICS, name) == channel["address"]


def test_segue_receives_the_inputs_and_sends_all_else() -> None:
    actions = {referred(operation["channel"]): operation["action"] for operation in DOCUMENT["operations"].values()}
    assert len(actions) == len(DOCUMENT["operations"])
    inputs = {name for name, channel in CHANNELS.items() if channel["address"] in TOPICS.inputs}
    assert actions == {name: "receive" if name in inputs else "send" for name in CHANNELS}


def test_the_messages_are_those_that_have_a_schema_and_dead_letters() -> None:
    assert set(MESSAGES) == {*INPUTS, *OUTPUTS, "dead_letter", "undelivered"}
    for name in (*INPUTS, *OUTPUTS):
        assert MESSAGES[name]["payload"] == {"$ref": f"./json/{name}.json"}
        assert MESSAGES[name]["name"] == name
        for example in MESSAGES[name]["examples"]:
            validator(name).validate(example["payload"])
            assert example["payload"] in schema(name)["examples"]


def test_each_message_stands_in_the_one_channel_through_which_it_goes() -> None:
    placed = [(referred(ref), channel) for channel in CHANNELS for ref in CHANNELS[channel]["messages"].values()]
    assert sorted(name for name, _ in placed) == sorted(MESSAGES)
    topics = {name: CHANNELS[channel]["address"] for name, channel in placed}
    assert {name: TOPICS.feeds[topics[name]] for name in INPUTS} == FEEDS
    assert {name: topics[name] for name in OUTPUTS} == {name: getattr(TOPICS, to) for name, to in OUTLETS.items()}


def test_every_message_has_the_customer_for_a_key_but_what_is_of_nobody_and_dead_letters() -> None:
    assert TRAITS["keyed"]["bindings"]["kafka"]["key"]["type"] == "string"
    keyed = {
        name
        for name, message in MESSAGES.items()
        if {"$ref": "#/components/messageTraits/keyed"} in message.get("traits", [])
    }
    assert keyed == {*INPUTS, *OUTPUTS, "undelivered"} - {"budget.alert"}
    assert MESSAGES["budget.alert"]["bindings"]["kafka"]["key"]["type"] == "string"
    assert "type" not in MESSAGES["dead_letter"]["bindings"]["kafka"]["key"]


def test_the_headers_of_an_output_are_those_that_it_has() -> None:
    told = TRAITS["cloud_event"]["headers"]
    events = [event["headers"] for event in golden() if event["topic"] != TOPICS.dead_letters]
    assert events
    for sent in events:
        Draft202012Validator(told | {"additionalProperties": False}).validate(sent)
        assert set(told["required"]) == set(told["properties"]) == set(sent)


@pytest.mark.parametrize("name", OUTPUTS)
def test_an_output_is_a_cloud_event_of_its_type(name: str) -> None:
    assert {"$ref": "#/components/messageTraits/cloud_event"} in MESSAGES[name]["traits"]
    for example in MESSAGES[name]["examples"]:
        headers, payload = example["headers"], example["payload"]
        Draft202012Validator(TRAITS["cloud_event"]["headers"]).validate(headers)
        assert headers["ce_type"] == name
        assert headers["ce_time"] == rfc3339(payload["at"] if name == "customer.segment" else payload["effective_at"])


def test_the_headers_of_a_dead_letter_are_those_that_it_has() -> None:
    told = MESSAGES["dead_letter"]["headers"]
    letters = [own(letter["headers"]) for letter in golden() if letter["topic"] == TOPICS.dead_letters]
    assert letters
    for sent in (*letters, MESSAGES["dead_letter"]["examples"][0]["headers"]):
        Draft202012Validator(told | {"additionalProperties": False}).validate(sent)
    assert set(told["properties"]) == set(told["required"]) | {"segue.dlq.by_reference"}


def test_the_headers_of_a_message_that_was_given_up_are_those_that_it_has() -> None:
    told = MESSAGES["undelivered"]["headers"]
    letter = {name: text.decode() for name, text in undelivered_letter(TOPICS, b"ann", b"{}", "blocked").headers}
    for sent in (letter, MESSAGES["undelivered"]["examples"][0]["headers"]):
        Draft202012Validator(told | {"additionalProperties": False}).validate(sent)
        assert set(told["properties"]) == set(told["required"]) == set(sent)


def test_the_codes_of_dead_letters_are_told() -> None:
    told = MESSAGES["dead_letter"]["headers"]["properties"]["segue.dlq.code"]["enum"]
    assert sorted(told) == sorted(get_args(RejectionCode))
