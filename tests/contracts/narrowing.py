"""Two JSON Schemas of a message in, what a reader or a writer that keeps to the first would miss in the second out.

Of a message that Segue *reads*, writers must go on being understood: nothing that was accepted is refused. Of one that
it *publishes*, readers must find what they rely on: every member that was there, of no other type. Members may be
added to both, and to what is published further choices, whose readers are told to expect them.
"""

from collections.abc import Iterator, Mapping
from typing import Any, Final, Literal

Way = Literal["read", "published"]
Schema = Mapping[str, Any]

LEAST: Final = ("minimum", "minLength", "minItems", "minProperties")
MOST: Final = ("maximum", "maxLength", "maxItems", "maxProperties")
RULES: Final = ("pattern", "not", "format", "propertyNames")
"""What only an equal one is known to allow as much as."""
KNOWN: Final = {
    "type", "enum", "const", "properties", "required", "items", "additionalProperties", "allOf", "anyOf", "oneOf",
    "$ref", *LEAST, *MOST, *RULES,
}  # fmt: skip
TYPES: Final = {str: "string", bool: "boolean", int: "integer", float: "number", type(None): "null"}
WORDS: Final = {"$schema", "$id", "$defs", "title", "description", "examples"}


def breaks(old: Schema, new: Schema, way: Way) -> list[str]:
    """Say where the second schema breaks with the first, each as `path: what`; nothing = it does not.

    Raises ValueError for a keyword that this comparison does not know: it must be taught first.
    """
    return sorted(set(_Comparison(old, new, way).of(old, new, "")))


class _Comparison:
    def __init__(self, old: Schema, new: Schema, way: Way) -> None:
        self._definitions = old.get("$defs", {}), new.get("$defs", {})
        self._way = way

    def of(self, old: Schema, new: Schema, path: str) -> Iterator[str]:
        olds = [_choice(one) for one in _alternatives(old, self._definitions[0])]
        news = [_choice(one) for one in _alternatives(new, self._definitions[1])]
        inner, outer = (olds, news) if self._way == "read" else (news, olds)
        for choice in inner:
            yield from self._fits(choice, outer, path)
        if self._way == "published":
            yield from (f"{path}: {_name(one)} is gone" for one in olds if _name(one) not in map(_name, news))

    def _fits(self, choice: dict[str, Any], outer: list[dict[str, Any]], path: str) -> Iterator[str]:
        """Find the alternative of the other side that a choice belongs to."""
        named = [one for one in outer if _name(one) == _name(choice)]
        if named:
            tried = [list(self._pair(one, choice, path)) for one in named]
            yield from min(tried, key=len)
        elif self._way == "read":
            yield f"{path}: {_name(choice)} is refused"
        elif not ("kind" in choice.get("properties", {}) and outer):  # another kind of an object is one more choice
            yield f"{path}: may be {_name(choice)}"

    def _pair(self, outer: Schema, inner: Schema, path: str) -> Iterator[str]:
        """Compare two alternatives of one type: `inner` must keep to what `outer` says."""
        old, new = (inner, outer) if self._way == "read" else (outer, inner)
        yield from self._choices(old, new, path)
        yield from _bounds(outer, inner, path)
        yield from self._members(old, new, path)
        for part in ("items", "additionalProperties"):
            if isinstance(old.get(part), Mapping) and isinstance(new.get(part), Mapping):
                yield from self.of(old[part], new[part], f"{path}[]")
            elif isinstance(outer.get(part), Mapping) or (outer.get(part) is False and inner.get(part) is not False):
                yield f"{path}: {part} of {outer[part]} against {inner.get(part)}"

    def _choices(self, old: Schema, new: Schema, path: str) -> Iterator[str]:
        before, after = _values(old), _values(new)
        if before is not None and after is not None:
            yield from (f"{path}: {value!r} is gone" for value in before if value not in after)
        elif before is not None and self._way == "published":
            yield f"{path}: may be anything"
        elif after is not None and self._way == "read":
            yield f"{path}: must be one of {after}"

    def _members(self, old: Schema, new: Schema, path: str) -> Iterator[str]:
        before, after = old.get("properties", {}), new.get("properties", {})
        for name, member in before.items():
            if name in after:
                yield from self.of(member, after[name], f"{path}.{name}")
            else:
                yield f"{path}.{name}: is gone"
        needed, given = set(old.get("required", ())), set(new.get("required", ()))
        if self._way == "read":
            yield from (f"{path}.{name}: is required" for name in sorted(given - needed))
        else:
            yield from (f"{path}.{name}: may be missing" for name in sorted((needed - given) & after.keys()))


def _alternatives(schema: Schema, definitions: Schema) -> Iterator[dict[str, Any]]:
    """Take a schema apart into what a value may be, one type each, without references."""
    unknown = schema.keys() - KNOWN - WORDS
    if unknown:
        raise ValueError(f"the comparison of contracts does not know {', '.join(sorted(unknown))}")
    own = {key: value for key, value in schema.items() if key in KNOWN - {"allOf", "anyOf", "oneOf", "$ref"}}
    parts = [definitions[schema["$ref"].removeprefix("#/$defs/")]] if "$ref" in schema else schema.get("allOf", [])
    merged = [own]
    for part in parts:
        merged = [one | other for one in merged for other in _alternatives(part, definitions)]
    either = schema.get("anyOf") or schema.get("oneOf")
    if either:
        merged = [one | other for one in merged for part in either for other in _alternatives(part, definitions)]
    for one in merged:
        for kind in _kinds(one):
            yield {**one, "type": kind}


def _kinds(schema: Schema) -> list[str]:
    """Name the types that a value may have; a list of choices says it by what they are."""
    kinds = schema.get("type")
    if kinds is None:
        values = _values(schema)
        return sorted({TYPES[type(value)] for value in values}) if values else ["any"]
    return kinds if isinstance(kinds, list) else [kinds]


def _choice(schema: dict[str, Any]) -> dict[str, Any]:
    """Keep of an alternative what is said of its type: a bound of numbers says nothing of null."""
    return {"type": "null"} if schema["type"] == "null" else schema


def _name(schema: Schema) -> str:
    """Tell alternatives apart: by type, and objects of several kinds by their kind."""
    kind = schema.get("properties", {}).get("kind", {}).get("const")
    return f"{schema['type']}{f' of kind {kind}' if kind else ''}"


def _values(schema: Schema) -> list[Any] | None:
    return [schema["const"]] if "const" in schema else schema.get("enum")


def _bounds(outer: Schema, inner: Schema, path: str) -> Iterator[str]:
    """Find bounds of `outer` that `inner` does not keep to."""
    for key in LEAST:
        if key in outer and inner.get(key, float("-inf")) < outer[key]:
            yield f"{path}: {key} {inner.get(key)} against {outer[key]}"
    for key in MOST:
        if key in outer and inner.get(key, float("inf")) > outer[key]:
            yield f"{path}: {key} {inner.get(key)} against {outer[key]}"
    for key in RULES:
        if key in outer and inner.get(key) != outer[key]:
            yield f"{path}: {key} {inner.get(key)} against {outer[key]}"
