"""What has happened to a customer in; the rules of the policy whose occasion it is out."""

from typing import NamedTuple

from agents.decisions import occasion_matching as matching
from agents.decisions.appointments import RuleDue
from agents.decisions.customer import Customer
from agents.decisions.in_force import InForce
from agents.decisions.judging import Judge
from agents.decisions.ledger import was_taken_back
from agents.decisions.moves import Brink, BrinkCleared, Move, ScoreChange
from agents.decisions.occasions import Occasion
from agents.decisions.placing import in_policy_currency
from agents.decisions.timeline import Timeline
from agents.decisions.undone_orders import caused_by_undone
from schemas.digests import transition_id
from schemas.facts import Engaged, OrderPlaced
from schemas.policy import Policy
from schemas.reward_occasions import OnEngaged, OnOrderValue, OnTransition
from schemas.reward_rules import RewardRule
from schemas.rewards import RewardCause
from schemas.transitions import Cause

FIRST_ORDER = "first_order"
NTH_ORDER = "order "


class Claim(NamedTuple):
    """A rule whose occasion has come, to be decided by the policy of a judge."""

    rule: RewardRule
    occasion: Occasion
    judge: Judge


def order_number(number: int) -> str:
    """Name the occasion that an order of a number is."""
    return FIRST_ORDER if number == 1 else f"{NTH_ORDER}{number}"


def number_of(occasion: str) -> int:
    """Give the number of the order that an occasion is; 0: it is another one."""
    if occasion == FIRST_ORDER:
        return 1
    return int(occasion.removeprefix(NTH_ORDER)) if occasion.startswith(NTH_ORDER) else 0


def for_order_number(customer: Customer, number: int, at: int, cause: Cause, judge: Judge) -> list[Claim]:
    """Give the rules that wait for a customer's counted orders to be so many."""
    name = order_number(number)
    return [
        Claim(rule, Occasion(name, at, _because(cause)), judge)
        for rule in judge.policy.by_occasion.numbered.get(number, ())
        # she had so many, in a stretch that was lived once more, and has not
        if not (customer.row.counted < number and was_taken_back(customer, rule, name))
    ]


def for_order_value(fact: OrderPlaced, at: int, judge: Judge) -> list[Claim]:
    """Give the rules that wait for an order of such an amount."""
    claims: list[Claim] = []
    policy = judge.policy
    amount = in_policy_currency(fact, policy)
    if amount is None or not (fact.total.amount_minor or policy.zero_value_counts):
        return claims
    cause = RewardCause(type="order", event_id=fact.event_id)
    for rule in policy.by_occasion.order_values:
        assert isinstance(rule.on, OnOrderValue)
        if matching.within(amount, rule.on.min_minor, rule.on.max_minor):
            claims.append(Claim(rule, Occasion(fact.event_id, at, cause), judge))
    return claims


def for_engagement(fact: Engaged, judge: Judge) -> list[Claim]:
    """Give the rules that wait for an engagement of this kind."""
    claims: list[Claim] = []
    cause = RewardCause(type="engagement", event_id=fact.event_id)
    for rule in judge.policy.by_occasion.engaged.get(fact.kind, ()):
        assert isinstance(rule.on, OnEngaged)
        if matching.engagement(rule.on, fact):
            claims.append(Claim(rule, Occasion(fact.event_id, int(fact.occurred_at), cause), judge))
    return claims


def for_move(customer: Customer, move: Move, judge: Judge, *, passing: bool = False) -> list[Claim]:
    """Give the rules that wait for a transition like this one.

    `passing`: it came late, and she has moved on since: only rules that ask for such take it.
    """
    claims: list[Claim] = []
    policy, way = judge.policy, (move.from_segment, move.to_segment)
    for rule in policy.by_occasion.transitions:
        assert isinstance(rule.on, OnTransition)
        if (rule.late or not passing) and matching.move(rule.on, move, policy):
            identity = transition_id(customer.id, policy.id, move.effective_at, *way)
            occasion = Occasion(identity, move.effective_at, _because(move.cause), move, way)
            claims.append(Claim(rule, occasion, judge))
    return claims


def for_what_came(customer: Customer, timeline: Timeline) -> list[Claim]:
    """Give the rules that wait for what a timeline has brought besides facts, and take it from there."""
    claims: list[Claim] = []
    judge_at = timeline.in_force.at
    for at, number, cause in timeline.numbered:
        claims += for_order_number(customer, number, at, cause, judge_at(at))
    timeline.numbered.clear()
    changes = _for_moves(customer, timeline)
    for told in timeline.announced:
        changes += for_announcement(told, judge_at(told.effective_at))
    timeline.announced.clear()
    return claims + [claim for claim in changes if _stands(customer, claim, timeline.in_force)]


def _for_moves(customer: Customer, timeline: Timeline) -> list[Claim]:
    """Give the rules that wait for moves: for new ones, and where they may be taken back for any of another cause."""
    claims: list[Claim] = []
    for move in timeline.unrewarded:
        judge = timeline.in_force.at(move.effective_at)
        if judge.policy.by_occasion.transitions and not move.silent:
            passing = move.late and not _is_current(move, customer)
            claims += for_move(customer, move, judge, passing=passing)
    timeline.unrewarded.clear()
    for move, _ in timeline.recaused:
        came = for_move(
            customer, move, timeline.in_force.at(move.effective_at), passing=not _is_current(move, customer)
        )
        claims += [claim for claim in came if claim.rule.clawback != "never"]
    timeline.recaused.clear()
    return claims


def _stands(customer: Customer, claim: Claim, in_force: InForce) -> bool:
    """Tell whether what may be taken back has not been undone before it comes: then it never comes."""
    if claim.rule.clawback == "never":
        return True
    occasion = claim.occasion
    return not caused_by_undone(customer, occasion.cause, occasion.at, in_force.longest_stay)


def for_announcement(told: Brink | BrinkCleared | ScoreChange, judge: Judge) -> list[Claim]:
    """Give the rules that wait for an announcement or its clearing, or for scores that change."""
    rules, occasion = _announced(told, judge.policy)
    return [
        Claim(rule, occasion, judge) for rule in rules if rule.on is not None and matching.announcement(rule.on, told)
    ]


def _announced(told: Brink | BrinkCleared | ScoreChange, policy: Policy) -> tuple[list[RewardRule], Occasion]:
    """Give the rules that wait for such a thing, and what occasion it is."""
    on, at = policy.by_occasion, told.effective_at
    match told:
        case Brink():
            identity = f"brink {told.due_at} {told.to} {told.lead_ms}"
            cause = RewardCause(type="time", due="brink")
            return on.brinks, Occasion(identity, at, cause, way=(told.segment, told.to))
        case BrinkCleared():
            identity = f"brink cleared {at} {told.due_at} {told.to}"
            return on.brinks_cleared, Occasion(identity, at, _because(told.cause), way=(told.segment, told.to))
        case ScoreChange():
            return on.scores, Occasion(f"scores {at}", at, _because(told.cause))


def for_due_rule(due: RuleDue, judge: Judge) -> Claim:
    """Give the claim of a rule whose instant has come."""
    return Claim(due.rule, Occasion(due.identity, due.at, RewardCause(type="time", due=due.kind)), judge)


def _because(cause: Cause) -> RewardCause:
    return RewardCause(due=cause.due, event_id=cause.event_id, type=cause.type)


def _is_current(move: Move, customer: Customer) -> bool:
    """Tell whether a move is the one that brought her where she is: of late ones only that is rewarded."""
    row = customer.row
    return move.effective_at == row.moved_at and move.to_segment == row.segment
