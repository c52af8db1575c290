"""What came of the same customers under two policies in, how the two differ out."""

from collections import Counter
from heapq import nsmallest
from typing import Any, Final, NamedTuple

from agents.decisions.whole_life import Lived
from app.simulate.pricing import cost_differences
from app.simulate.side import Side
from app.simulate.tally import written

MOST_AFFECTED: Final = 20


class Affected(NamedTuple):
    """A customer who stands elsewhere under the other policy; the most affected comes first when sorted."""

    closeness: float
    """1 less how far apart the two places are, each from 0 (the best) to 1 (the last) in its policy."""
    spent_less: int
    customer_id: str
    segment: str | None
    other: str | None


class Comparison:
    """Looks at two sides customer by customer."""

    def __init__(self, one: Side, other: Side) -> None:
        self.one = one
        self.other = other
        self.standing: Counter[tuple[str | None, str | None]] = Counter()
        """Customers by where they stand under each."""
        self._heights = _heights(one), _heights(other)
        self._affected: list[Affected] = []

    def take(self, customer_id: str, one: Lived, other: Lived) -> None:
        """Compare one customer."""
        if not (one.known or other.known):
            return
        here, there = one.standing.segment, other.standing.segment
        self.standing[here, there] += 1
        if here == there:
            return
        apart = abs(self._heights[0][here] - self._heights[1][there])
        spent = max(one.standing.measures.monetary_minor, other.standing.measures.monetary_minor)
        self._affected.append(Affected(1 - apart, -spent, customer_id, here, there))
        if len(self._affected) > 100 * MOST_AFFECTED:
            self._affected = nsmallest(MOST_AFFECTED, self._affected)

    @property
    def affected(self) -> list[Affected]:
        """Give those who stand farthest apart; of equals those who spent most."""
        return nsmallest(MOST_AFFECTED, self._affected, key=lambda one: one[:3])

    @property
    def costs(self) -> dict[str, Any]:
        """Say what each rule of either policy grants and costs under both; empty where neither has rules."""
        return cost_differences(self.one.pricing, self.other.pricing)

    def told(self) -> dict[str, Any]:
        """Give all of it as JSON."""
        pairs = sorted(self.standing.items(), key=lambda pair: (-pair[1], written(pair[0])))
        return {
            "policy": _side(self.one),
            "other": _side(self.other),
            "customers": {
                "same": sum(count for (here, there), count in pairs if here == there),
                "moved": sum(count for (here, there), count in pairs if here != there),
                "policy->other": {written(pair): count for pair, count in pairs},
            },
            **({"rewards": self.costs} if self.costs else {}),
            "most_affected": [
                {"customer_id": one.customer_id, "segment": one.segment, "other_segment": one.other}
                for one in self.affected
            ],
        }


def _side(side: Side) -> dict[str, Any]:
    policy, tally = side.policy, side.tally
    named = {"id": policy.id, "version": policy.version, "fingerprint": policy.fingerprint}
    flaps = {"moves": side.flaps.moves, "flaps": side.flaps.flaps, "flap_rate": round(side.flaps.rate, 6)}
    return named | {"customers": tally.standings()} | tally.moves() | flaps


def _heights(side: Side) -> dict[str | None, float]:
    """Place the segments of a policy between 0 and 1 by their ranks; who has none stands beyond the last."""
    ranks = sorted({segment.rank for segment in side.policy.segments})
    heights: dict[str | None, float] = {
        segment.id: ranks.index(segment.rank) / len(ranks) for segment in side.policy.segments
    }
    return heights | {None: 1.0}
