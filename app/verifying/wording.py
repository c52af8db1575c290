"""A transition in, a few words that name it out."""

from schemas.instants import rfc3339
from schemas.transitions import SegmentRetracted, SegmentTransitioned


def way(change: SegmentTransitioned | SegmentRetracted) -> str:
    """Say where from, where to and when."""
    return f"{change.from_segment or '(none)'} to {change.to or '(none)'} at {rfc3339(change.effective_at)}"
