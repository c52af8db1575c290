"""Where a customer stood when she was measured in; for each better segment the fewest orders that lead there out.

`segue explain` lives her again with more facts. Here her facts are not known, only what is published of her, so it is
reckoned by her measures; where the rules ask for what is not published nothing is said.
"""

from collections.abc import Iterator
from itertools import zip_longest
from typing import Final

from agents.decisions.judging import Judge
from app.control.documents import compiled
from app.control.view import ControlView
from app.serving.answers import Lift
from app.serving.rows import StandingRow
from schemas.customer_row import Counted
from schemas.cut_points import CutPoints
from schemas.policy import Policy

ORDERS: Final = 10
"""So many more orders are looked at, at most."""


def lifts(control: ControlView, row: StandingRow) -> list[Lift] | None:
    """Look for every better segment, the best first; None: what she was judged by is not known, or not enough of her.

    The orders come at the instant of her measures. A least stay may hold her for a while where she is.
    """
    policy, cuts = _judged_by(control, row)
    if policy is None or not _is_enough(policy, row):
        return None
    judge, found = Judge(policy, cuts), dict[str, Lift]()
    better = {one.id: one.rank for one in policy.segments if row.rank is None or one.rank < row.rank}
    for orders in range(1, ORDERS + 1):
        for least, most, to in _amounts(judge, row, orders):
            if to in better and to not in found:
                found[to] = Lift(to, better[to], orders, least, most)
    return sorted(found.values(), key=lambda lift: lift.to_rank)


def _amounts(judge: Judge, row: StandingRow, orders: int) -> Iterator[tuple[int, int | None, str | None]]:
    """Give the stretches of totals that the rules do not tell apart, ascending, and where each places her."""
    smallest = 0 if judge.policy.zero_value_counts else orders
    starts = sorted({smallest, *(edge for edge in _edges(judge, row, orders) if edge > smallest)})
    placed = [judge.segment(_with(row, orders, start), row.at) for start in starts]
    changes = [number for number, to in enumerate(placed) if not number or to != placed[number - 1]]
    for number, following in zip_longest(changes, changes[1:]):
        least = starts[number] if number else 0
        yield least, starts[following] - 1 if following is not None else None, placed[number]


def _judged_by(control: ControlView, row: StandingRow) -> tuple[Policy | None, CutPoints | None]:
    """Find the policy and the cut points of her standing; no policy where either is not known."""
    policy = policy_named(control, (row.policy, row.policy_version))
    version = row.cut_points_version
    cuts = next((one.cut_points for one in control.cut_points if one.version == version), None)
    return (policy, cuts) if cuts is not None or not version else (None, None)


def policy_named(control: ControlView, named: tuple[str, int] | None) -> Policy | None:
    """Find a policy by its id and version; None: nobody has published it."""
    policies = (compiled(record) for record in reversed(control.policies))
    return next((one for one in policies if (one.id, one.version) == named), None)


def _is_enough(policy: Policy, row: StandingRow) -> bool:
    """Tell whether the rules look at nothing but what is published."""
    asked = {measure for rule in policy.rules if rule.when is not None for measure in rule.when.ranges}
    engaged = any(rule.when is not None and rule.when.never_engaged for rule in policy.rules)
    each_known = not row.frequency or row.average_order_minor == row.monetary_minor // row.frequency
    return not (engaged or "engaged" in asked or ("average_order_value" in asked and not each_known))


def _with(row: StandingRow, orders: int, total: int) -> Counted:
    """Give what counts once orders of a total have come."""
    frequency = row.frequency + orders
    first = row.at - (row.tenure_ms or 0)
    return Counted(frequency, frequency, row.monetary_minor + total, frequency, first, row.at, met=True)


def _edges(judge: Judge, row: StandingRow, orders: int) -> Iterator[int]:
    """Give the totals of new orders from which on a rule may answer otherwise."""
    thresholds = judge.monetary
    if thresholds is not None:
        yield from (value - row.monetary_minor + (not thresholds.at_least) for value in thresholds.values)
    for rule in judge.policy.rules:
        ranges = rule.when.ranges if rule.when is not None else {}
        for measure, times in (("monetary", 1), ("average_order_value", row.frequency + orders)):
            bounds = ranges.get(measure)  # type: ignore[call-overload]  # both are measures
            if bounds is not None:
                yield from (bounds.low * times - row.monetary_minor,) if bounds.low is not None else ()
                yield from (bounds.high * times + 1 - row.monetary_minor,) if bounds.high is not None else ()
