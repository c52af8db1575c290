"""A few words in, published transitions and retractions with right ids out."""

from typing import Any

import msgspec

from app.verifying.entries import Told
from app.verifying.published import Change, Numbered
from schemas.digests import digest, transition_id
from schemas.measures import Measures
from schemas.transitions import Cause, PolicyRef, SegmentRetracted, SegmentTransitioned
from tests.builders import T0

NOTHING = Measures(None, None, 0, None, 0, None, None, None)
ANN = "ann"
ORDERED = Cause(type="order", event_id="o-1")
SEED_REF = PolicyRef("seed", 1)


def move(sequence: int, origin: str | None, to: str | None, at: int = 0, **more: Any) -> SegmentTransitioned:
    """Tell a move of Ann's; an instant is in ms after T0, by itself one second a number."""
    effective_at = T0 + (at or sequence * 1_000)
    told: dict[str, Any] = {
        "after": NOTHING,
        "before": NOTHING,
        "cause": ORDERED,
        "customer_id": ANN,
        "cut_points_version": 0,
        "detected_at": 1,
        "direction": "up",
        "effective_at": effective_at,
        "from_segment": origin,
        "from_rank": None,
        "late": False,
        "next": None,
        "policy": SEED_REF,
        "sequence": sequence,
        "supersedes": None,
        "to": to,
        "to_rank": None,
        "transition_id": transition_id(ANN, "seed", effective_at, origin, to),
    }
    return SegmentTransitioned(**(told | more))


def retraction(sequence: int, gone: SegmentTransitioned) -> SegmentRetracted:
    """Take a move back."""
    return SegmentRetracted(
        cause=ORDERED,
        customer_id=ANN,
        detected_at=1,
        effective_at=gone.effective_at,
        from_segment=gone.from_segment,
        policy=SEED_REF,
        sequence=sequence,
        to=gone.to,
        transition_id=gone.transition_id,
    )


def numbered(change: Change) -> Numbered:
    """Give a change with the id that its record has."""
    return Numbered(digest(f"{ANN}\0{change.sequence}"), change)


def record_of(change: Change) -> Told:
    """Give the record of a change as it lies in the log."""
    kind = "segment.transitioned" if isinstance(change, SegmentTransitioned) else "segment.retracted"
    return Told(ANN, "transitions", kind, numbered(change).ce_id, msgspec.json.encode(change))
