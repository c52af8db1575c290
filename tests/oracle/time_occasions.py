"""A life in, the instants at which time alone gives a reward rule an occasion out: a full scan, nothing booked."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from statistics import median

from .moves import Lived
from .reward_rules import OnAnniversary, OnCadence, OnStay

Found = tuple[str, int]
"""What tells the occasion from others of its kind, and its instant."""
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def stays(on: OnStay, life: Lived) -> Iterator[Found]:
    """She must be there still when the instant is over."""
    turns = [(step.at, step.turn.to) for step in life.steps if step.turn is not None]
    ends = [at for at, _ in turns[1:]] + [life.until + 1]
    for (came, segment), left in zip(turns, ends, strict=False):
        if segment == on.segment and came + on.after_ms < left:
            yield f"stay {segment} {came}", came + on.after_ms


def anniversaries(_: OnAnniversary, life: Lived) -> Iterator[Found]:
    """Of whichever order is her first just before the day begins, and still when its first millisecond is over."""
    firsts = {order.ordered_at for order in life.ledger.orders}
    for year, at in sorted({day for first in firsts for day in _days(first, life.until)}):
        if all((year, at) in _days(_first(life, t), life.until) for t in (at - 1, at)):
            yield f"anniversary {year}", at


def _first(life: Lived, t: int) -> int | None:
    return life.course.history.at(t).oldest


def _days(first: int | None, until: int) -> list[tuple[int, int]]:
    if first is None:
        return []
    came, found = _EPOCH + timedelta(milliseconds=first), []
    for year in range(came.year + 1, (_EPOCH + timedelta(milliseconds=until)).year + 1):
        try:
            day = datetime(year, came.month, came.day, tzinfo=UTC)
        except ValueError:
            day = datetime(year, 2, 28, tzinfo=UTC)
        at = (day - _EPOCH) // timedelta(milliseconds=1)
        if at <= until:
            found.append((year, at))
    return found


def silences(on: OnCadence, life: Lived) -> Iterator[Found]:
    """Whatever changes at the instant itself takes it away."""
    instants = sorted({t for order in life.ledger.orders for t in order.instants()})
    for t in instants:
        due = _due(on, life, t)
        if due is not None and t < due[1] <= life.until and all(_due(on, life, u) == due for u in (due[1] - 1, due[1])):
            yield due


def _due(on: OnCadence, life: Lived, t: int) -> Found | None:
    counted = {order.ordered_at for order in life.ledger.orders if order.counts_at(t, life.course.policy)}
    newest = sorted(counted)[-9:]
    gaps = [later - earlier for earlier, later in pairwise(newest)]
    if len(gaps) < 3:  # as the policy language says
        return None
    return f"cadence {newest[-1]}", newest[-1] + int(median(gaps) * on.times) + 1
