"""What a scenario gives in, the facts that a shop would have sent out, each judged as a topic would judge it."""

from decimal import Decimal
from typing import Any, Final

import orjson

from app.scenarios.document import ScenarioDocument
from app.scenarios.given_document import GivenDocument
from app.simulate.entries import Stamped
from app.simulate.judging import judge_line
from schemas.closed import Mistake
from schemas.currencies import EXPONENTS
from schemas.facts import Fact
from schemas.policy import Policy
from schemas.rejections import Rejected

CUSTOMER: Final = "customer"


def facts_of(scenario: ScenarioDocument, start: int, policy: Policy) -> tuple[list[Fact], list[Mistake]]:
    """Make all facts; what no topic would take is a mistake."""
    facts: list[Fact] = []
    mistakes: list[Mistake] = []
    for index, one in enumerate(scenario.given):
        judged = judge_line(orjson.dumps(_event(one, index, start, policy)))
        if isinstance(judged, Rejected):
            mistakes.append((("given", index, one.deed), f"{judged.message} ({judged.path})"))
        else:
            facts.append(judged.fact if isinstance(judged, Stamped) else judged)
    return facts, mistakes


def _event(one: GivenDocument, index: int, start: int, policy: Policy) -> dict[str, Any]:
    """Write a deed as a bare JSON event; what has no id is called by its place."""
    name = one.id or f"#{index + 1}"
    event: dict[str, Any] = {"customer_id": CUSTOMER, "event_id": name, "occurred_at": one.instant(start)}
    if one.order is not None:
        base = _money(one.base, policy.currency)
        return event | {
            "type": "order_placed",
            "order_id": name,
            "total": _paid(one.order, one, policy),
            "base_total": base,
        }
    if one.refund is not None:
        base = _money(one.base, policy.currency)
        refund = {"refund_id": name, "amount": _paid(one.refund, one, policy), "base_amount": base, "order_id": one.of}
        return event | {"type": "order_refunded"} | refund
    if one.cancel is not None:
        return event | {"type": "order_cancelled", "order_id": one.cancel}
    if one.engaged is not None:
        return event | {"type": "engaged", "kind": one.engaged, "rating": one.rating, "answer": one.answer}
    if one.profile is not None:
        return event | {"type": "profile_changed"} | one.profile.model_dump()
    if one.delivered is not None:
        return event | {"type": "message.delivered", "message_id": one.delivered}
    if one.failed is not None:
        failure = {"message_id": one.failed, "reason": one.reason or "unknown", "permanent": bool(one.permanent)}
        return event | {"type": "message.failed"} | failure
    return event | {"type": "customer_erased"}


def _paid(amount: Decimal, one: GivenDocument, policy: Policy) -> dict[str, Any] | None:
    return _money(amount, one.currency or policy.currency)


def _money(amount: Decimal | None, currency: str) -> dict[str, Any] | None:
    if amount is None:
        return None
    return {"amount_minor": int(amount.scaleb(EXPONENTS[currency])), "currency": currency}
