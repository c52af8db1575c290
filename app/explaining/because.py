"""The reasons of a customer's scores and segment in, plain sentences out."""

from collections.abc import Iterator
from typing import Final

from app.explaining.reasons import Condition, RuleReason, ScoreReason
from app.explaining.wording import age, amount_of, label
from schemas.durations import write_duration
from schemas.policy import Policy
from schemas.when import Measure

_NAMES: Final[dict[Measure, str]] = {
    "average_order_value": "average order value",
    "engaged": "last engagement",
}


def score_in_words(reason: ScoreReason, policy: Policy) -> str:
    """Say between which bounds a measure lies, and what score that is."""
    said = _of_age(reason) if reason.measure == "recency" else _of_number(reason, policy)
    return f"{said}, so {reason.score} = {reason.given} of {reason.of}"


def _of_age(reason: ScoreReason) -> str:
    bounds = (reason.passed, reason.ahead)
    value = write_duration(reason.value) if reason.whole_days else age(reason.value, bounds)
    parts = []
    if reason.passed is not None:
        parts.append(f"over {write_duration(reason.passed)}")
    if reason.ahead is not None:
        parts.append(f"within {write_duration(reason.ahead)}")
    days = " in whole days" if reason.whole_days else ""
    return f"recency {value}{days} is {' but '.join(parts)}"


def _of_number(reason: ScoreReason, policy: Policy) -> str:
    over, under = ("at least", "below") if reason.at_least else ("above", "not above")
    parts = []
    if reason.passed is not None:
        parts.append(f"{over} {amount_of(reason.measure, reason.passed, policy)}")
    if reason.ahead is not None:
        parts.append(f"{under} {amount_of(reason.measure, reason.ahead, policy)}")
    return f"{reason.measure} {amount_of(reason.measure, reason.value, policy)} is {' but '.join(parts)}"


def rule_in_words(reason: RuleReason, policy: Policy) -> Iterator[str]:
    """Say why this rule is hers."""
    name = label(reason.segment, policy)
    match reason.way:
        case "cells":
            yield f"cell {reason.cell} is one of {name}: {', '.join(reason.cells)}"
        case "otherwise":
            yield f"{name} takes who is left: {_not(reason, policy)}"
        case "no_orders":
            yield f"no order that counts: the policy places such customers in {name}"
        case "when":
            yield f"{name} is the first that matches" + (f": {_not(reason, policy)}" if reason.before else "")
            yield from (_condition(condition, policy) for condition in reason.conditions)


def _not(reason: RuleReason, policy: Policy) -> str:
    return f"not {', '.join(label(segment, policy) for segment in reason.before)}"


def _condition(condition: Condition, policy: Policy) -> str:
    measure = condition.measure
    if condition.value is None:
        return "never engaged, as asked for"
    ages = measure in {"recency", "tenure", "engaged"}
    bounds = (condition.low, condition.high)
    value = age(condition.value, bounds) if ages else amount_of(measure, condition.value, policy)
    asked = []
    if condition.low is not None:
        asked.append(f"at least {amount_of(measure, condition.low, policy)}")
    if condition.high is not None:
        asked.append(f"at most {amount_of(measure, condition.high, policy)}")
    ago = " ago" if measure == "engaged" else ""
    return f"{_NAMES.get(measure, measure)} {value}{ago}: asked for {' and '.join(asked)}"
