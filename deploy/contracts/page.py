"""The AsyncAPI document and the JSON Schemas in, the page that tells people the same out."""

from collections.abc import Iterator, Mapping
from importlib import resources
from pathlib import Path
from typing import Any, Final

import orjson
from ruamel.yaml import YAML

from deploy.contracts.members import anchor, members

PAGE: Final = Path(__file__).parent / "README.md"
SCHEMAS: Final = resources.files("schemas")
Node = Mapping[str, Any]

HEAD: Final = """\
# Contract

Written by `make contracts` from [asyncapi.yaml](../../schemas/asyncapi.yaml) and
[the JSON Schemas](../../schemas/json/), which are the contract: change those, not this page.

What holds until the `.v1` of a topic becomes another: of what Segue publishes, no member goes, none that was always
there may be missing, and none becomes of another type. Members may be added, and values to those that are chosen from a
list: ignore what you do not know. Of what it reads, whatever was accepted goes on being accepted.
[tests/contracts/test_compatibility.py](../../tests/contracts/test_compatibility.py) compares with the last release.
"""


def page() -> str:
    """Write the page; the same documents give the same bytes."""
    document = YAML(typ="safe", pure=True).load((SCHEMAS / "asyncapi.yaml").read_text("utf-8"))
    return "\n".join([HEAD, *_topics(document), *_headers(document), *_messages(document)]).rstrip("\n") + "\n"


def _topics(document: Node) -> Iterator[str]:
    yield "| topic | | clean-up | messages |"
    yield "|---|---|---|---|"
    actions = {operation["channel"]["$ref"]: operation["action"] for operation in document["operations"].values()}
    for name, channel in document["channels"].items():
        way = {"receive": "read", "send": "published"}[actions[f"#/channels/{name}"]]
        cleanup = ", ".join(channel["bindings"]["kafka"]["topicConfiguration"]["cleanup.policy"])
        linked = ", ".join(f"[`{message}`](#{anchor(message)})" for message in channel["messages"])
        yield f"| `{channel['address']}` | {way} | {cleanup} | {linked} |"
    yield ""


def _headers(document: Node) -> Iterator[str]:
    yield "## Headers of what is published"
    yield ""
    traits = document["components"]["messageTraits"]
    key = traits["keyed"]["bindings"]["kafka"]["key"]
    yield f"The key of every record is {_inside(key['description'])} Its headers are those of CloudEvents (binary):"
    yield ""
    yield from members(traits["cloud_event"]["headers"], {})
    yield ""


def _inside(sentence: str) -> str:
    """Give a sentence as the end of another."""
    return sentence[0].lower() + sentence[1:]


def _messages(document: Node) -> Iterator[str]:
    for channel in document["channels"].values():
        for name in channel["messages"]:
            yield from _message(name, channel["address"], document["components"]["messages"][name])


def _message(name: str, topic: str, message: Node) -> Iterator[str]:
    yield f"## {name}"
    yield ""
    yield f"**{message['title']}.** On `{topic}`."
    yield ""
    if "summary" in message:
        yield message["summary"].strip()
        yield ""
    if "$ref" not in message.get("payload", {}):
        yield from members(message["headers"], {})
        yield ""
        return
    schema: Node = orjson.loads((SCHEMAS / message["payload"]["$ref"]).read_bytes())
    yield schema["description"]
    yield ""
    yield from members(schema, schema["$defs"])
    yield ""
    yield "```json"
    yield orjson.dumps(schema["examples"][0]).decode()
    yield "```"
    yield ""
