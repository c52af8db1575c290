"""What came of the customers and what was read in, `summary.json` out."""

from typing import Any, Final

from agents.decisions.endings import Ending
from app.simulate.counts import Counts
from app.simulate.side import Side
from schemas.instants import rfc3339

APART: Final = {Ending.DUPLICATE: "duplicates", Ending.CONFLICTING: "conflicts"}
"""Endings that have a name of their own in the summary."""


def summary(side: Side, counts: Counts, as_of: int) -> dict[str, Any]:
    """Give all numbers; `events.read` = accepted + rejected, accepted = the sum of how they ended + after as-of."""
    policy, tally = side.policy, side.tally
    return {
        "as_of": as_of,
        "as_of_time": rfc3339(as_of),
        "policy": {"id": policy.id, "version": policy.version, "fingerprint": policy.fingerprint},
        "cut_points": {"versions": len(side.versions), "in_force": side.version},
        "customers": tally.standings(),
        **tally.moves(),
        **({"rewards": side.pricing.told()} if side.pricing is not None else {}),
        "events": _events(side, counts),
    }


def _events(side: Side, counts: Counts) -> dict[str, Any]:
    endings = side.tally.endings
    return {
        "read": counts.read,
        "accepted": counts.accepted,
        "rejected": dict(sorted(counts.rejected.items())),
        **{name: endings[ending] for ending, name in APART.items()},
        "after_as_of": counts.accepted - endings.total(),
        "endings": {ending.value: endings[ending] for ending in Ending if endings[ending] and ending not in APART},
    }
