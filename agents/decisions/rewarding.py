"""Rules whose occasion has come in; what they give out: granted or withheld, once for ever."""

from agents.decisions import conditions, experimenting, limits, paying, revoking
from agents.decisions.claims import Claim
from agents.decisions.customer import Customer
from agents.decisions.delivering import take_up
from agents.decisions.ledger import grant, open_id
from agents.decisions.message import Message
from agents.decisions.message_fields import fields_of_reward
from agents.decisions.messaging import channels_of, say
from agents.decisions.occasions import Decided, Occasion
from agents.decisions.offering import offered, take_turn
from agents.decisions.setting_out import set_out
from schemas.digests import chance_place, message_of_reward
from schemas.loyalty_rows import MessageContent, OccasionRow
from schemas.policy import Policy
from schemas.reward_rules import RewardRule
from schemas.rewards import Refusal


def decide(customer: Customer, claims: list[Claim]) -> list[Decided]:
    """Decide rules one after another; where caps bind any, of one instant those of the highest priority first."""
    decided: list[Decided] = []
    if len(claims) > 1 and any(claim.judge.policy.capped for claim in claims):
        claims = sorted(claims, key=_turn)
    for claim in claims:
        _decide(customer, claim, decided)
    return decided


def _turn(claim: Claim) -> tuple[int, int]:
    return claim.occasion.at, -claim.rule.priority


def _decide(customer: Customer, claim: Claim, decided: list[Decided]) -> None:
    """Add what the rule decides, unless it is decided already, or is no occasion for her."""
    rule, occasion, policy = claim.rule, claim.occasion, claim.judge.policy
    if occasion.at < (policy.silent_until or 0):  # history pays nothing
        return
    identity = open_id(customer, rule, occasion.identity)
    if identity is None:
        return
    if rule.conditions is not None and not conditions.met(rule.conditions, customer, occasion.at, claim.judge):
        return
    if rule.starts is not None:
        set_out(customer, rule, occasion, identity)
        return
    settled = _settle(customer, rule, identity, occasion, policy)
    if settled is not None:
        decided.append(settled)


def _settle(customer: Customer, rule: RewardRule, identity: str, occasion: Occasion, policy: Policy) -> Decided | None:
    """Grant or withhold; None: it waits until its budget can pay."""
    if rule.variants:
        rule = experimenting.variant_for(rule, customer.id, policy.id)
    withheld: Refusal | None = "none"
    offer = offered(customer, rule, occasion) if rule.offers is not None else rule
    if offer is not None:
        rule = offer
        withheld = _withheld(customer, rule, occasion, policy)
    row = OccasionRow(occasion.at, rule.id, granted=False)
    said: Message | None = None
    if withheld is None:
        verdict = paying.settle(customer, rule, identity, occasion)
        if verdict == "spent":
            withheld = "budget"
        else:
            if rule.give is not None or _is_heard(customer, rule):
                limits.note(customer, rule, occasion)
            turn = take_turn(customer, rule, policy) if rule.offer else -1
            if verdict == "later":
                paying.hold_turn(customer, identity, turn)
                revoking.note(customer, identity, row, rule, occasion)
                customer.around.occasions[identity] = row
                return None
    if withheld is None:
        row = grant(customer, rule, identity, occasion.at, rule.draws)
        revoking.note(customer, identity, row, rule, occasion)
        said = message_for(customer, rule, identity, occasion, policy)
    customer.around.occasions[identity] = row
    draw = rule.draws if withheld is None or withheld == "budget" else None
    return Decided(customer.id, rule, identity, occasion.at, occasion.cause, withheld, said, occasion.move, draw=draw)


def _withheld(customer: Customer, rule: RewardRule, occasion: Occasion, policy: Policy) -> Refusal | None:
    """Give the reason for which she gets nothing: she uses up no grant of hers then, and none of her turns."""
    if rule.conditions is not None:
        reason = conditions.refused(rule.conditions, customer)
        if reason is not None:
            return reason
    place = rule.chance
    if place is not None and chance_place(customer.id, policy.id, rule.id, occasion.identity) >= place:
        return "chance"
    if rule.held_out and experimenting.is_held_out(rule, customer.id, policy.id):
        return "holdout"
    return limits.exceeded(customer, rule, occasion, policy)


def _is_heard(customer: Customer, rule: RewardRule) -> bool:
    """Tell whether the rule's message reaches her on any channel: where it is all she gets, else nothing is used up."""
    return rule.message is not None and bool(channels_of(customer, rule.message))


def message_for(
    customer: Customer, rule: RewardRule, reward: str, occasion: Occasion, policy: Policy
) -> Message | None:
    """Ask for the rule's message; it may name where the occasion has brought her, else where she stands."""
    segment, at = occasion.move.to_segment if occasion.move is not None else customer.row.segment, occasion.at
    said = say(customer, rule.message, at, policy, segment) if rule.message is not None else None
    if said is None or not policy.follows_messages:
        return said
    fields = fields_of_reward(said, rule, at)
    content = MessageContent(message_of_reward(reward), at, said.template, fields, rule.id, reward, None, None)
    return take_up(customer, said, content, at, policy)
