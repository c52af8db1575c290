"""Published transitions and the expected timeline in, readable differences out."""

import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from itertools import zip_longest
from typing import Any

from .timeline import CustomerTimeline

Payload = Mapping[str, Any]
Record = tuple[str, Payload]

TRANSITIONED, RETRACTED = "segment.transitioned", "segment.retracted"
PASSED_OVER = frozenset({"segment.brink", "segment.brink_cleared", "segment.scores_changed"})
IDENTITY = ("from", "to", "effective_at")
COMPARED = (
    *IDENTITY,
    "customer_id",
    "from_rank",
    "to_rank",
    "direction",
    "cause",
    "before",
    "after",
    "next",
)
PUBLICATION = frozenset(
    {
        "sequence",
        "transition_id",
        "ce_id",
        "detected_at",
        "late",
        "supersedes",
        "cut_points_version",
        "policy",
    }
)
_ABSENT = "<absent>"
_ENCODER = json.JSONEncoder(sort_keys=True)


def compare(
    published: Iterable[Record],
    expected: Mapping[str, CustomerTimeline],
    fields: Collection[str] = COMPARED,
) -> list[str]:
    """`published` are (ce_type, payload) of `loyalty.segment-transitions.v1`, in log order per customer.

    Published minus retracted must be the timeline. After late facts a standing transition keeps the
    measures it was published with: compare such runs with `fields=IDENTITY`.
    """
    differences: list[str] = []
    records: dict[str, list[Record]] = defaultdict(list)
    for ce_type, payload in published:
        if ce_type in (TRANSITIONED, RETRACTED):
            records[payload.get("customer_id", _ABSENT)].append((ce_type, payload))
        elif ce_type not in PASSED_OVER:
            differences.append(f"unknown type {ce_type!r}")
    for customer_id in sorted(records.keys() | expected.keys()):
        transitions = expected[customer_id].transitions if customer_id in expected else ()
        faults = _faults(records.get(customer_id, []), transitions, fields)
        differences += [f"customer {customer_id!r}: {fault}" for fault in faults]
    return differences


def _faults(records: list[Record], transitions: Iterable[Payload], fields: Collection[str]) -> list[str]:
    standing, faults = _standing(records)
    differences = _differences(standing, transitions, fields)
    return [*_sequence_faults(records), *_order_faults(records), *faults, *differences]


def _sequence_faults(records: list[Record]) -> list[str]:
    """Of a customer's transitions and retractions: 1..n in log order; only the first fault is told."""
    for due, (_, payload) in enumerate(records, start=1):
        if payload.get("sequence", _ABSENT) != due:
            return [f"sequence {payload.get('sequence', _ABSENT)} where {due} was due"]
    return []


def _order_faults(records: list[Record]) -> list[str]:
    """Only a late transition may be published after one that took effect at the same time or later.

    The exit of an erasure may come at the instant reached; with it ends a life, and time begins anew.
    """
    faults: list[str] = []
    reached = -1
    for ce_type, payload in records:
        at = payload.get("effective_at")
        if ce_type == TRANSITIONED and isinstance(at, int):
            if at + _ends_life(payload) <= reached and payload.get("late") is not True:
                faults.append(f"published after a move of {reached}, yet not late: {_told(payload)}")
            reached = -1 if _ends_life(payload) else max(reached, at)
    return faults


def _ends_life(payload: Payload) -> bool:
    cause = payload.get("cause")
    return isinstance(cause, Mapping) and cause.get("type") == "erasure"


def _standing(records: list[Record]) -> tuple[list[Payload], list[str]]:
    """Published minus retracted: a transition_id may come again once it was retracted, and in another life."""
    standing: dict[tuple[int, Any], Payload] = {}
    faults: list[str] = []
    life = 0
    for ce_type, payload in records:
        transition_id = payload.get("transition_id", _ABSENT)
        if transition_id == _ABSENT:
            faults.append(f"{ce_type} without transition_id at sequence {payload.get('sequence')}")
        elif ce_type == RETRACTED:
            if standing.pop((life, transition_id), None) is None:
                faults.append(f"retracted {transition_id}, which does not stand")
        elif (life, transition_id) in standing:
            faults.append(f"published {transition_id} twice: {_told(payload)}")
        else:
            standing[life, transition_id] = payload
            life += _ends_life(payload)
    return list(standing.values()), faults


def _differences(standing: list[Payload], timeline: Iterable[Payload], fields: Collection[str]) -> list[str]:
    """`effective_at` pairs the two sides, and their order where an erasure makes several at one instant."""
    published, wanted = _by_instant(standing), _by_instant(timeline)
    faults: list[str] = []
    for at in sorted(wanted.keys() | published.keys(), key=str):
        for found, due in zip_longest(published.get(at, []), wanted.get(at, [])):
            if found is None:
                faults.append(f"missing {_told(due)}")
            elif due is None:
                faults.append(f"not expected {_told(found)}")
            else:
                faults += _field_differences(found, due, fields)
    return faults


def _by_instant(transitions: Iterable[Payload]) -> dict[Any, list[Payload]]:
    found: dict[Any, list[Payload]] = defaultdict(list)
    for transition in transitions:
        found[transition.get("effective_at", _ABSENT)].append(transition)
    return found


def _field_differences(payload: Payload, wanted: Payload, fields: Collection[str]) -> list[str]:
    unknown = sorted(payload.keys() - wanted.keys() - PUBLICATION)
    told = [f"{_told(wanted)}: unknown field {field}" for field in unknown]
    is_ = {field: payload.get(field, _ABSENT) for field in fields}
    should_be = {field: wanted[field] for field in fields}
    if _wire(is_) != _wire(should_be):
        wrong = [field for field in fields if _wire(is_[field]) != _wire(should_be[field])]
        told += [f"{_told(wanted)}: {field} is {is_[field]}, expected {should_be[field]}" for field in wrong]
    return told


def _wire(value: object) -> str:
    """1, 1.0 and true are equal in Python and differ on the wire."""
    return _ENCODER.encode(value)


def _told(payload: Payload) -> str:
    return f"{payload.get('from')} -> {payload.get('to')} at {payload.get('effective_at')}"
