"""A grant that may be taken back in: what undoes it is kept with it; what is taken back when it is undone, out."""

from collections.abc import Iterable, Iterator
from typing import Literal, NamedTuple

from msgspec.structs import replace

from agents.decisions import paying
from agents.decisions.customer import Customer
from agents.decisions.entries import Revoked
from agents.decisions.ledger import as_offered, close_account, current_id, enter, worth
from agents.decisions.limits import give_back
from agents.decisions.occasions import Occasion
from agents.decisions.offering import give_turn_back
from schemas.digests import reward_id
from schemas.loyalty_rows import OccasionRow, Revocation, UnpaidGrant
from schemas.policy import Policy
from schemas.reward_occasions import OnFirstOrder, OnNthOrder, OnTransition
from schemas.reward_rules import RewardRule
from schemas.transitions import Cause


class Undoing(NamedTuple):
    """What undid an occasion."""

    at: int
    cause: Cause
    transition_id: str | None = None
    """The transition that was taken back."""


class Held(NamedTuple):
    """What may be taken back: granted, or waiting for its budget."""

    reward_id: str
    row: OccasionRow
    how: Revocation


def note(customer: Customer, reward: str, row: OccasionRow, rule: RewardRule, occasion: Occasion) -> None:
    """Keep with what she is given how much of it is taken back, and what undoes it: no later policy changes that.

    What an order of a number has earned is undone by the count of all, anything else that an order has caused by that
    very order, and what a transition has earned by its retraction too.
    """
    row.clawback, identity = "", occasion.identity
    numbered = isinstance(rule.on, OnFirstOrder | OnNthOrder)
    order = occasion.cause.event_id if occasion.cause.type == "order" and not numbered else None
    if rule.clawback == "never" or not (order or numbered or isinstance(rule.on, OnTransition)):
        return
    row.clawback = Revocation(rule.clawback, identity)
    if order and order != identity:
        hang_on(customer, reward, order)
    found = (rule.id, identity if numbered else "")
    if customer.loyalty is None or found not in customer.loyalty.revocable:
        customer.change_loyalty().revocable.append(found)


def hang_on(customer: Customer, reward: str, order: str) -> None:
    """Let a grant be undone with the order of an event id from now on; empty: with none."""
    loyalty = customer.loyalty
    before = next((of for of, hung in loyalty.caused.items() if reward in hung), "") if loyalty is not None else ""
    if before == order:
        return
    caused = customer.change_loyalty().caused
    if before:
        caused[before] = [one for one in caused[before] if one != reward]
        if not caused[before]:
            del caused[before]
    if order:
        caused[order] = [*caused.get(order, ()), reward]


def how_taken_back(customer: Customer, reward: str) -> Revocation | Literal[""] | None:
    """Give what was noted when what waits for its budget began to wait."""
    waited = customer.occasion(reward)
    assert waited is not None, "it was decided that it waits"
    return waited.clawback


def revocable(customer: Customer) -> bool:
    """Tell whether there may be anything to take back that says itself how."""
    return customer.loyalty is not None and bool(customer.loyalty.revocable)


def held_of_order(customer: Customer, event_id: str) -> list[Held]:
    """Give what is taken back with an order."""
    hung = customer.loyalty.caused.get(event_id, []) if customer.loyalty is not None else []
    found = [_held(customer, name) for name in hung]
    return [one for one in found if one is not None] + held_on(customer, event_id)


def held_on(customer: Customer, occasion: str) -> list[Held]:
    """Give what may be taken back that any rule has granted on an occasion; an order of a number is none."""
    rules = customer.loyalty.revocable if customer.loyalty is not None else []
    found = [_held(customer, current_id(customer, rule, occasion)) for rule, numbered in rules if not numbered]
    return [one for one in found if one is not None]


def held_by_number(customer: Customer) -> list[Held]:
    """Give what may be taken back that orders of a number have earned."""
    rules = customer.loyalty.revocable if customer.loyalty is not None else []
    found = [_held(customer, current_id(customer, rule, occasion)) for rule, occasion in rules if occasion]
    return [one for one in found if one is not None]


def held_from_before(customer: Customer, rules: Iterable[RewardRule], occasion: str) -> Iterator[Held]:
    """Give what an earlier version granted on an occasion, as the rules in force now would take it back."""
    for rule in rules:
        if rule.clawback != "never":
            name = current_id(customer, rule.id, occasion)
            row = customer.occasion(name)
            if row is not None and row.clawback is None and not row.revoked:
                yield Held(name, row, Revocation(rule.clawback, occasion))


def _held(customer: Customer, name: str) -> Held | None:
    row = customer.occasion(name)
    if row is None or row.revoked or not isinstance(row.clawback, Revocation):
        return None
    return Held(name, row, row.clawback)


def revoke(customer: Customer, grant: Held, undoing: Undoing, policy: Policy) -> Revoked | None:
    """Take back what was granted, as far as it says itself; None: nothing is to be taken back.

    What has expired is gone already; `full` takes points that were spent too, so that the balance may fall below 0.
    A budget has back what it paid for what nobody has used. What has only waited for its budget waits no more.
    """
    name, row, how = grant
    rule = policy.reward(row.rule)
    if not row.granted:
        _revoke_unpaid(customer, grant, rule)
        return None
    kept = row.redeemed if how.setting == "unredeemed" else 0
    if kept and kept >= (row.points or 1):
        return None
    taken = row.points - row.expired - kept if row.points else None
    customer.around.occasions[name] = after = replace(row, revoked=True, clawback="")
    close_account(customer, after, name)
    paying.owe(customer, row.budget, -worth(row))
    budget = row.budget if not (row.redeemed or row.expired) else ""
    paying.regain(customer, budget, row.cost)
    hang_on(customer, name, "")
    _let_come_again(customer, grant)
    if rule is not None:
        give_back(customer, as_offered(rule, row.offer) or rule, row.at)
    enter(customer, -(taken or 0))
    return Revoked(customer.id, row.rule, name, undoing.at, taken, *undoing[1:], budget, row.cost)


def revoke_all(customer: Customer, grants: Iterable[Held], undoing: Undoing, policy: Policy) -> list[Revoked]:
    """Take back all of these."""
    found = [revoke(customer, grant, undoing, policy) for grant in grants]
    return [one for one in found if one is not None]


def _revoke_unpaid(customer: Customer, grant: Held, rule: RewardRule | None) -> None:
    """Let an occasion that waits for its budget come to nothing; nobody has been told of it."""
    unpaid = paying.find(customer, grant.reward_id)
    if unpaid is None:
        return
    offered = as_offered(rule, unpaid.offer) or rule if rule is not None else None
    wait_no_more(customer, unpaid, offered, revoked=True)
    _let_come_again(customer, grant)


def wait_no_more(customer: Customer, unpaid: UnpaidGrant, rule: RewardRule | None, *, revoked: bool = False) -> None:
    """Let an occasion wait for its budget no more, and give back its turn and its place in the limits.

    `rule`: as it is with the offer that waits; None: no policy knows it, and no limit.
    """
    turn = paying.forget(customer, unpaid)
    hang_on(customer, unpaid.reward, "")
    customer.around.occasions[unpaid.reward] = OccasionRow(unpaid.at, unpaid.rule, granted=False, revoked=revoked)
    if rule is not None:
        give_back(customer, rule, unpaid.at)
    give_turn_back(customer, unpaid, turn)


def _let_come_again(customer: Customer, grant: Held) -> None:
    """Count one more taking back in the row of the first id of an occasion."""
    first = reward_id(customer.id, grant.row.rule, grant.how.occasion)
    base = customer.occasion(first)
    assert base is not None, "what stands was decided under the first id before"
    customer.around.occasions[first] = replace(base, again=base.again + 1)
