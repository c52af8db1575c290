"""An appointment whose instant has come in; what it brings out."""

from typing import assert_never

from agents.decisions.appointments import Appointment, GrantDue, RuleDue
from agents.decisions.customer import Customer
from agents.decisions.entries import Rewarded
from agents.decisions.judging import Judge
from agents.decisions.ledger import fall_due
from agents.decisions.rewarding import for_due_rule


def keep(customer: Customer, appointment: Appointment, judge: Judge) -> list[Rewarded]:
    """Do what an appointment is for."""
    match appointment:
        case RuleDue():
            return [*for_due_rule(customer, appointment, judge)]
        case GrantDue():
            return [fall_due(customer, appointment.instant, appointment.reward_id)]
        case _:
            assert_never(appointment)
