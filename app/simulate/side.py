"""Customers' facts in, what came of them under one policy out, and counted."""

from collections.abc import Sequence

from agents.decisions.in_force import InForce
from agents.decisions.moves import Brink, BrinkCleared, Move
from agents.decisions.whole_life import Lived, live
from app.simulate.flaps import Flaps
from app.simulate.pricing import Pricing
from app.simulate.sizes import SizeCounter
from app.simulate.tally import Tally
from schemas.cut_points import CutPoints
from schemas.facts import Fact
from schemas.policy import Policy


class Side:
    """One policy with its cut points; there are two of them when policies are compared."""

    def __init__(self, policy: Policy, versions: Sequence[CutPoints], as_of: int, *, closely: bool = True) -> None:
        """`closely`: flaps and sizes over time are counted too."""
        self.policy = policy
        self.versions = versions
        self.tally = Tally(policy)
        self.flaps = Flaps()
        self.sizes = SizeCounter()
        self.pricing = Pricing(policy) if policy.rewards else None
        """What its rules give and cost; None = it has none."""
        self._in_force = InForce(policy, versions)
        self._as_of = as_of
        self._closely = closely

    def live(self, customer_id: str, facts: Sequence[Fact]) -> Lived:
        """Live one customer."""
        lived = live(customer_id, facts, self._in_force, self._as_of)
        moves = [told for told in lived.publications if isinstance(told, Move)]
        for move in moves:
            self.tally.count_move(move)
        if len(moves) != len(lived.publications):
            self.tally.brinks += sum(isinstance(told, Brink) for told in lived.publications)
            self.tally.brinks_cleared += sum(isinstance(told, BrinkCleared) for told in lived.publications)
        if self._closely:
            self.flaps.count(moves)
            for move in moves:
                self.sizes.count_move(move)
        self.tally.count_customer(lived)
        if self.pricing is not None and lived.rewards:
            self.pricing.take(lived.rewards, lived.row.points)
        return lived

    @property
    def version(self) -> int:
        """The version of the cut points in force at the end."""
        return max((one.version for one in self.versions if one.effective_at <= self._as_of), default=0)
