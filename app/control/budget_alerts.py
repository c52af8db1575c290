"""Two records of a budget in, alerts for people in the shop out: shares that are spent now, and its breaker."""

from collections.abc import Iterator

import msgspec

from agents.envelope import Envelope
from app.control.allotting import alerted_of
from app.runtime.sending import Wire
from schemas.budgets import Budget
from schemas.control import BudgetRecord
from schemas.digests import digest
from schemas.messages import BudgetAlert
from schemas.policy import Policy
from schemas.topics import Topics
from schemas.transitions import PolicyRef

_encode = msgspec.json.Encoder().encode


def alerts(before: BudgetRecord, after: BudgetRecord, policy: Policy, topics: Topics, at: int) -> list[Wire]:
    """Write the alerts that a change of a budget calls for; a budget that the policy has no more calls for none.

    `at`: the instant to which partitions have come. Ids are those of the change, so that a repetition is told as one.
    """
    budget = policy.budget(after.budget)
    if budget is None:
        return []
    envelope = Envelope(topics)
    written: list[Wire] = []
    for identity, share in _called_for(before, after, budget):
        alert_id = digest(f"{after.app}\0{after.budget}\0{identity}")
        alert = BudgetAlert(
            alert="share" if share else "breaker",
            alert_id=alert_id,
            budget=after.budget,
            effective_at=at,
            limit=after.limit,
            policy=PolicyRef(policy.id, policy.version),
            share=share,
            spent=after.spent,
            unit=budget.unit,
        )
        headers = envelope.headers(b"budget.alert", alert_id, at)
        written.append((after.budget.encode(), _encode(alert), headers, None))
    return written


def _called_for(before: BudgetRecord, after: BudgetRecord, budget: Budget) -> Iterator[tuple[str, str | None]]:
    told = alerted_of(before, budget)
    for share in after.alerted:
        if share not in told:
            yield f"share {share} of {after.limit}", share
    if after.broken and not before.broken:
        yield f"breaker {after.number}", None
