"""The moves before and after a stretch was lived once more in; what to take back and what to publish, out."""

from collections.abc import Sequence

from agents.decisions.agenda import Acting, Applicable
from agents.decisions.customer import Customer
from agents.decisions.explaining import cause_type
from agents.decisions.moves import Retraction
from agents.decisions.rewinding import Rewinding
from agents.decisions.timeline import Timeline
from schemas.digests import transition_id
from schemas.facts import MessageDelivered, MessageFailed, ProfileChanged
from schemas.policy import Policy
from schemas.remembered_moves import RememberedMove
from schemas.transitions import Cause

Way = tuple[int, str | None, str | None]
"""What makes a move the same one: its instant, where from, where to."""


def rewrite(
    customer: Customer, timeline: Timeline, rewinding: Rewinding, late: Sequence[Acting], policy: Policy
) -> Cause:
    """Retract, newest first, every published move that is not on the new timeline; then publish what was not yet.

    Published minus retracted is the timeline: moves that stand as they stood are not told again. Gives the late fact
    as the cause of all this.
    """
    cause = _cause(late[-1].fact)
    lived = timeline.end_quiet()
    stands = {(move.effective_at, move.from_segment, move.to_segment) for move in lived if not move.silent}
    published = [move for move in rewinding.moves if not move.silent]
    gone = [move for move in published if _way(move) not in stands]
    before = {_way(move) for move in published}
    for old in reversed(gone):
        customer.row.sequence += 1
        timeline.told.append(Retraction(customer.id, customer.row.sequence, old.origin, old.to, cause, old.at))
    supersedes = transition_id(customer.id, policy.id, *_way(gone[0])) if gone else None
    late_at, stays = {acting.at for acting in late}, timeline.in_force.longest_stay > 0
    for new in lived:
        if new.silent:
            continue
        if (new.effective_at, new.from_segment, new.to_segment) in before:
            if stays or new.effective_at in late_at:  # else what acts at its instant is what acted there before
                timeline.recaused.append((new, cause))
            continue
        customer.row.sequence += 1
        timeline.tell(new.told_late(customer.row.sequence, supersedes))
        supersedes = None
    return cause


def _way(move: RememberedMove) -> Way:
    return move.at, move.origin, move.to


def _cause(fact: Applicable) -> Cause:
    assert not isinstance(fact, ProfileChanged | MessageDelivered | MessageFailed), "these move nobody"
    return Cause(type=cause_type(fact), event_id=fact.event_id)
