"""A customer at the instant to which she has been advanced in; where she stands and what is ahead of her out."""

from typing import NamedTuple

from agents.decisions.customer import Customer
from agents.decisions.explaining import least_stay
from agents.decisions.in_force import InForce
from agents.decisions.outlook import look_ahead
from schemas.measures import Measures
from schemas.transitions import Next


class Standing(NamedTuple):
    """Where a customer stands."""

    segment: str | None
    measures: Measures
    next: Next | None
    due_segment: str | None
    """Where the rules place her already, while a least stay holds her."""
    held_until: int | None
    cut_points_version: int


def standing(customer: Customer, in_force: InForce) -> Standing:
    """Tell where a customer stands at `row.at`."""
    row, policy = customer.row, in_force.policy
    judge = in_force.at(row.at)
    measures = judge.measure(row, row.at)
    if in_force.plain:
        change = judge.change_after(row, row.at)
        ahead = Next(change.at, change.segment) if change and change.segment else None
        return Standing(row.segment, measures, ahead, None, None, judge.version)
    placed = judge.segment(row, row.at)
    ahead = look_ahead(customer, row.at, judge, placed).next
    held = row.segment is not None and placed is not None and placed != row.segment
    until = row.moved_at + least_stay(row.segment, placed, policy) if held else None
    return Standing(row.segment, measures, ahead, placed if held else None, until, judge.version)
