"""Transitions and retractions as they were published in; which stand in the end, and every breach of the rules, out."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any

from tests.kafka.reading import Read

Told = dict[str, Any]
NAMED = ("from", "to", "effective_at", "transition_id")
KINDS = ("segment.transitioned", "segment.retracted")


def moves_of_each(published: Iterable[Read]) -> dict[str, list[Told]]:
    """Give each customer's transitions and retractions in the order of the log, with their type."""
    found: dict[str, list[Told]] = defaultdict(list)
    for one in published:
        if (kind := one.header("ce_type")) in KINDS:
            told = one.payload
            found[told["customer_id"]].append(told | {"type": kind})
    return found


def standing(moves: Iterable[Told]) -> set[str]:
    """Give the ids of published minus retracted."""
    ids: set[str] = set()
    for told in moves:
        (ids.add if told["type"] == "segment.transitioned" else ids.discard)(told["transition_id"])
    return ids


def breaches(moves: Iterable[Told]) -> Iterator[str]:
    """Numbers run without a gap; only what stands is taken back, newest first; only what is late supersedes."""
    stands: dict[str, Told] = {}
    before: Told | None = None
    for number, told in enumerate(moves, 1):
        if told["sequence"] != number:
            yield f"number {number} was due: {told}"
        if told["type"] == "segment.transitioned":
            if told["transition_id"] in stands:
                yield f"stands already: {told}"
            if told["supersedes"] and not _supersedes(told, before):
                yield f"supersedes what was not taken back just before: {told}"
            stands[told["transition_id"]] = told
        else:
            was = stands.pop(told["transition_id"], None)
            if was is None or any(was[name] != told[name] for name in NAMED):
                yield f"takes back what does not stand: {told}"
            if before is not None and _of_one_fact(before, told) and before["effective_at"] <= told["effective_at"]:
                yield f"not taken back newest first: {told}"
        before = told


def _supersedes(told: Told, before: Told | None) -> bool:
    """The earliest of those taken back, which comes last of them."""
    if before is None or before["type"] != "segment.retracted":
        return False
    return told["late"] is True and told["supersedes"] == before["transition_id"]


def _of_one_fact(before: Told, told: Told) -> bool:
    return (before["type"], before["cause"]) == (told["type"], told["cause"])
