"""What the reward side has made of a life in; how metrics count it, and what it does to the balance of points, out."""

from typing import Final

from agents.decisions.entries import Entry, Expired, Redeemed, Reminded, Revoked, Rewarded, Void
from agents.decisions.occasions import Decided
from schemas.rewards import Points

_OUTCOMES: Final[dict[type[Entry], str]] = {
    Reminded: "reminded",
    Expired: "expired",
    Redeemed: "redeemed",
    Void: "void",
    Revoked: "revoked",
}


def balance_change(one: Rewarded) -> int:
    """Say what an entry does to the balance of points: over all entries of a life it adds up to the balance."""
    if isinstance(one, Decided):
        give = one.rule.give
        return give.points if one.granted and isinstance(give, Points) else 0
    if isinstance(one, Reminded | Void):
        return 0
    return -(one.points or 0)


def outcome(one: Rewarded) -> str:
    """Name what became, as metrics count it."""
    if isinstance(one, Decided):
        return one.withheld or "granted"
    return _OUTCOMES[type(one)]


def rule_of(one: Rewarded) -> str:
    """Name the rule that granted."""
    return one.rule.id if isinstance(one, Decided) else one.rule_id
