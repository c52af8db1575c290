"""Customers' facts in, what came of them under one policy out, and counted."""

from collections.abc import Sequence

from agents.decisions.in_force import InForce
from agents.decisions.moves import Brink, BrinkCleared, Move
from agents.decisions.whole_life import Lived, live
from app.simulate.flaps import Flaps
from app.simulate.sizes import SizeCounter
from app.simulate.tally import Tally
from schemas.cut_points import CutPoints
from schemas.facts import Fact
from schemas.policy import Policy


class Side:
    """One policy with its cut points; there are two of them when policies are compared."""

    def __init__(self, policy: Policy, versions: Sequence[CutPoints], as_of: int) -> None:
        self.policy = policy
        self.versions = versions
        self.tally = Tally(policy)
        self.flaps = Flaps()
        self.sizes = SizeCounter()
        self._in_force = InForce(policy, versions)
        self._as_of = as_of

    def live(self, customer_id: str, facts: Sequence[Fact]) -> Lived:
        """Live one customer."""
        lived = live(customer_id, facts, self._in_force, self._as_of)
        moves = []
        for told in lived.publications:
            if isinstance(told, Move):
                moves.append(told)
                self.tally.count_move(told)
                self.sizes.count_move(told)
            elif isinstance(told, Brink):
                self.tally.brinks += 1
            elif isinstance(told, BrinkCleared):
                self.tally.brinks_cleared += 1
        self.flaps.count(moves)
        self.tally.count_customer(lived)
        return lived

    @property
    def version(self) -> int:
        """The version of the cut points in force at the end."""
        return max((one.version for one in self.versions if one.effective_at <= self._as_of), default=0)
