"""Two policy documents in, every difference that matters out: values, segments, cells that move, rules."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final, NamedTuple

from schemas.policy import Policy
from schemas.policy_document import PolicyDocument
from schemas.rule_matching import cells
from schemas.time_document import LIFETIME

_VALUES: Final = (
    "version", "id", "currency", "timezone", "window", "orders", "scores", "cut_points", "no_orders", "dwell", "brink",
    "late", "silent_until", "engagement", "quiet_hours", "delivery",
)  # fmt: skip
_LISTS: Final = ("rewards", "caps", "budgets", "journeys")


class Difference(NamedTuple):
    """What is another: a path of the language, and how both say it; None = not at all."""

    path: str
    before: str | None
    after: str | None
    cells: tuple[str, ...] = ()
    """Of cells that move: which."""


def differences(before: PolicyDocument, after: PolicyDocument) -> list[Difference]:
    """Compare what two documents mean; how they are written and commented does not matter."""
    written = _written(before), _written(after)
    policies = before.compile(""), after.compile("")
    found = [change for part in _VALUES for change in _changes(part, written[0][part], written[1][part])]
    found += _segments(*policies)
    found += _placing(written, policies)
    for part in _LISTS:
        found += _items(part, written[0][part], written[1][part])
    return found


def _written(document: PolicyDocument) -> dict[str, Any]:
    """Write a document as plain values, what has no order sorted."""
    plain = {"window": LIFETIME} | document.model_dump(mode="json", by_alias=True, exclude_none=True)
    plain["brink"] = [lead for _, lead in sorted(zip(document.brink, plain["brink"], strict=True), reverse=True)]
    plain["engagement"]["kinds"].sort()
    return {part: plain.get(part) for part in PolicyDocument.model_fields}


def _changes(path: str, before: Any, after: Any) -> Iterator[Difference]:
    left, right = dict(_leaves(path, before)), dict(_leaves(path, after))
    for leaf in dict.fromkeys([*left, *right]):
        if left.get(leaf) != right.get(leaf):
            yield Difference(leaf, left.get(leaf), right.get(leaf))


def _leaves(path: str, value: Any) -> Iterator[tuple[str, str]]:
    """Give each value that is neither a mapping nor a list of mappings, under its path."""
    if isinstance(value, Mapping):
        for key, inner in value.items():
            yield from _leaves(f"{path}.{key}", inner)
    elif isinstance(value, list) and any(isinstance(item, Mapping) for item in value):
        for index, item in enumerate(value):
            yield from _leaves(f"{path}.{index}", item)
    elif value is not None and value != []:
        yield path, ", ".join(map(_spelled, value)) if isinstance(value, list) else _spelled(value)


def _spelled(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _segments(before: Policy, after: Policy) -> Iterator[Difference]:
    old, new = ({segment.id: segment for segment in policy.segments} for policy in (before, after))
    for name in [name for name in old if name not in new]:
        yield Difference(f"segments.{name}", f"rank {old[name].rank}", None)
    for name in [name for name in new if name not in old]:
        yield Difference(f"segments.{name}", None, f"rank {new[name].rank}")
    both = [name for name in old if name in new]
    for name in both:
        if old[name].label != new[name].label:
            yield Difference(f"segments.{name}.label", old[name].label, new[name].label)
    if _order([old[name].rank for name in both]) != _order([new[name].rank for name in both]):
        for name in both:
            if old[name].rank != new[name].rank:
                yield Difference(f"segments.{name}.rank", str(old[name].rank), str(new[name].rank))


def _order(ranks: Sequence[int]) -> list[int]:
    """Number ranks without gaps: only who is better than whom matters."""
    return [sorted(set(ranks)).index(rank) for rank in ranks]


def _placing(written: Sequence[Mapping[str, Any]], policies: Sequence[Policy]) -> Iterator[Difference]:
    """Tell who is placed elsewhere: cell by cell where the rules ask for scores only, else rule by rule."""
    left, right = cells(policies[0]), cells(policies[1])
    if left is None or right is None:
        yield from _rules(written[0]["segments"], written[1]["segments"])
    elif left.keys() != right.keys():
        yield Difference("cells", str(len(left)), str(len(right)))
    else:
        moved: dict[tuple[str, str], list[str]] = {}
        for cell in reversed(left):
            if left[cell] != right[cell]:
                moved.setdefault((left[cell], right[cell]), []).append(cell)
        for (origin, goal), names in moved.items():
            yield Difference("cells", origin, goal, tuple(names))


def _rules(before: Sequence[Mapping[str, Any]], after: Sequence[Mapping[str, Any]]) -> Iterator[Difference]:
    old, new = ({item["id"]: _rule(item) for item in segments} for segments in (before, after))
    for name in dict.fromkeys([*old, *new]):
        yield from _changes(f"segments.{name}", old.get(name), new.get(name))
    left, right = [name for name in old if name in new], [name for name in new if name in old]
    if left != right:
        yield Difference("segments", ", ".join(left), ", ".join(right))


def _rule(segment: Mapping[str, Any]) -> dict[str, Any]:
    rule = {key: value for key, value in segment.items() if key in {"cells", "when", "otherwise"}}
    return rule | {"cells": sorted(rule["cells"])} if "cells" in rule else rule


def _items(part: str, before: Sequence[Mapping[str, Any]], after: Sequence[Mapping[str, Any]]) -> Iterator[Difference]:
    old, new = ({item["id"]: item for item in items} for items in (before, after))
    for name in dict.fromkeys([*old, *new]):
        if name not in new:
            yield Difference(f"{part}.{name}", _said(old[name]), None)
        elif name not in old:
            yield Difference(f"{part}.{name}", None, _said(new[name]))
        else:
            yield from _changes(f"{part}.{name}", old[name], new[name])


def _said(item: Mapping[str, Any]) -> str:
    leaves = (leaf for key, value in item.items() if key != "id" for leaf in _leaves(key, value))
    return "; ".join(f"{path} {value}" for path, value in leaves)
