"""A few words in, a move as the decisions hand it on out."""

from agents.decisions.moves import Move
from schemas.measures import Measures
from schemas.transitions import Cause
from tests.builders import DAY, T0

NOTHING = Measures(None, None, 0, None, 0, None, None, None)


def move(origin: str | None, target: str | None, day: int, *, silent: bool = False) -> Move:
    cause = Cause(type="order", event_id="o-1")
    return Move("ann", 1, origin, target, cause, NOTHING, NOTHING, T0 + day * DAY, None, silent=silent)
