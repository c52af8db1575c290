"""A policy in; what a file of scenarios may refer to, and how its money is counted, out."""

from typing import Annotated, Any, NamedTuple

from pydantic import AfterValidator, ValidationInfo

from schemas.closed import Kind, Name, SegmentId
from schemas.currencies import EXPONENTS
from schemas.facts import KNOWN_KINDS, LARGEST_AMOUNT
from schemas.policy import Policy


class Names(NamedTuple):
    """What is known while a file is read; without a policy its names are not looked at."""

    policy: Policy | None


def _policy(info: ValidationInfo) -> Policy | None:
    names = info.context
    assert isinstance(names, Names), "whoever validates gives them"
    return names.policy


def _a_segment(segment: str, info: ValidationInfo) -> str:
    policy = _policy(info)
    if policy is not None and segment not in {one.id for one in policy.segments}:
        raise ValueError(f"{policy.id} has no segment {segment}")
    return segment


def _a_rule(rule: str, info: ValidationInfo) -> str:
    policy = _policy(info)
    if policy is None or rule in {one.id for one in policy.rewards}:
        return rule
    raise ValueError(f"{policy.id} has no reward {rule}")


def _a_kind(kind: str, info: ValidationInfo) -> str:
    policy = _policy(info)
    if policy is not None and kind not in policy.named_kinds | KNOWN_KINDS:
        raise ValueError(f"nobody knows engagement of the kind {kind}")
    return kind


def _a_currency(currency: str) -> str:
    if currency not in EXPONENTS:
        raise ValueError("no currency of ISO 4217")
    return currency


KnownSegment = Annotated[SegmentId, AfterValidator(_a_segment)]
KnownRule = Annotated[Name, AfterValidator(_a_rule)]
KnownKind = Annotated[Kind, AfterValidator(_a_kind)]
KnownCurrency = Annotated[str, AfterValidator(_a_currency)]


def check_amount(amount: Any, currency: str | None, info: ValidationInfo) -> None:
    """Refuse an amount that its currency (unless given: the policy's) cannot pay."""
    policy = _policy(info)
    currency = currency or (policy.currency if policy is not None else None)
    if amount is None or currency not in EXPONENTS:
        return
    decimals = EXPONENTS[currency]
    if amount != round(amount, decimals):
        raise ValueError(f"an amount of {currency} has at most {decimals} decimals")
    if amount.scaleb(decimals) > LARGEST_AMOUNT:
        raise ValueError("an amount is at most 2^53 - 1 minor units")
