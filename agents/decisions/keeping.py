"""An appointment whose instant has come in; what it brings out."""

from typing import assert_never

from agents.decisions.appointments import Appointment, GrantDue, MessageDue, PaymentDue, RuleDue, StepOver
from agents.decisions.claims import for_due_rule
from agents.decisions.customer import Customer
from agents.decisions.delivering import go_on
from agents.decisions.entries import Rewarded
from agents.decisions.journeys import Travels
from agents.decisions.judging import Judge
from agents.decisions.ledger import fall_due
from agents.decisions.rewarding import decide
from agents.decisions.unpaid import for_unpaid


def keep(customer: Customer, appointment: Appointment, judge: Judge, travels: Travels, rewards: list[Rewarded]) -> None:
    """Do what an appointment is for; what is decided goes to `rewards`."""
    match appointment:
        case RuleDue():
            rewards += decide(customer, [for_due_rule(appointment, judge)])
        case GrantDue():
            rewards.append(fall_due(customer, appointment.instant, appointment.reward_id))
        case MessageDue():
            travels.tell(go_on(customer, appointment.message, appointment.at, judge.policy))
        case PaymentDue():
            rewards += for_unpaid(customer, appointment.reward_id, appointment.at, judge.policy, travels.in_force)
        case StepOver():
            pass  # she goes on below, as does who has set out just now
        case _:
            assert_never(appointment)
    travels.go_on(appointment.at)
