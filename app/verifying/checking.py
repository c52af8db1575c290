"""One customer's facts and records in, what is to be said of her out."""

from collections.abc import Sequence
from typing import Final, NamedTuple

from app.verifying.comparing import TOLD_BY_WHAT_HAPPENED, compare_moves, compare_rewards, unfounded
from app.verifying.customer_log import History
from app.verifying.lateness import OVERTAKEN, Punctuality, may_have_overtaken, punctuality
from app.verifying.published import Published, read_published
from app.verifying.recomputing import Expected, Recomputation
from app.verifying.sequences import Replay, replay
from schemas.instants import LATEST
from schemas.transitions import SegmentTransitioned

NO_INPUT: Final = "an input partition does not begin at 0, and what was before is not known"
NO_OUTPUT: Final = "an output partition does not begin at 0, and what was taken back in it is not known"
OF_BUDGETS: Final = "whom a budget pays depends on all customers: only ids and occasions were checked"


class Bounds(NamedTuple):
    """What of a partition can be checked."""

    inputs_whole: bool
    """Whether all input topics still begin at 0."""
    transitions_whole: bool
    rewards_whole: bool
    linked: bool
    """Whether every move is published: none is silent."""
    by_records: bool = False
    """Whether the clock goes by the records (`clock: stream`): topics may have overtaken one another by any time."""


class Verdict(NamedTuple):
    """What came of checking a customer; at most one of the first three says anything."""

    difference: str | None
    unchecked: str | None
    """Why nothing can be said against the input."""
    missing: tuple[SegmentTransitioned, ...]
    """Moves that are due and not published: her state tells whether they are lost."""
    as_of: int
    """The instant up to which she was lived, epoch ms."""
    last: int
    """Her newest published sequence number."""
    transitions: int
    """How many were published."""
    exact: bool
    """Whether all fields were compared: nothing of hers can have been late."""
    of_budgets: int
    """How many rewards were published that a budget decides: they are never compared with the input."""


class Checker:
    """Checks the customers of one partition."""

    def __init__(self, recomputation: Recomputation, bounds: Bounds) -> None:
        self._recomputation = recomputation
        self._bounds = bounds
        policies = recomputation.in_force.policies
        journeys = [journey for policy in policies for journey in policy.journeys]
        self._of_journeys = frozenset(rule for journey in journeys for rule in journey.rewards)
        self._opaque = self._of_journeys | frozenset(
            rule.id for policy in policies for rule in policy.rewards if not isinstance(rule.on, TOLD_BY_WHAT_HAPPENED)
        )
        self._of_budgets = frozenset(rule.id for policy in policies for rule in policy.rewards if rule.draws)
        """What one customer is paid of a budget depends on all others, so her own input does not tell it."""
        self._numbers = frozenset(number for policy in policies for number in policy.by_occasion.numbered)

    def check(self, customer_id: str, history: History) -> Verdict:
        """Check her stream alone, then against her input."""
        published = read_published(customer_id, history.told)
        bounds = self._bounds
        replayed = replay(customer_id, published.changes, whole=bounds.transitions_whole, linked=bounds.linked)
        expected = self._recomputation.expect(customer_id, history.taken)
        came = punctuality(
            expected.acted,
            expected.moves,
            self._recomputation.until,
            self._recomputation.in_force.policy,
            expected.kept,
        )
        exact = came.in_time and not replayed.rewritten and bounds.inputs_whole and bounds.transitions_whole
        of_budgets = sum(one.rule in self._of_budgets for one in published.rewards)
        verdict = Verdict(None, None, (), expected.as_of, replayed.last, len(published.changes), exact, of_budgets)
        alone = published.wrong or replayed.wrong or self._unfounded(published, replayed, history)
        if alone is not None:
            return verdict._replace(difference=alone)
        return self._compared(verdict, published, replayed, expected, came)

    def _compared(
        self, verdict: Verdict, published: Published, replayed: Replay, expected: Expected, came: Punctuality
    ) -> Verdict:
        """Compare with full knowledge; what a reason explains is no difference."""
        standing = replayed.standing()
        wanted = expected.moves if self._bounds.transitions_whole else _from(expected.moves, standing)
        difference, missing = compare_moves(standing, wanted, exact=verdict.exact)
        if difference is None and verdict.exact and not self._recomputation.in_force.rolls:
            difference = compare_rewards(
                [one for one in published.rewards if one.rule not in self._of_budgets],
                {name: one for name, one in expected.rewards.items() if one.rule not in self._of_budgets},
                due_until=self._due_until(expected, missing),
                timed_until=max((one.at for one in expected.acted), default=0),
                of_journeys=self._of_journeys,
            )
        excuse = self._excuse(came, replayed)
        if excuse is not None and (difference is not None or missing):
            return verdict._replace(unchecked=excuse)
        if difference is not None and self._bounds.by_records and may_have_overtaken(expected.acted):
            return verdict._replace(unchecked=OVERTAKEN)
        return verdict._replace(difference=difference, missing=missing)

    def _unfounded(self, published: Published, replayed: Replay, history: History) -> str | None:
        if not published.rewards:
            return None
        whole = self._bounds.inputs_whole and self._bounds.transitions_whole
        events = {one.fact.event_id for one in history.taken} if whole else None
        return unfounded(published.rewards, replayed.ever, events, self._numbers, self._opaque)

    def _due_until(self, expected: Expected, missing: Sequence[SegmentTransitioned]) -> int | None:
        """Say before which instant every reward must be there."""
        if not self._bounds.rewards_whole or any(one.ahead for one in expected.acted):
            return None
        return missing[0].effective_at if missing else LATEST + 1

    def _excuse(self, came: Punctuality, replayed: Replay) -> str | None:
        """Give the reason for which a customer may rightly differ.

        Where nothing was taken back, what is left of a topic is the end of a timeline.
        """
        if not self._bounds.inputs_whole:
            return NO_INPUT
        if not self._bounds.transitions_whole and replayed.rewritten:
            return NO_OUTPUT
        return came.excuses[0] if came.excuses else None


def _from(
    moves: Sequence[SegmentTransitioned], standing: Sequence[SegmentTransitioned]
) -> Sequence[SegmentTransitioned]:
    """Leave out what was published before what is still there."""
    start = standing[0].effective_at if standing else None
    return [move for move in moves if start is not None and move.effective_at >= start]
