"""A grant that a budget is to pay for in; whether it is paid, or waits and until when, out."""

from typing import Final

from msgspec.structs import replace

from agents.decisions.customer import Customer
from agents.decisions.line import InLine
from agents.decisions.occasions import Occasion
from agents.decisions.purse import Verdict
from schemas.instants import DAY_MS
from schemas.loyalty_rows import UnpaidGrant
from schemas.reward_rules import Draw, RewardRule

FIRST_MS: Final = 1_000
"""So long a grant waits at first, unless the answer to the partition's need comes sooner, as it usually does."""
LONGEST_MS: Final = 30_000
"""So long at most while the answer is awaited; each time it waits twice as long as the time before."""


def settle(customer: Customer, rule: RewardRule, reward: str, occasion: Occasion) -> Verdict:
    """Pay for a grant, or let it wait if it may: then the answer is `later`."""
    draw = rule.draws
    if draw is None:
        return "paid"
    verdict = pay(customer, draw, occasion.at)
    if verdict == "later" or (verdict == "spent" and may_wait(draw, occasion.at)):
        postpone(customer, rule, reward, occasion, asks=verdict == "later")
        return "later"
    return verdict


def pay(customer: Customer, draw: Draw, at: int, *, asked: bool = False) -> Verdict:
    """Take what an occasion costs; where nobody keeps budgets, they have enough for everything."""
    if draw.until is not None and at > draw.until:
        return "spent"
    return customer.purse.pay(draw.budget, draw.cost, asked=asked) if customer.purse is not None else "paid"


def may_wait(draw: Draw, at: int) -> bool:
    """Tell whether an occasion waits though its budget is spent."""
    return draw.waits and (draw.until is None or at <= draw.until)


def postpone(customer: Customer, rule: RewardRule, reward: str, occasion: Occasion, *, asks: bool) -> None:
    """Let an occasion wait; its place in the limits is taken."""
    draw, move = rule.draws, occasion.move
    assert draw is not None, "only what a budget pays for waits"
    unpaid = UnpaidGrant(
        reward,
        rule.id,
        occasion.at,
        draw.budget,
        draw.cost,
        occasion.cause,
        0,  # when it is due follows from the rest
        asks=asks,
        until=draw.until or 0,
        transition=occasion.identity if move is not None else None,
        origin=move.from_segment if move is not None else None,
        to=move.to_segment if move is not None else None,
        offer=rule.offer,
    )
    unpaid = _due(customer, unpaid, max(customer.row.at, occasion.at))
    customer.change_loyalty().unpaid.append(unpaid)
    _need(customer, unpaid, 1)
    _line_up(customer, unpaid)


def hold_turn(customer: Customer, reward: str, turn: int) -> None:
    """Note in which round the offer counts as had that waits under a reward id; -1: its rule gives nothing in turn."""
    if turn >= 0:
        customer.change_loyalty().waiting_turns[reward] = turn


def again(customer: Customer, unpaid: UnpaidGrant, at: int, *, asks: bool) -> None:
    """Let it wait longer: at first not long, where it is news that the budget is spent, or that it is not."""
    tries = unpaid.tries + 1 if asks == unpaid.asks else 0
    waits = _due(customer, replace(unpaid, tries=tries, asks=asks), at)
    grants = customer.change_loyalty().unpaid
    grants[grants.index(unpaid)] = waits
    _need(customer, unpaid, -1)
    _need(customer, waits, 1)
    _line_up(customer, waits)


def forget(customer: Customer, unpaid: UnpaidGrant) -> int:
    """Let an occasion wait no more; gives the round in which its offer counts as had, or -1."""
    loyalty = customer.change_loyalty()
    loyalty.unpaid.remove(unpaid)
    stand_aside(customer, unpaid)
    return loyalty.waiting_turns.pop(unpaid.reward, -1)


def stand_aside(customer: Customer, unpaid: UnpaidGrant) -> None:
    """Let nothing be needed any more for an occasion that waits."""
    _need(customer, unpaid, -1)
    if customer.purse is not None:
        customer.purse.line.leave(unpaid.reward)


def find(customer: Customer, reward: str) -> UnpaidGrant | None:
    """Find what waits under a reward id."""
    loyalty = customer.loyalty
    grants = loyalty.unpaid if loyalty is not None else []
    return next((unpaid for unpaid in grants if unpaid.reward == reward), None)


def owe(customer: Customer, budget: str, change: int) -> None:
    """Note a change of what is granted and can still be redeemed."""
    if customer.purse is not None and budget:
        customer.purse.owe(budget, change)


def regain(customer: Customer, budget: str, cost: int) -> None:
    """Give a budget back what it has paid."""
    if customer.purse is not None and budget:
        customer.purse.regain(budget, cost)


def _need(customer: Customer, unpaid: UnpaidGrant, times: int) -> None:
    """Count what it costs so many times more among what the partition needs."""
    if customer.purse is not None and unpaid.asks:
        customer.purse.need(unpaid.budget, times * unpaid.cost)


def _line_up(customer: Customer, unpaid: UnpaidGrant) -> None:
    if customer.purse is not None:
        waiting = InLine(unpaid.reward, customer.id, unpaid.budget, unpaid.cost, unpaid.asks)
        customer.purse.line.enter(waiting)


def _due(customer: Customer, unpaid: UnpaidGrant, at: int) -> UnpaidGrant:
    """Say when to look again, unless a grant comes sooner: when the budget ends, or after a while.

    That begins behind this transaction, which may come through days of a backlog with the same slices.
    """
    reach = customer.purse.reach if customer.purse is not None else 0
    due = max(at, reach) + min(FIRST_MS << min(unpaid.tries, 30), LONGEST_MS if unpaid.asks else DAY_MS)
    ends = unpaid.until + 1 if unpaid.until >= at else due
    return replace(unpaid, due=min(due, ends))
