"""An occasion that has waited for its budget in; what becomes of it now out."""

from msgspec.structs import replace

from agents.decisions import paying
from agents.decisions.customer import Customer
from agents.decisions.in_force import InForce
from agents.decisions.ledger import as_offered, grant
from agents.decisions.occasions import Decided, Occasion, Waited
from agents.decisions.revoking import how_taken_back, wait_no_more
from agents.decisions.rewarding import message_for
from schemas.loyalty_rows import UnpaidGrant
from schemas.policy import Policy
from schemas.reward_rules import Draw, RewardRule


def for_unpaid(customer: Customer, reward: str, at: int, policy: Policy, in_force: InForce) -> list[Decided]:
    """Pay what waits, at an instant that it was to be looked at again; a grant takes effect then, not before.

    Its conditions held when its occasion came. What the policy gives no more is withheld: its budget has not paid.
    """
    unpaid = paying.find(customer, reward)
    assert unpaid is not None, "it waits"
    rule = _offered(policy, unpaid)
    if rule is None:
        return [_withhold(customer, unpaid, _as_it_was(unpaid, at, in_force), at)]
    draw = Draw(unpaid.budget, unpaid.cost, unpaid.until or None, _waits(rule))
    verdict = paying.pay(customer, draw, unpaid.at, asked=unpaid.asks)
    if verdict == "later" or (verdict == "spent" and paying.may_wait(draw, at)):
        paying.again(customer, unpaid, at, asks=verdict == "later")
        return []
    if verdict == "spent":
        return [_withhold(customer, unpaid, rule, at)]
    paying.forget(customer, unpaid)
    row, how = grant(customer, rule, reward, at, draw), how_taken_back(customer, reward)
    customer.around.occasions[reward] = replace(row, at=unpaid.at, clawback=how)
    said = message_for(customer, rule, reward, Occasion(reward, at, unpaid.cause), policy)
    return [Decided(customer.id, rule, reward, at, unpaid.cause, None, said, None, _transition(unpaid), draw)]


def _withhold(customer: Customer, unpaid: UnpaidGrant, rule: RewardRule, at: int) -> Decided:
    """Let it wait no more, and say so."""
    wait_no_more(customer, unpaid, rule)
    draw, waited = Draw(unpaid.budget, unpaid.cost), _transition(unpaid)
    return Decided(customer.id, rule, unpaid.reward, at, unpaid.cause, "budget", None, None, waited, draw)


def _offered(policy: Policy, unpaid: UnpaidGrant) -> RewardRule | None:
    """Give the rule with the offer that waits; None: the policy has it no more, or it gives nothing any more."""
    whole = policy.reward(unpaid.rule)
    rule = as_offered(whole, unpaid.offer) if whole is not None else None
    return rule if rule is not None and rule.give is not None else None


def _as_it_was(unpaid: UnpaidGrant, at: int, in_force: InForce) -> RewardRule:
    """Give the rule as the last policy had it that gave what waits.

    Where the control topic was lost no policy may be known that did: the occasion is told by the name of its rule then.
    """
    known = (_offered(policy, unpaid) for policy in in_force.policies_until(at))
    found = next((rule for rule in known if rule is not None), None)
    return found or RewardRule(id=unpaid.rule, on=None, give=None, offer=unpaid.offer)


def _transition(unpaid: UnpaidGrant) -> Waited | None:
    return Waited(unpaid.transition, unpaid.origin, unpaid.to) if unpaid.transition is not None else None


def _waits(rule: RewardRule) -> bool:
    return rule.draws is not None and rule.draws.waits
