"""A customer lived on in, what metrics want to know of it out."""

from collections.abc import Iterable

from agents.decisions.explaining import direction
from agents.decisions.in_force import InForce
from agents.decisions.life import Life
from agents.decisions.moves import Brink, BrinkCleared, Move, Retraction
from agents.decisions.outcomes import outcome, rule_of
from agents.decisions.steps_taken import Said
from agents.message_tallying import count_message, count_step
from agents.work import Tally


def count(tally: Tally, life: Life, in_force: InForce) -> None:
    for ending in life.endings:
        tally.endings.append(ending)
    if not (life.late or life.timeline.told or life.rewards or life.steps):
        return
    tally.late += life.late
    tally.ancient += life.ancient
    for told in life.timeline.told:
        if isinstance(told, Move):
            if not told.silent:
                _count_move(tally, told, in_force)
        elif isinstance(told, Retraction):
            tally.retracted += 1
        elif isinstance(told, Brink | BrinkCleared):
            tally.brinks["announced" if isinstance(told, Brink) else "cleared"] += 1
    _count_given(tally, life)


def _count_move(tally: Tally, move: Move, in_force: InForce) -> None:
    way = direction(move.from_segment, move.to_segment, in_force.policy_at(move.effective_at))
    cause = move.cause.type
    moved = move.from_segment, move.to_segment, way, cause
    tally.moved[moved] = tally.moved.get(moved, 0) + 1
    if cause == "decay" and not move.late:
        tally.decayed_at.append(move.effective_at)


def _count_given(tally: Tally, life: Life) -> None:
    for one in life.rewards:
        tally.rewarded[rule_of(one), outcome(one)] += 1
        count_message(tally, one)
    for taken in life.steps:
        if isinstance(taken, Said):
            tally.stepped[taken.journey, "message"] += 1
        count_step(tally, taken)


def count_entry(tally: Tally, left: Iterable[str | None], entered: Iterable[str | None]) -> None:
    """Count a customer out of one segment and into another; the empty name stands for none."""
    for segment in left:
        tally.entered[segment or ""] = tally.entered.get(segment or "", 0) - 1
    for segment in entered:
        tally.entered[segment or ""] = tally.entered.get(segment or "", 0) + 1
