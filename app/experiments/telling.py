"""How arms compare in, text for people and an object for programs out."""

from collections.abc import Iterator
from typing import Any, Final

from app.demo.style import Style
from app.experiments.arms import Question
from app.experiments.estimates import CONFIDENCE, LEAST, Answer, Estimate, TooFew
from app.experiments.lift import Comparison, Lift
from app.explaining.wording import money
from schemas.durations import write_duration
from schemas.instants import rfc3339

NAMES: Final = {
    "orders_per_customer": "orders per customer",
    "average_order_minor": "average order value",
    "retention": "customers who ordered again",
}
WHY_LEFT_OUT: Final = {
    "not_over": "whose time is not over",
    "erased": "who were erased",
    "without_facts": "of whom the events tell nothing",
}


def telling(lift: Lift, style: Style) -> Iterator[str]:
    """Write it, line by line."""
    horizon = write_duration(lift.job.horizon_ms)
    yield style.heading(f"{lift.job.policy.id}: what happened within {horizon} of the first occasion")
    yield from (f"  left out: {count:,} customers {WHY_LEFT_OUT[why]}" for why, count in lift.left_out.items() if count)
    if lift.arms.other_policies:
        yield f"  left out: {lift.arms.other_policies:,} rewards of policies with another id"
    for rule in lift.doubtful:
        yield (
            f"  do not trust {rule}: the share of customers held out is not that of the policy. It was changed, or "
            "something else than chance decides who is"
        )
    if not lift.comparisons:
        yield "  Nothing to compare: no rule has held anybody out, or nobody's time is over"
        return
    for one in lift.comparisons:
        yield from ("", *_compared(one, lift, style))
    yield from ("", *_about(lift))


def _compared(one: Comparison, lift: Lift, style: Style) -> Iterator[str]:
    yield style.heading(f"{_named(one.question)}, {one.variant or 'no variant'}")
    yield f"  {one.given:,} given, {one.held_out:,} held out"
    for measure, answer in one.answers.items():
        yield f"  {NAMES[measure]:<28} {_answer(measure, answer, lift.job.policy.currency)}"


def _named(question: Question) -> str:
    if question.way is None:
        return question.rule
    origin, target = question.way
    return f"{question.rule}, {origin or 'no segment'} to {target or 'no segment'}"


def _answer(measure: str, answer: Answer, currency: str) -> str:
    if isinstance(answer, TooFew):
        of = "who ordered: " if measure == "average_order_minor" else ""
        return f"too few {of}n={answer.given:,} and {answer.held_out:,}, at least {LEAST} of each"
    values = [_value(measure, value, currency) for value in (answer.given, answer.held_out)]
    low, high = (_signed(measure, value, currency) for value in (answer.low, answer.high))
    told = f"{values[0]} against {values[1]}: {_signed(measure, answer.difference, currency)} ({low} to {high})"
    return told if answer.low > 0 or answer.high < 0 else f"{told}, may be chance"


def _value(measure: str, value: float, currency: str) -> str:
    match measure:
        case "average_order_minor":
            return ("-" if value < 0 else "") + money(abs(round(value)), currency)
        case "retention":
            return f"{value:.1%}"
        case _:
            return f"{value:.3f}"


def _signed(measure: str, value: float, currency: str) -> str:
    return ("" if value < 0 else "+") + _value(measure, value, currency)


def _about(lift: Lift) -> Iterator[str]:
    yield f"All {lift.intervals} intervals hold together with {CONFIDENCE:.0%} (Bonferroni: {lift.level:.3%} each)."
    yield "Customers count where chance has put them, from their first occasion on, also if a limit kept the reward"
    yield "from them."


def told_as_object(lift: Lift) -> dict[str, Any]:
    """Write it for --json; instants as RFC 3339, money in minor units."""
    return {
        "policy": {"id": lift.job.policy.id, "version": lift.job.policy.version},
        "currency": lift.job.policy.currency,
        "as_of": rfc3339(lift.job.as_of),
        "horizon_ms": lift.job.horizon_ms,
        "rewards": {
            "read": lift.arms.read,
            "decided": lift.arms.decided,
            "of_other_policies": lift.arms.other_policies,
        },
        "left_out": dict(lift.left_out),
        "doubtful": lift.doubtful,
        "confidence": CONFIDENCE,
        "intervals": lift.intervals,
        "level": lift.level,
        "at_least": LEAST,
        "comparisons": [_as_object(one) for one in lift.comparisons],
    }


def _as_object(one: Comparison) -> dict[str, Any]:
    way = one.question.way
    return {
        "rule": one.question.rule,
        "of_a_move": way is not None,
        "from": way[0] if way is not None else None,
        "to": way[1] if way is not None else None,
        "variant": one.variant,
        "given": one.given,
        "held_out": one.held_out,
        **{measure: _object_of(answer) for measure, answer in one.answers.items()},
    }


def _object_of(answer: Answer) -> dict[str, Any]:
    if isinstance(answer, Estimate):
        return answer._asdict() | {"difference": answer.difference}
    return {"too_few": answer._asdict()}
