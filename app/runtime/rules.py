"""What stands on the control topic in, the policies and cut points by which a worker decides out."""

from collections.abc import Sequence

from agents.decisions.in_force import InForce
from app.control.documents import rollout
from app.control.view import ControlView
from schemas.policy import Policy


class Rules:
    """Shared by all tasks of a worker; made anew when something new stands on the control topic."""

    def __init__(self, view: ControlView, *, scores: bool) -> None:
        """`scores`: changes of score are published."""
        self.view = view
        self._scores = scores
        self._made_of: tuple[object, object] | None = None
        self._in_force: InForce | None = None

    def in_force(self) -> InForce:
        """Give the rules of all instants that are known."""
        view = self.view
        made_of = (view.policies, view.cut_points)
        if self._in_force is None or made_of != self._made_of:
            first, *later = map(rollout, view.policies)
            versions = [record.cut_points for record in view.cut_points]
            self._in_force = InForce(first.policy, versions, scores=self._scores, rollouts=later)
            self._made_of = made_of
        return self._in_force

    @property
    def policies(self) -> Sequence[Policy]:
        """All policies, in the order in which they come into force."""
        return self.in_force().policies
