"""A customer at the instant to which she has been advanced in; where she stands and what is ahead of her out."""

from agents.decisions.customer import Customer
from agents.decisions.explaining import least_stay
from agents.decisions.in_force import InForce
from agents.decisions.moves import Standing
from agents.decisions.outlook import look_ahead
from schemas.transitions import Next


def standing(customer: Customer, in_force: InForce) -> Standing:
    """Tell where a customer stands at `row.at`."""
    row = customer.row
    judge = in_force.at(row.at)
    measures = judge.measure(row, row.at)
    if in_force.plain:
        _, due, to = judge.stand(row, row.at)
        ahead = Next(due, to) if due and to is not None else None
        return Standing(row.segment, measures, ahead, None, None, judge.version)
    placed = judge.segment(row, row.at)
    ahead = look_ahead(customer, row.at, judge, placed).next
    held = row.segment is not None and placed is not None and placed != row.segment
    until = row.moved_at + least_stay(row.segment, placed, judge.policy) if held else None
    return Standing(row.segment, measures, ahead, placed if held else None, until, judge.version)
