"""What a reward rule waits for and what has happened in; whether that is it, out."""

from agents.decisions.explaining import direction
from agents.decisions.moves import Brink, BrinkCleared, Move, ScoreChange
from schemas.facts import Engaged
from schemas.policy import Policy
from schemas.reward_occasions import On, OnBrink, OnBrinkCleared, OnEngaged, OnScores, OnTransition, ScoreTurn

NAMED_ONLY = frozenset({"erasure", "drift", "policy"})
"""Causes that make no occasion unless a rule names them: the customer did nothing, nor did time."""


def engagement(on: OnEngaged, fact: Engaged) -> bool:
    """Tell of an engagement of the kind: a rule that asks for a rating or an answer wants one to be there."""
    if on.answers is not None and fact.answer not in on.answers:
        return False
    if on.rating_min is None and on.rating_max is None:
        return True
    return fact.rating is not None and within(fact.rating, on.rating_min, on.rating_max)


def move(on: OnTransition, came: Move, policy: Policy) -> bool:
    """Tell of a transition."""
    return (
        (on.to is None or came.to_segment in on.to)
        and (on.origin is None or came.from_segment in on.origin)
        and (came.cause.type in on.causes if on.causes is not None else came.cause.type not in NAMED_ONLY)
        and (on.direction is None or direction(came.from_segment, came.to_segment, policy) == on.direction)
    )


def announcement(on: On, told: Brink | BrinkCleared | ScoreChange) -> bool:
    """Tell of an announcement, of its clearing, or of scores that change."""
    match on, told:
        case OnBrink(), Brink():
            return _leads(on, told) and on.lead_ms in (None, told.lead_ms)
        case OnBrinkCleared(), BrinkCleared():
            return _leads(on, told) and told.cause.type not in NAMED_ONLY
        case OnScores(), ScoreChange():
            return told.cause.type not in NAMED_ONLY and _scored(on, told)
        case _:
            return False


def within(value: int, least: int | None, most: int | None) -> bool:
    """Tell whether a value lies between inclusive bounds; None = open."""
    return (least is None or value >= least) and (most is None or value <= most)


def _leads(on: OnBrink | OnBrinkCleared, told: Brink | BrinkCleared) -> bool:
    return (on.to is None or told.to in on.to) and (on.origin is None or told.segment in on.origin)


def _scored(on: OnScores, told: ScoreChange) -> bool:
    before, after = told.before, told.after
    turns = [(on.r, before.r, after.r), (on.f, before.f, after.f), (on.m, before.m, after.m)]
    asked = [(turn, was, comes) for turn, was, comes in turns if turn is not None]
    if not all(_turned(turn, was, comes) for turn, was, comes in asked):
        return False
    if any(turn.fell is not None or turn.rose is not None for turn, _, _ in asked):
        return True
    return not all(_lies(turn, was) for turn, was, _ in asked)


def _turned(turn: ScoreTurn, was: int | None, comes: int | None) -> bool:
    if not _lies(turn, comes):
        return False
    if turn.fell is None and turn.rose is None:
        return True
    if was is None or comes is None:
        return False
    fell = turn.fell is None or was - comes >= turn.fell
    return fell and (turn.rose is None or comes - was >= turn.rose)


def _lies(turn: ScoreTurn, score: int | None) -> bool:
    return score is not None and within(score, turn.low, turn.high)
