"""A customer lived on in, what metrics want to know of it out."""

from collections.abc import Iterable

from agents.decisions.entries import outcome, rule_of
from agents.decisions.explaining import direction
from agents.decisions.in_force import InForce
from agents.decisions.life import Life
from agents.decisions.moves import Brink, BrinkCleared, Move, Retraction, ScoreChange
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
        match told:
            case Move(silent=False):
                way = direction(told.from_segment, told.to_segment, in_force.policy_at(told.effective_at))
                cause = told.cause.type
                moved = told.from_segment, told.to_segment, way, cause
                tally.moved[moved] = tally.moved.get(moved, 0) + 1
                if cause == "decay" and not told.late:
                    tally.decayed_at.append(told.effective_at)
            case Retraction():
                tally.retracted += 1
            case Brink() | BrinkCleared():
                tally.brinks["announced" if isinstance(told, Brink) else "cleared"] += 1
            case Move() | ScoreChange():
                pass
    _count_given(tally, life)


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
