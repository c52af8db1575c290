"""What is remembered of engagements is found by their ids, wherever in the packed bytes an id may seem to stand."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.decisions.engaging import ENTRY_BYTES, ID_BYTES, _known
from schemas.rows import EngagementRow

FEW = st.sampled_from(b"\x00\x01")
"""Of bytes like these, ids seem to stand everywhere: across two entries, and in what one said."""
ENTRIES = st.lists(st.lists(FEW, min_size=ENTRY_BYTES, max_size=ENTRY_BYTES).map(bytes), max_size=6)


def entries(packed: bytes) -> list[bytes]:
    return [packed[start : start + ENTRY_BYTES] for start in range(0, len(packed), ENTRY_BYTES)]


@given(st.lists(ENTRIES.map(b"".join), max_size=3), st.lists(FEW, min_size=ID_BYTES, max_size=ID_BYTES).map(bytes))
def test_an_id_is_found_where_an_entry_begins_and_nowhere_else(days: list[bytes], identity: bytes) -> None:
    known = [entry for packed in days for entry in entries(packed) if entry[:ID_BYTES] == identity]
    assert _known(EngagementRow({}, dict(enumerate(days))), identity) == next(iter(known), None)


@pytest.mark.parametrize("shift", range(1, ENTRY_BYTES))
def test_bytes_of_an_id_across_two_entries_are_no_entry(shift: int) -> None:
    packed = bytes(shift) + b"\xff" * ID_BYTES + bytes(2 * ENTRY_BYTES - ID_BYTES - shift)
    assert _known(EngagementRow({}, {1: packed}), b"\xff" * ID_BYTES) is None
    assert _known(EngagementRow({}, {1: packed, 2: b"\xff" * ENTRY_BYTES}), b"\xff" * ID_BYTES) == b"\xff" * ENTRY_BYTES
