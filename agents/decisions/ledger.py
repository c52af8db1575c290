"""A grant in; its account, and what is redeemed, expires or is taken back of it, out."""

from typing import NamedTuple

from msgspec.structs import replace

from agents.decisions import paying
from agents.decisions.customer import Customer
from agents.decisions.entries import Expired, Redeemed, Reminded, Revoked, Void
from agents.decisions.limits import give_back
from agents.decisions.offering import give_turn_back
from schemas.digests import reward_id
from schemas.facts import Engaged
from schemas.loyalty_rows import OccasionRow
from schemas.reward_rules import Draw, RewardRule
from schemas.rewards import Points
from schemas.transitions import Cause


class Undoing(NamedTuple):
    """What undid an occasion."""

    at: int
    cause: Cause
    transition_id: str | None = None
    """The transition that was taken back."""


def open_id(customer: Customer, rule: RewardRule, occasion: str) -> str | None:
    """Give the id under which a rule may decide an occasion now; None: it has, and that stands.

    An id pays once, for ever. An occasion that was taken back and comes again is another one, with another id.
    """
    current = current_id(customer, rule, occasion)
    return None if customer.decided(current) else current


def again(occasion: str, times: int) -> str:
    """Name an occasion that was taken back so many times and has come again."""
    return f"{occasion}\0again {times}" if times else occasion


def current_id(customer: Customer, rule: RewardRule, occasion: str) -> str:
    """Give the id of an occasion as it came last."""
    first = reward_id(customer.id, rule.id, occasion)
    if rule.clawback == "never":
        return first
    row = customer.occasion(first)
    return reward_id(customer.id, rule.id, again(occasion, row.again)) if row is not None else first


def standing_grant(customer: Customer, rule: RewardRule, occasion: str) -> tuple[str, OccasionRow] | None:
    """Find what was granted on an occasion and is not taken back."""
    current = current_id(customer, rule, occasion)
    row = customer.occasion(current)
    return (current, row) if row is not None and row.granted and not row.revoked else None


def was_taken_back(customer: Customer, rule: RewardRule, occasion: str) -> bool:
    """Tell whether an occasion was taken back and has not been decided anew."""
    first = customer.occasion(reward_id(customer.id, rule.id, occasion))
    return first is not None and first.again > 0 and open_id(customer, rule, occasion) is not None


def open_account(customer: Customer, rule: RewardRule, reward: str, at: int) -> OccasionRow:
    """Grant: the row of the occasion, the points in the balance, and when she is reminded and it expires.

    Of what is granted late the reminders that are past already are left out.
    """
    if not rule.keeps_account:
        return OccasionRow(at, rule.id, granted=True, offer=rule.offer)
    points = rule.give.points if isinstance(rule.give, Points) else 0
    expires_at = at + rule.expires_ms if rule.expires_ms is not None else 0
    _enter(customer, points)
    if expires_at:
        reached = customer.row.at
        told = [expires_at - lead for lead in rule.remind_ms if expires_at - lead > reached]
        expiring = customer.change_loyalty().expiring
        expiring += [(instant, reward) for instant in (*told, expires_at)]
        expiring.sort()
    return OccasionRow(at, rule.id, granted=True, points=points, expires_at=expires_at, offer=rule.offer)


def grant(customer: Customer, rule: RewardRule, reward: str, at: int, draw: Draw | None) -> OccasionRow:
    """Grant, and note what has paid for it."""
    row = open_account(customer, rule, reward, at)
    if draw is None:
        return row
    row = replace(row, budget=draw.budget, cost=draw.cost)
    paying.owe(customer, row.budget, worth(row))
    return row


def worth(row: OccasionRow) -> int:
    """Say what is still to be redeemed of what a grant has cost its budget."""
    return row.cost * left(row) // (row.points or 1)


def left(row: OccasionRow) -> int:
    """Say how many points of a grant can be redeemed; of another gift 1, or 0."""
    if not row.granted or row.revoked:
        return 0
    return (row.points or 1) - row.redeemed - row.expired


def redeem(customer: Customer, fact: Engaged) -> Redeemed | Void:
    """Take what a redemption names off its grant, at most what is left; in its last millisecond it still counts."""
    name, at = fact.reward_id or "", int(fact.occurred_at)
    row = customer.occasion(name)
    if row is None:
        return Void(customer.id, "", name, at, fact.event_id)
    rest = left(row) if not row.expires_at or at <= row.expires_at else 0
    spent = min(rest, fact.points or rest) if row.points else rest
    if not spent:
        return Void(customer.id, row.rule, name, at, fact.event_id)
    customer.around.occasions[name] = after = replace(row, redeemed=row.redeemed + spent)
    paying.owe(customer, row.budget, worth(after) - worth(row))
    if not left(after):
        _close(customer, after, name)
    _enter(customer, -spent if row.points else 0)
    return Redeemed(customer.id, row.rule, name, at, spent if row.points else None, fact.event_id)


def fall_due(customer: Customer, at: int, name: str) -> Reminded | Expired:
    """Remind of a grant, or let what is left of it be gone, at an instant that stands among her `expiring`."""
    expiring = customer.change_loyalty().expiring
    expiring.remove((at, name))
    row = customer.occasion(name)
    assert row is not None, "it was granted"
    gone = left(row)
    assert gone, "what has nothing left is not expiring"
    points = gone if row.points else None
    if at < row.expires_at:
        return Reminded(customer.id, row.rule, name, at, row.expires_at, points)
    customer.around.occasions[name] = replace(row, expired=gone)
    paying.owe(customer, row.budget, -worth(row))
    _enter(customer, -(points or 0))
    return Expired(customer.id, row.rule, name, at, points)


def revoke(customer: Customer, rule: RewardRule, occasion: str, undoing: Undoing) -> Revoked | None:
    """Take back what a rule granted on an occasion, as far as its setting says; None: nothing is to be taken back.

    What has expired is gone already; `full` takes points that were spent too, so that the balance may fall below 0.
    A budget has back what it paid for what nobody has used. What has only waited for its budget waits no more.
    """
    if rule.clawback == "never":
        return None
    found = standing_grant(customer, rule, occasion)
    if found is None:
        _revoke_unpaid(customer, rule, occasion)
        return None
    name, row = found
    if rule.clawback == "unredeemed" and row.redeemed >= (row.points or 1):
        return None
    taken = (row.points - row.expired - (row.redeemed if rule.clawback == "unredeemed" else 0)) if row.points else None
    customer.around.occasions[name] = after = replace(row, revoked=True)
    _close(customer, after, name)
    paying.owe(customer, row.budget, -worth(row))
    budget = row.budget if not (row.redeemed or row.expired) else ""
    paying.regain(customer, budget, row.cost)
    _let_come_again(customer, rule, occasion)
    give_back(customer, _as_granted(rule, row.offer), row.at)
    _enter(customer, -(taken or 0))
    return Revoked(customer.id, rule.id, name, undoing.at, taken, *undoing[1:], budget, row.cost)


def _revoke_unpaid(customer: Customer, rule: RewardRule, occasion: str) -> None:
    """Let an occasion that waits for its budget come to nothing; nobody has been told of it."""
    name = current_id(customer, rule, occasion)
    unpaid = paying.find(customer, name)
    if unpaid is None:
        return
    turn = paying.forget(customer, unpaid)
    customer.around.occasions[name] = OccasionRow(unpaid.at, rule.id, granted=False, revoked=True)
    _let_come_again(customer, rule, occasion)
    give_back(customer, _as_granted(rule, unpaid.offer), unpaid.at)
    give_turn_back(customer, unpaid, turn)


def _let_come_again(customer: Customer, rule: RewardRule, occasion: str) -> None:
    """Count one more taking back in the row of the first id of an occasion."""
    first = reward_id(customer.id, rule.id, occasion)
    base = customer.occasion(first)
    assert base is not None, "what stands was decided under the first id before"
    customer.around.occasions[first] = replace(base, again=base.again + 1)


def _close(customer: Customer, row: OccasionRow, name: str) -> None:
    """Let nothing be due of a grant any more."""
    if row.expires_at and row.expired == 0:
        loyalty = customer.change_loyalty()
        loyalty.expiring = [one for one in loyalty.expiring if one[1] != name]


def _as_granted(rule: RewardRule, offer: str) -> RewardRule:
    """Give the rule with the offer, or the variant, that was granted, if it still has that."""
    return as_offered(rule, offer) or rule


def as_offered(rule: RewardRule, offer: str) -> RewardRule | None:
    """Give a rule with one of its offers or variants; None: it has that no more."""
    if rule.offers is not None:
        return rule.offers.rules.get(offer)
    if rule.variants and offer:  # whoever is in no variant is given what the rule itself gives
        return next((variant.rule for variant in rule.variants if variant.rule.offer == offer), None)
    return rule


def _enter(customer: Customer, points: int) -> None:
    """Enter a change of the balance; its number makes what is published of the balance unlike what was before."""
    row = customer.row
    if points:
        row.points += points
        row.entries += 1
