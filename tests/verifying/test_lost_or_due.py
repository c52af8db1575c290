"""Whose last moves are missing: the rows of the state tell who is only due."""

from collections.abc import Iterable

from app.verifying.lost_or_due import Candidate, State, judge
from schemas.rows import SweepRow
from schemas.transitions import Cause
from tables.codec import encode
from tables.customer_codec import encode_customer
from tables.keys import CUSTOMER, SWEEP
from tests.builders import DAY, T0, Rec, customer_row
from tests.verifying.builders import ANN, move

DECAYED = move(2, "fresh", "fading", at=30 * DAY, cause=Cause(type="decay", due="recency"))
DRIFTED = move(2, "fresh", "fading", at=30 * DAY, cause=Cause(type="drift"))
CAME = T0 + 30 * DAY
KEY = CUSTOMER + ANN.encode()


def row(*, due: int, sequence: int = 1, at: int = T0) -> Rec:
    return Rec(encode_customer(customer_row("fresh", at, sequence, T0, due=due, met=True)), KEY)


def swept(*, done: bool) -> Rec:
    return Rec(encode(SweepRow(CAME, done=done)), SWEEP)


def lost(records: Iterable[Rec], missing: object = DECAYED, turn: int = 0) -> str | None:
    state = State([ANN])
    state.take(records)
    assert missing in (DECAYED, DRIFTED)
    move_missing = DECAYED if missing is DECAYED else DRIFTED
    return judge({ANN: Candidate(move_missing, 1, CAME)}, state, turn).get(ANN)


def test_who_is_due_and_was_told_nothing_since_is_only_due() -> None:
    assert lost([row(due=CAME)]) is None


def test_whose_state_has_come_further_than_what_was_published_has_lost_it() -> None:
    assert "sequence 2 is missing, her state has come to 2" in (lost([row(due=CAME), row(due=0, sequence=2)]) or "")


def test_whom_the_state_would_never_move_has_lost_it() -> None:
    for due in (0, CAME + 1):
        assert "her state does not know of it" in (lost([row(due=due)]) or "")
    assert "her state does not know of it" in (lost([row(due=CAME, at=CAME)]) or "")


def test_at_whose_cut_points_nobody_has_looked_yet_is_only_due() -> None:
    assert lost([row(due=0), swept(done=False)], DRIFTED, CAME) is None
    assert lost([row(due=0)], DRIFTED, CAME) is None
    assert lost([row(due=0), swept(done=True)], DRIFTED, CAME) is not None


def test_whose_row_is_gone_has_lost_it_and_whose_row_was_never_seen_may_be_due() -> None:
    assert lost([row(due=CAME), Rec(None, KEY)]) is not None
    assert lost([]) is None
