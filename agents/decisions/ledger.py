"""A grant in; its account, and what is redeemed, expires or is taken back of it, out."""

from msgspec.structs import replace

from agents.decisions import paying
from agents.decisions.customer import Customer
from agents.decisions.entries import Expired, Redeemed, Reminded, Void
from schemas.digests import reward_id
from schemas.facts import Engaged
from schemas.loyalty_rows import OccasionRow
from schemas.reward_rules import Draw, RewardRule
from schemas.rewards import Points


def open_id(customer: Customer, rule: RewardRule, occasion: str) -> str | None:
    """Give the id under which a rule may decide an occasion now; None: it has, and that stands.

    An id pays once, for ever. An occasion that was taken back and comes again is another one, with another id.
    """
    first = reward_id(customer.id, rule.id, occasion)
    if not customer.decided(first):
        return first
    current = current_id(customer, rule.id, occasion)
    return None if current == first or customer.decided(current) else current


def again(occasion: str, times: int) -> str:
    """Name an occasion that was taken back so many times and has come again."""
    return f"{occasion}\0again {times}" if times else occasion


def current_id(customer: Customer, rule: str, occasion: str) -> str:
    """Give the id of an occasion of a rule as it came last."""
    first = reward_id(customer.id, rule, occasion)
    row = customer.occasion(first)
    return reward_id(customer.id, rule, again(occasion, row.again)) if row is not None and row.again else first


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
    enter(customer, points)
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
        close_account(customer, after, name)
    enter(customer, -spent if row.points else 0)
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
    enter(customer, -(points or 0))
    return Expired(customer.id, row.rule, name, at, points)


def close_account(customer: Customer, row: OccasionRow, name: str) -> None:
    """Let nothing be due of a grant any more."""
    if row.expires_at and row.expired == 0:
        loyalty = customer.change_loyalty()
        loyalty.expiring = [one for one in loyalty.expiring if one[1] != name]


def as_offered(rule: RewardRule, offer: str) -> RewardRule | None:
    """Give a rule with one of its offers or variants; None: it has that no more."""
    if rule.offers is not None:
        return rule.offers.rules.get(offer)
    if rule.variants and offer:  # whoever is in no variant is given what the rule itself gives
        return next((variant.rule for variant in rule.variants if variant.rule.offer == offer), None)
    return rule


def enter(customer: Customer, points: int) -> None:
    """Enter a change of the balance; its number makes what is published of the balance unlike what was before."""
    row = customer.row
    if points:
        row.points += points
        row.entries += 1
