"""An occasion in; what the rules of the policy give for it out: granted or withheld, once for ever."""

from agents.decisions import conditions, paying
from agents.decisions import occasion_matching as matching
from agents.decisions.appointments import RuleDue
from agents.decisions.customer import Customer
from agents.decisions.judging import Judge
from agents.decisions.ledger import free_place, grant, open_id, was_taken_back
from agents.decisions.messaging import Message, say
from agents.decisions.moves import Brink, BrinkCleared, Move, ScoreChange
from agents.decisions.occasions import Decided, Occasion
from agents.decisions.placing import in_policy_currency
from agents.decisions.setting_out import set_out
from agents.decisions.timeline import Timeline
from schemas.digests import holdout_place, transition_id
from schemas.facts import Engaged, OrderPlaced
from schemas.policy import Policy
from schemas.reward_rules import OnEngaged, OnOrderValue, OnTransition, RewardRule
from schemas.rewards import RewardCause, WithheldReason
from schemas.rows import OccasionRow
from schemas.transitions import Cause

FIRST_ORDER = "first_order"


def order_number(number: int) -> str:
    """Name the occasion that an order of a number is."""
    return FIRST_ORDER if number == 1 else f"order {number}"


def for_order_number(customer: Customer, number: int, at: int, cause: Cause, judge: Judge) -> list[Decided]:
    """Decide the rules that wait for a customer's counted orders to be so many."""
    decided: list[Decided] = []
    for rule in judge.policy.by_occasion.numbered.get(number, ()):
        if customer.row.counted < number and was_taken_back(customer, rule, order_number(number)):
            continue  # she had so many, in a stretch that was lived once more, and has not
        _decide(customer, rule, Occasion(order_number(number), at, _because(cause)), judge, decided)
    return decided


def decide_again(customer: Customer, rule: RewardRule, occasion: Occasion, judge: Judge) -> list[Decided]:
    """Decide a rule on an occasion that was taken back and has come after all."""
    decided: list[Decided] = []
    _decide(customer, rule, occasion, judge, decided)
    return decided


def for_order_value(customer: Customer, fact: OrderPlaced, at: int, judge: Judge) -> list[Decided]:
    """Decide the rules that wait for an order of such an amount."""
    decided: list[Decided] = []
    policy = judge.policy
    amount = in_policy_currency(fact, policy)
    if amount is None or not (fact.total.amount_minor or policy.zero_value_counts):
        return decided
    cause = RewardCause(type="order", event_id=fact.event_id)
    for rule in policy.by_occasion.order_values:
        assert isinstance(rule.on, OnOrderValue)
        if matching.within(amount, rule.on.min_minor, rule.on.max_minor):
            _decide(customer, rule, Occasion(fact.event_id, at, cause), judge, decided)
    return decided


def for_engagement(customer: Customer, fact: Engaged, judge: Judge) -> list[Decided]:
    """Decide the rules that wait for an engagement of this kind."""
    decided: list[Decided] = []
    cause = RewardCause(type="engagement", event_id=fact.event_id)
    for rule in judge.policy.by_occasion.engaged.get(fact.kind, ()):
        assert isinstance(rule.on, OnEngaged)
        if matching.engagement(rule.on, fact):
            _decide(customer, rule, Occasion(fact.event_id, int(fact.occurred_at), cause), judge, decided)
    return decided


def for_move(customer: Customer, move: Move, judge: Judge, *, passing: bool = False) -> list[Decided]:
    """Decide the rules that wait for a transition like this one.

    `passing`: it came late, and she has moved on since: only rules that ask for such take it.
    """
    decided: list[Decided] = []
    policy = judge.policy
    for rule in policy.by_occasion.transitions:
        assert isinstance(rule.on, OnTransition)
        if (rule.late or not passing) and matching.move(rule.on, move, policy):
            identity = transition_id(customer.id, policy.id, move.effective_at, move.from_segment, move.to_segment)
            _decide(customer, rule, Occasion(identity, move.effective_at, _because(move.cause), move), judge, decided)
    return decided


def for_what_came(customer: Customer, timeline: Timeline) -> list[Decided]:
    """Decide the rules that wait for what a timeline has brought besides facts, and take it from there."""
    decided: list[Decided] = []
    judge_at = timeline.in_force.at
    for at, number, cause in timeline.numbered:
        decided += for_order_number(customer, number, at, cause, judge_at(at))
    timeline.numbered.clear()
    for move in timeline.unrewarded:
        judge = judge_at(move.effective_at)
        if judge.policy.by_occasion.transitions and not move.silent:
            passing = move.late and not _is_current(move, customer)
            decided += for_move(customer, move, judge, passing=passing)
    timeline.unrewarded.clear()
    for told in timeline.announced:
        decided += for_announcement(customer, told, judge_at(told.effective_at))
    timeline.announced.clear()
    return decided


def for_announcement(customer: Customer, told: Brink | BrinkCleared | ScoreChange, judge: Judge) -> list[Decided]:
    """Decide the rules that wait for an announcement or its clearing, or for scores that change."""
    decided: list[Decided] = []
    rules, occasion = _announced(told, judge.policy)
    for rule in rules:
        if rule.on is not None and matching.announcement(rule.on, told):
            _decide(customer, rule, occasion, judge, decided)
    return decided


def _announced(told: Brink | BrinkCleared | ScoreChange, policy: Policy) -> tuple[list[RewardRule], Occasion]:
    """Give the rules that wait for such a thing, and what occasion it is."""
    on, at = policy.by_occasion, told.effective_at
    match told:
        case Brink():
            identity = f"brink {told.due_at} {told.to} {told.lead_ms}"
            return on.brinks, Occasion(identity, at, RewardCause(type="time", due="brink"))
        case BrinkCleared():
            identity = f"brink cleared {at} {told.due_at} {told.to}"
            return on.brinks_cleared, Occasion(identity, at, _because(told.cause))
        case ScoreChange():
            return on.scores, Occasion(f"scores {at}", at, _because(told.cause))


def for_due_rule(customer: Customer, due: RuleDue, judge: Judge) -> list[Decided]:
    """Decide a rule whose instant has come."""
    decided: list[Decided] = []
    occasion = Occasion(due.identity, due.at, RewardCause(type="time", due=due.kind))
    _decide(customer, due.rule, occasion, judge, decided)
    return decided


def for_step(customer: Customer, rule: RewardRule, occasion: Occasion, judge: Judge) -> list[Decided]:
    """Decide a rule that a step of a journey gives."""
    decided: list[Decided] = []
    _decide(customer, rule, occasion, judge, decided)
    return decided


def _because(cause: Cause) -> RewardCause:
    return RewardCause(due=cause.due, event_id=cause.event_id, type=cause.type)


def _is_current(move: Move, customer: Customer) -> bool:
    """Tell whether a move is the one that brought her where she is: of late ones only that is rewarded."""
    row = customer.row
    return move.effective_at == row.moved_at and move.to_segment == row.segment


def _decide(customer: Customer, rule: RewardRule, occasion: Occasion, judge: Judge, decided: list[Decided]) -> None:
    """Add what the rule decides, unless it is decided already, or is no occasion for her."""
    policy, asked = judge.policy, rule.conditions
    if occasion.at < (policy.silent_until or 0):  # history pays nothing
        return
    identity = open_id(customer, rule, occasion.identity)
    if identity is None:
        return
    if asked is not None and not conditions.met(asked, customer, occasion.at, judge):
        return
    if rule.starts is not None:
        set_out(customer, rule, occasion, identity)
        return
    withheld = _withheld(customer, rule, occasion.at, policy)
    if withheld is None and rule.draws is not None:
        verdict = paying.pay(customer, rule.draws, occasion.at)
        if verdict == "later" or (verdict == "spent" and paying.may_wait(rule.draws, occasion.at)):
            paying.postpone(customer, rule, identity, occasion, asks=verdict == "later")
            customer.around.occasions[identity] = OccasionRow(occasion.at, rule.id, granted=False)
            return
        if verdict == "spent":
            free_place(customer, rule, occasion.at)
            withheld = "budget"
    account = grant(customer, rule, identity, occasion.at, rule.draws) if withheld is None else None
    customer.around.occasions[identity] = account or OccasionRow(occasion.at, rule.id, granted=False)
    segment = occasion.move.to_segment if occasion.move is not None else customer.row.segment
    said = message_for(customer, rule, occasion.at, policy, segment) if withheld is None else None
    draw = rule.draws if withheld is None or withheld == "budget" else None
    decided.append(
        Decided(customer.id, rule, identity, occasion.at, occasion.cause, withheld, said, occasion.move, draw=draw)
    )


def _withheld(customer: Customer, rule: RewardRule, at: int, policy: Policy) -> WithheldReason | None:
    """Give the reason for which she gets nothing; who is left out uses up no grant of hers."""
    if rule.conditions is not None:
        reason = conditions.refused(rule.conditions, customer)
        if reason is not None:
            return reason
    if rule.held_out and holdout_place(customer.id, policy.id, rule.id) < rule.held_out:
        return "holdout"
    return None if _within_limit(customer, rule, at) else "limit"


def _within_limit(customer: Customer, rule: RewardRule, at: int) -> bool:
    """Look at the grants before; one more is noted among them."""
    limit = rule.limit
    if limit is None:
        return True
    grants = customer.row.paid.get(rule.id, [])
    if sum(limit.per_ms is None or at - grant < limit.per_ms for grant in grants) >= limit.times:
        return False
    customer.row.paid[rule.id] = sorted([*grants, at])[-limit.times :]
    return True


def message_for(customer: Customer, rule: RewardRule, at: int, policy: Policy, segment: str | None) -> Message | None:
    """Ask for the rule's message; it may name a segment: where the occasion has brought her, or where she stands."""
    return say(customer, rule.message, at, policy, segment) if rule.message is not None else None
