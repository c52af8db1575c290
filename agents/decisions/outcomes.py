"""What the reward side has made of a life in; how metrics count it out."""

from typing import Final

from agents.decisions.entries import Entry, Expired, Redeemed, Reminded, Revoked, Rewarded, Void
from agents.decisions.occasions import Decided

_OUTCOMES: Final[dict[type[Entry], str]] = {
    Reminded: "reminded",
    Expired: "expired",
    Redeemed: "redeemed",
    Void: "void",
    Revoked: "revoked",
}


def outcome(one: Rewarded) -> str:
    """Name what became, as metrics count it."""
    if isinstance(one, Decided):
        return one.withheld or "granted"
    return _OUTCOMES[type(one)]


def rule_of(one: Rewarded) -> str:
    """Name the rule that granted."""
    return one.rule.id if isinstance(one, Decided) else one.rule_id
