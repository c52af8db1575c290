"""What two parties say of the same customers in, where they differ out."""

from collections.abc import Hashable, Mapping
from typing import Any

ABSENT = "absent"
SHOWN = 5


def differences(ours: Mapping[Any, Hashable], theirs: Mapping[Any, Hashable]) -> tuple[int, dict[Any, Any]]:
    """Count the customers of whom they say different things, and show a few, ours first: (0, {}) is agreement."""
    if ours == theirs:
        return 0, {}
    pairs = {key: (ours.get(key, ABSENT), theirs.get(key, ABSENT)) for key in {*ours, *theirs}}
    unequal = {key: pair for key, pair in sorted(pairs.items()) if pair[0] != pair[1]}
    return len(unequal), dict(list(unequal.items())[:SHOWN])
