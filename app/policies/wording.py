"""What was found of policies in, lines that a marketer reads out."""

from collections.abc import Iterator
from typing import Final

from app.policies.decay import Path, Step
from app.policies.differing import Difference
from app.policies.linting import Lint
from schemas.durations import write_duration

_WORDS: Final = {
    "window": "orders count for frequency and monetary",
    "orders.zero_value": "orders of value 0",
    "orders.refunded": "orders refunded in full",
    "scores.recency.within": "recency scores change after",
    "scores.frequency.at_least": "frequency scores change at",
    "scores.monetary.at_least": "monetary scores change at",
    "cut_points.refresh": "quantiles are taken anew every",
    "cut_points.apply_after": "new cut points come into force after",
    "cut_points.min_customers": "quantiles want so many customers",
    "cut_points.drift": "moves by new cut points",
    "no_orders": "segment without orders",
    "dwell.up": "least stay before a move up",
    "dwell.down": "least stay before a move down",
    "brink": "moves down are announced ahead by",
    "late.horizon": "late facts rewrite",
    "late.grace": "timers wait",
    "silent_until": "nothing is published before",
    "engagement.kinds": "engagement that counts",
    "engagement.dedup_days": "days that ids of engagement are remembered",
    "quiet_hours.from": "messages wait from",
    "quiet_hours.to": "messages wait until",
    "personal.products": "messages name so many of the last products",
    "delivery.attempts": "messages are tried on each channel so often",
    "delivery.first_wait": "messages that failed are tried again after",
    "delivery.factor": "every further wait is longer by the factor",
    "delivery.keep": "answers to messages are waited for",
    "segments": "rules are asked in the order",
}
_ONE_OF: Final = {"segments": "segment", "rewards": "reward", "caps": "cap", "budgets": "budget", "journeys": "journey"}


def lint_in_words(found: Lint) -> Iterator[str]:
    """Say what is proven, every way down, what to know, what is odd."""
    size = f"{found.kinds_of_customers} kinds of customers" if found.cells is None else f"{found.cells} cells"
    proven = ", every segment can be reached" if found.reachable else ""
    yield f"{found.policy}: {found.segments} segments, {size}; everyone has exactly one segment{proven}"
    yield "by time alone:" if found.decay else "time alone moves nobody"
    yield from (f"  {_path(path)}" for path in found.decay)
    yield from (f"note: {note}" for note in found.notes)
    yield from (f"warning: {warning}" for warning in found.warnings)


def _path(path: Path) -> str:
    way = " -> ".join(map(_step, path.steps))
    return f"{way}  ({', '.join(path.who)})" if path.who else way


def _step(step: Step) -> str:
    if step.value is None:
        return step.segment
    if step.measure == "r":
        return f"{step.segment} at r {step.value}"
    last = step.value - 1
    bound = f"after {write_duration(last)}" if last % 1000 == 0 else f"from {write_duration(step.value)}"
    age = "" if step.measure == "recency" else f"with {step.measure} "
    return f"{step.segment} {age}{bound}"


def difference_in_words(change: Difference) -> str:
    """Say what is another."""
    if change.path == "cells":
        return _cells(change)
    subject = _WORDS.get(change.path) or _named(change.path)
    if change.before is None:
        return f"{subject}: new: {change.after}"
    if change.after is None:
        return f"{subject}: gone: {change.before}"
    return f"{subject}: {change.before} -> {change.after}"


def _cells(change: Difference) -> str:
    if not change.cells:
        return f"number of cells: {change.before} -> {change.after}"
    return f"cell{'s' if len(change.cells) > 1 else ''} {', '.join(change.cells)}: {change.before} -> {change.after}"


def _named(path: str) -> str:
    """Say `reward welcome: give.points` for rewards.welcome.give.points."""
    part, *rest = path.split(".", 2)
    if part not in _ONE_OF or not rest:
        return path
    return ": ".join([f"{_ONE_OF[part]} {rest[0]}", *rest[1:]])
