"""An appointment whose instant has come in; what it brings out."""

from agents.decisions.appointments import Appointment
from agents.decisions.customer import Customer
from agents.decisions.judging import Judge
from agents.decisions.occasions import Decided
from agents.decisions.rewarding import for_due_rule


def keep(customer: Customer, appointment: Appointment, judge: Judge) -> list[Decided]:
    """Do what an appointment is for."""
    return for_due_rule(customer, appointment, judge)
