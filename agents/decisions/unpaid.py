"""An occasion that has waited for its budget in; what becomes of it now out."""

from msgspec.structs import replace

from agents.decisions import paying
from agents.decisions.customer import Customer
from agents.decisions.judging import Judge
from agents.decisions.ledger import as_offered, grant
from agents.decisions.limits import give_back
from agents.decisions.occasions import Decided, Occasion, Waited
from agents.decisions.offering import give_turn_back
from agents.decisions.rewarding import message_for
from schemas.loyalty_rows import OccasionRow, UnpaidGrant
from schemas.reward_rules import Draw, RewardRule


def for_unpaid(customer: Customer, reward: str, at: int, judge: Judge) -> list[Decided]:
    """Pay what waits, at an instant that it was to be looked at again; a grant takes effect then, not before.

    Its conditions held when its occasion came. A rule that the policy has no more pays nothing.
    """
    unpaid = paying.find(customer, reward)
    assert unpaid is not None, "it waits"
    whole = judge.policy.reward(unpaid.rule)
    rule = as_offered(whole, unpaid.offer) if whole is not None else None
    if rule is None or rule.give is None:
        paying.forget(customer, unpaid)
        return []
    draw = Draw(unpaid.budget, unpaid.cost, unpaid.until or None, _waits(rule))
    verdict = paying.pay(customer, draw, unpaid.at, asked=unpaid.asks)
    if verdict == "later" or (verdict == "spent" and paying.may_wait(draw, at)):
        paying.again(customer, unpaid, at, asks=verdict == "later")
        return []
    turn = paying.forget(customer, unpaid)
    if verdict == "paid":
        waited = customer.occasion(reward)
        assert waited is not None, "it was decided that it waits"
        row = replace(grant(customer, rule, reward, at, draw), at=unpaid.at, clawback=waited.clawback)
        customer.around.occasions[reward] = row
        said = message_for(customer, rule, reward, Occasion(reward, at, unpaid.cause), judge.policy)
        return [Decided(customer.id, rule, reward, at, unpaid.cause, None, said, None, _transition(unpaid), draw)]
    give_back(customer, rule, unpaid.at)
    give_turn_back(customer, unpaid, turn)
    customer.around.occasions[reward] = OccasionRow(unpaid.at, rule.id, granted=False)
    return [Decided(customer.id, rule, reward, at, unpaid.cause, "budget", None, None, _transition(unpaid), draw)]


def _transition(unpaid: UnpaidGrant) -> Waited | None:
    return Waited(unpaid.transition, unpaid.origin, unpaid.to) if unpaid.transition is not None else None


def _waits(rule: RewardRule) -> bool:
    return rule.draws is not None and rule.draws.waits
