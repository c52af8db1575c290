"""One customer's facts in the order of the log in; her whole life in full knowledge, with nothing ever late, out."""

from collections.abc import Sequence

from agents.decisions.customer import Customer
from agents.decisions.endings import UNCHANGED, Ending
from agents.decisions.entries import Rewarded
from agents.decisions.full_timeline import timeline
from agents.decisions.in_force import InForce
from agents.decisions.life import Life
from agents.decisions.moves import Publication, Standing
from agents.decisions.nothing_stored import NothingStored
from agents.decisions.standing import standing
from agents.decisions.steps_taken import StepTaken
from schemas.customer_row import CustomerRow
from schemas.cut_points import CutPoints
from schemas.facts import Fact
from schemas.policy import Policy

STRANGE = UNCHANGED | {Ending.NOTED}
"""Endings that do not make a customer known."""
_NOTHING = NothingStored()


class Lived:
    """What came of a customer up to an instant."""

    __slots__ = ("endings", "known", "publications", "rewards", "row", "standing", "steps")

    def __init__(self) -> None:
        self.row: CustomerRow
        self.standing: Standing
        self.known = False
        """False: she was erased, or nothing has made her known."""
        self.publications: list[Publication] = []
        self.rewards: list[Rewarded] = []
        self.steps: list[StepTaken] = []
        self.endings: list[Ending] = []
        """One for each fact up to the instant, in no order."""


def live(
    customer_id: str,
    facts: Sequence[Fact],
    policy: Policy | InForce,
    until: int,
    cut_points: Sequence[CutPoints] = (),
    *,
    scores: bool = False,
) -> Lived:
    """Live one customer through all her facts, in log order, up to and including an instant.

    What occurred later than that does not exist yet; an erasure ends a life no earlier than what has acted in it, which
    may be a little later. Who lives many customers makes the InForce once and gives it instead of the policy.
    """
    in_force = policy if isinstance(policy, InForce) else InForce(policy, cut_points, scores=scores)
    left: Sequence[Fact] = [fact for fact in facts if fact.occurred_at <= until]
    row, stored, decided, lived = CustomerRow(), _NOTHING, frozenset[str](), Lived()
    while True:
        customer = Customer(customer_id, row, stored)
        life = Life(customer, timeline(customer, in_force, punctual=True), in_force.policy)
        left = life.take(left)
        if not customer.erased:
            life.come_to(until)
        lived.publications += life.timeline.told
        lived.rewards += life.rewards
        lived.steps += life.steps
        lived.endings += life.endings
        if not customer.erased:
            lived.known = not STRANGE.issuperset(life.endings)
            lived.row, lived.standing = row, standing(customer, in_force)
            return lived
        if customer.changed is not None:
            decided = decided.union(customer.changed.occasions)
            stored = NothingStored(decided)
        row = reborn(row)


def reborn(row: CustomerRow) -> CustomerRow:
    """Begin a life after an erasure: the sequence goes on, and nothing acts before the end of the last one."""
    floor = row.at + (row.at == row.moved_at)
    born = CustomerRow()
    born.at, born.floor, born.sequence, born.erased_at = floor - 1, floor, row.sequence, row.erased_at
    return born
