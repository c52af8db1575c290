"""The schema of an object in, the lines of a table of its members out; objects within it stand behind their member."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

Node = Mapping[str, Any]
LEAST: Final = {"minimum": "from {}", "minLength": "at least {} long", "minItems": "at least {} of them"}
MOST: Final = {
    "maximum": "up to {}",
    "maxLength": "at most {} long",
    "maxItems": "at most {} of them",
    "maxProperties": "at most {} of them",
}


def anchor(heading: str) -> str:
    """Name a heading as links on a page of Markdown do."""
    return heading.replace(".", "").lower()


def members(schema: Node, definitions: Node) -> Iterator[str]:
    """Give a table of an object's members, and of what is in them."""
    yield "| member | | what it may be | what it says |"
    yield "|---|---|---|---|"
    yield from _rows(schema, definitions, "")


def _rows(schema: Node, definitions: Node, path: str) -> Iterator[str]:
    required = set(schema.get("required", ()))
    for name, member in schema.get("properties", {}).items():
        full = f"{path}{name}"
        there = "always" if name in required else "may be missing"
        yield f"| `{full}` | {there} | {_kind(member, definitions)} | {_cell(member.get('description', ''))} |"
        for inner in _objects(member, definitions):
            title = f" ({inner['title']})" if "title" in inner else ""
            yield from _rows(inner, definitions, f"{full}{title}.")


def _objects(member: Node, definitions: Node) -> Iterator[Node]:
    """Find the objects that a member may be."""
    if "properties" in member:
        yield member
    for part in _parts(member, definitions):
        yield from _objects(part, definitions)


def _parts(member: Node, definitions: Node) -> Iterator[Node]:
    if "$ref" in member:
        yield definitions[member["$ref"].removeprefix("#/$defs/")]
    for key in ("allOf", "anyOf", "oneOf"):
        yield from member.get(key, ())


def _kind(member: Node, definitions: Node) -> str:
    """Say in words what a value may be."""
    if "const" in member:
        return f"`{member['const']}`" if member["const"] != "" else "an empty text"
    if "enum" in member:
        return ", ".join("null" if value is None else f"`{value}`" for value in member["enum"])
    inner = [_kind(part, definitions) for part in _parts(member, definitions)]
    if inner:
        return " or ".join(dict.fromkeys(inner))
    kinds = member.get("type", "anything")
    named = " or ".join(kinds) if isinstance(kinds, list) else str(kinds)
    if "items" in member:
        named = named.replace("array", f"array of {_kind(member['items'], definitions)}")
    if isinstance(member.get("additionalProperties"), dict):
        named = named.replace("object", f"object of {_kind(member['additionalProperties'], definitions)}")
    return ", ".join([named, *_bounds(member)])


def _bounds(member: Node) -> Iterator[str]:
    for words in (LEAST, MOST):
        yield from (said.format(member[key]) for key, said in words.items() if key in member)
    if "pattern" in member:
        yield f"matching `{_cell(member['pattern'])}`"


def _cell(text: str) -> str:
    """Keep a bar from ending a cell, and a text on its line."""
    return text.replace("|", "\\|").replace("\n", " ")
