"""A rule with several offers, a customer and an occasion in; the rule with the one offer that is hers out."""

from agents.decisions.customer import Customer
from agents.decisions.occasions import Occasion
from schemas.digests import turn_place
from schemas.loyalty_rows import TurnsRow, UnpaidGrant
from schemas.policy import Policy
from schemas.reward_rules import NONE, Offers, RewardRule


def offered(customer: Customer, rule: RewardRule, occasion: Occasion) -> RewardRule | None:
    """Give the rule with what it has for her on this occasion; None: the table says none."""
    offers = rule.offers
    assert offers is not None, "the rule has offers"
    if offers.turns:
        return offers.rules[_next(customer, rule.id, offers)]
    way = occasion.way
    name = offers.otherwise if way is None else offers.table.get(way, offers.otherwise)
    return None if name == NONE else offers.rules[name]


def take_turn(customer: Customer, rule: RewardRule, policy: Policy) -> int:
    """Note that she has had the offer of a rule, if that gives in turn; gives the round, or -1."""
    whole = policy.reward(rule.id)
    if whole is None or whole.offers is None or not whole.offers.turns:
        return -1
    turn, had = _turns(customer, rule.id, whole.offers)
    customer.change_loyalty().turns[rule.id] = TurnsRow(turn, [*had, rule.offer])
    return turn


def give_turn_back(customer: Customer, unpaid: UnpaidGrant, turn: int) -> None:
    """Let her not have had, in its round, what only waited for its budget; a round that is over stays so."""
    turns = customer.loyalty.turns.get(unpaid.rule) if customer.loyalty is not None else None
    if turns is not None and turns.round == turn and unpaid.offer in turns.had:
        had = [offer for offer in turns.had if offer != unpaid.offer]
        customer.change_loyalty().turns[unpaid.rule] = TurnsRow(turns.round, had)


def _next(customer: Customer, rule: str, offers: Offers) -> str:
    """Name the first that she has not had, in the order that this round has for her."""
    turn, had = _turns(customer, rule, offers)
    left = [(turn_place(customer.id, rule, turn, offer), offer) for offer in offers.turns if offer not in had]
    return min(left)[1]


def _turns(customer: Customer, rule: str, offers: Offers) -> tuple[int, list[str]]:
    """Give her round and what she has had in it; once that is all there is, the next round, and nothing."""
    loyalty = customer.loyalty
    turns = loyalty.turns.get(rule) if loyalty is not None else None
    if turns is None:
        return 0, []
    if any(offer not in turns.had for offer in offers.turns):
        return turns.round, turns.had
    return turns.round + 1, []
