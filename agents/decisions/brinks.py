"""What is ahead of a customer in; the announcement of a move down, or its clearing, out."""

from agents.decisions.customer import Customer
from agents.decisions.explaining import direction
from agents.decisions.judging import Judge
from agents.decisions.moves import Brink, BrinkCleared
from schemas.customer_row import CustomerRow
from schemas.policy import Policy
from schemas.rows import BrinkRow
from schemas.transitions import Cause, Next


def clear(customer: Customer, at: int, ahead: Next | None, cause: Cause | None, policy: Policy) -> BrinkCleared | None:
    """Clear what was announced, unless it still is ahead or has come about exactly so."""
    row, told = customer.row, customer.row.brink
    if told is None:
        return None
    came = row.moved_at == at == told.due and row.segment == told.to
    down = _down(row, ahead, policy)
    if not came and down is not None and (down.at, down.to) == (told.due, told.to):
        return None
    row.brink = None
    if came:
        return None
    assert cause is not None, "silence alone brings what was announced"
    row.told += 1
    return BrinkCleared(customer.id, row.told, at, told.segment, told.due, told.to, cause, ahead)


def announce(customer: Customer, at: int, ahead: Next | None, judge: Judge, passed: int) -> Brink | None:
    """Announce the next move if it leads down and this is an instant to do so; else see to it that one will be.

    `passed`: up to where time is known to have come. Of several instants in it only the last one announces, and none
    if the move itself has come.
    """
    row, down = customer.row, _down(customer.row, ahead, judge.policy)
    if down is None:
        return None
    leads = judge.policy.brink_ms
    later = [down.at - lead for lead in leads if down.at - lead > at]
    if later:
        row.due = min(row.due, *later)
    lead = down.at - at
    if at < (judge.policy.silent_until or 0):
        return None
    if lead not in leads or down.at <= passed or any(instant <= passed for instant in later):
        return None
    assert row.segment is not None, "only from a segment one can move down"
    row.told += 1
    row.brink = BrinkRow(down.at, down.to, row.segment)
    return Brink(customer.id, row.told, at, row.segment, down.at, down.to, lead, judge.measure(row, at), judge.version)


def _down(row: CustomerRow, ahead: Next | None, policy: Policy) -> Next | None:
    return ahead if ahead is not None and direction(row.segment, ahead.to, policy) == "down" else None
