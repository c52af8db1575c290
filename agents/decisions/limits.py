"""A customer, a rule and an occasion in; whether she has had as many as its limit, cool-down and caps allow, out.

Grants behind the occasion count too: what comes late is given only where it would exceed nothing, so that no order of
the facts brings more. Of each limit the newest instants are kept, as many as it has times, which is all that asks; and
one more where a place may become free again: it shows that others were forgotten, none later than the oldest kept.
"""

from collections.abc import Iterable
from typing import Literal

from agents.decisions.customer import Customer
from agents.decisions.local_time import local_date
from agents.decisions.occasions import Occasion
from agents.decisions.zones import zone_of
from schemas.limits import Calendar, Cap, Limit
from schemas.policy import Policy
from schemas.reward_rules import RewardRule

Way = tuple[str | None, str | None]


def exceeded(
    customer: Customer, rule: RewardRule, occasion: Occasion, policy: Policy
) -> Literal["limit", "cooldown", "cap"] | None:
    """Give the first that one more grant would exceed; None: it may be granted."""
    at, limit = occasion.at, rule.limit
    if limit is not None and _is_full(limit, customer.row.paid.get(rule.id, []), at, customer, policy):
        return "limit"
    if rule.cooldown_ms is not None and occasion.way is not None:
        cooling = Limit(1, rule.cooldown_ms)
        if _is_full(cooling, _granted(customer, _way_key(rule, occasion.way)), at, customer, policy):
            return "cooldown"
    return "cap" if over_cap(customer, rule.caps, at, policy) else None


def over_cap(customer: Customer, caps: Iterable[Cap], at: int, policy: Policy) -> bool:
    """Tell whether one more at an instant would exceed any cap."""
    return any(_is_full(cap.limit, _granted(customer, _cap_key(cap)), at, customer, policy) for cap in caps)


def note(customer: Customer, rule: RewardRule, occasion: Occasion) -> None:
    """Note a grant."""
    at, limit, more = occasion.at, rule.limit, _may_come_back(rule)
    if limit is not None:
        customer.row.paid[rule.id] = _with(customer.row.paid.get(rule.id, []), at, limit.times + more)
    if rule.cooldown_ms is not None and occasion.way is not None:
        _note(customer, _way_key(rule, occasion.way), at, 1 + more)
    note_under(customer, rule.caps, at)


def note_under(customer: Customer, caps: Iterable[Cap], at: int) -> None:
    """Note what counts under caps."""
    for cap in caps:
        _note(customer, _cap_key(cap), at, cap.limit.times + 1)


def give_back(customer: Customer, rule: RewardRule, at: int) -> None:
    """Let a grant of an instant count no more: it is taken back, or its budget has not paid it.

    `rule`: as it is with the offer that was granted. One of which nothing comes back any more keeps no instants for
    that: its places stay taken.
    """
    paid = customer.row.paid.get(rule.id) if _may_come_back(rule) else None
    if rule.limit is not None and paid is not None:
        customer.row.paid[rule.id] = _without(paid, at, rule.limit.times)
    loyalty = customer.loyalty
    if loyalty is None or (rule.cooldown_ms is None and not rule.caps):
        return
    ways = _ways(rule) if _may_come_back(rule) else None
    times = {_cap_key(cap): cap.limit.times for cap in rule.caps}
    granted = customer.change_loyalty().granted
    for key, grants in granted.items():
        if key in times or (ways is not None and key.startswith(ways)):
            granted[key] = _without(grants, at, times.get(key, 1))


def _may_come_back(rule: RewardRule) -> bool:
    """Tell whether places may become free again: by a taking back, or where a budget does not pay in the end."""
    return rule.clawback != "never" or rule.draws is not None


def _is_full(limit: Limit, grants: list[int], at: int, customer: Customer, policy: Policy) -> bool:
    if len(grants) < limit.times:
        return False
    if limit.calendar is not None:
        zone = zone_of(customer, policy)
        since = _stretch(at, limit.calendar, zone)
        return sum(_stretch(grant, limit.calendar, zone) >= since for grant in grants) >= limit.times
    return sum(limit.per_ms is None or at - grant < limit.per_ms for grant in grants) >= limit.times


def _stretch(at: int, calendar: Calendar, zone: str) -> int:
    """Number the day, week, month or year of an instant; what is later has a higher number."""
    day = local_date(at, zone)
    match calendar:
        case "day":
            return day.toordinal()
        case "week":
            return day.toordinal() - day.weekday()
        case "month":
            return day.year * 12 + day.month
        case "year":
            return day.year


def _granted(customer: Customer, key: str) -> list[int]:
    loyalty = customer.loyalty
    return loyalty.granted.get(key, []) if loyalty is not None else []


def _note(customer: Customer, key: str, at: int, times: int) -> None:
    granted = customer.change_loyalty().granted
    granted[key] = _with(granted.get(key, []), at, times)


def _with(grants: list[int], at: int, kept: int) -> list[int]:
    return sorted([*grants, at])[-kept:]


def _without(grants: list[int], at: int, times: int) -> list[int]:
    """Leave out one; of those that were forgotten another stands for it, as late as any of them can have been."""
    if at not in grants:
        return grants
    left = [*grants]
    left.remove(at)
    return [left[0], *left] if len(grants) > times else left


def _cap_key(cap: Cap) -> str:
    return f"cap {cap.id}"


def _ways(rule: RewardRule) -> str:
    return f"move {rule.id} "


def _way_key(rule: RewardRule, way: Way) -> str:
    return f"{_ways(rule)}{way[0] or ''} {way[1] or ''}"
