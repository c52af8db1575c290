"""Rewards as they were published and the facts of their customers in; how the arms of each rule compare, out."""

import tempfile
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, NamedTuple, Protocol

from app.experiments.arms import Arms, Assigned, Question
from app.experiments.estimates import (
    CONFIDENCE,
    Answer,
    Estimate,
    Group,
    average_order,
    orders_per_customer,
    retention,
    unlikely,
)
from app.experiments.outcomes import Ordered, Outcome, counted_orders, outcome
from app.simulate.fact_log import FactLog
from app.simulate.spool import Spool
from schemas.digests import PLACES
from schemas.policy import Policy

MEASURES: Final = {
    "orders_per_customer": orders_per_customer,
    "average_order_minor": average_order,
    "retention": retention,
}
Arm = tuple[Question, bool, str | None]
"""Of a question: whether held out, and the variant of those who are not."""


class Told(Protocol):
    """Where rewards were published, and what customers ordered is told."""

    def rewards(self, arms: Arms) -> None: ...
    def facts(self, log: FactLog, wanted: Collection[str]) -> None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """What is asked for."""

    policy: Policy
    as_of: int
    horizon_ms: int


class Comparison(NamedTuple):
    """One arm against the customers who were held out."""

    question: Question
    variant: str | None
    given: int
    held_out: int
    answers: Mapping[str, Answer]


@dataclass(slots=True)
class Lift:
    """All that there is to tell."""

    job: Job
    arms: Arms
    left_out: Counter[str] = field(default_factory=Counter)
    """Customers of rules that nothing is told of, by why."""
    comparisons: list[Comparison] = field(default_factory=list)
    intervals: int = 0
    """So many hold together with CONFIDENCE."""
    doubtful: list[str] = field(default_factory=list)
    """Rules of which far more or far fewer customers are held out than the policy says."""

    @property
    def level(self) -> float:
        """The confidence of each interval by itself (Bonferroni)."""
        return 1 - (1 - CONFIDENCE) / max(1, self.intervals)


def measure_lift(job: Job, told: Told) -> Lift:
    """Do it; SegueError for what cannot be read."""
    arms = Arms(job.policy.id)
    told.rewards(arms)
    lift = Lift(job, arms)
    asked = dict(arms.questions())
    lift.doubtful = _doubtful(asked, job.policy)
    groups = _groups(asked, _orders(asked, job, told), lift)
    first = _compared(asked, groups, CONFIDENCE)
    lift.intervals = sum(isinstance(one, Estimate) for each in first for one in each.answers.values())
    lift.comparisons = _compared(asked, groups, lift.level)
    return lift


def _orders(asked: Mapping[Question, Mapping[str, Assigned]], job: Job, told: Told) -> dict[str, list[Ordered] | None]:
    """Read the orders of all customers who are in any arm; None for who was erased."""
    wanted = {customer for customers in asked.values() for customer in customers}
    with tempfile.TemporaryDirectory() as scratch:
        log = FactLog(Spool(Path(scratch) / "facts"))
        told.facts(log, wanted)
        return {
            customer: counted_orders(facts, job.policy, job.as_of)
            for customer, facts in log.customers()
            if customer in wanted
        }


def _groups(
    asked: Mapping[Question, Mapping[str, Assigned]], orders: Mapping[str, list[Ordered] | None], lift: Lift
) -> dict[Arm, Group]:
    """Sum up what everybody did whose time is over."""
    found: defaultdict[Arm, list[Outcome]] = defaultdict(list)
    for question, customers in asked.items():
        for customer, assigned in customers.items():
            until = assigned.at + lift.job.horizon_ms
            known = orders.get(customer)
            why = _left_out(customer, orders, over=until <= lift.job.as_of)
            if why is not None or known is None:
                lift.left_out[why or "erased"] += question.way is None
                continue
            arm = question, assigned.held_out, None if assigned.held_out else assigned.variant
            found[arm].append(outcome(known, assigned.at, until))
    return {arm: Group(outcomes) for arm, outcomes in found.items()}


def _left_out(customer: str, orders: Mapping[str, list[Ordered] | None], *, over: bool) -> str | None:
    """Say why nothing is told of a customer; None: it is."""
    if customer not in orders:
        return "without_facts"
    if orders[customer] is None:
        return "erased"
    return None if over else "not_over"


def _compared(asked: Iterable[Question], groups: Mapping[Arm, Group], level: float) -> list[Comparison]:
    nobody = Group(())
    compared = []
    for question in asked:
        held_out = groups.get((question, True, None), nobody)
        variants = [arm[2] for arm in groups if arm[0] == question and not arm[1]]
        for variant in sorted(variants, key=lambda name: (name is not None, name or "")):
            given = groups[question, False, variant]
            answers = {name: measure(given, held_out, level) for name, measure in MEASURES.items()}
            compared.append(Comparison(question, variant, given.size, held_out.size, answers))
    return compared


def _doubtful(asked: Mapping[Question, Mapping[str, Assigned]], policy: Policy) -> list[str]:
    """Find rules whose arms are not as large as chance makes them: then something else than chance parts customers."""
    found = []
    for question, customers in asked.items():
        rule = policy.reward(question.rule)
        if question.way is None and rule is not None and rule.held_out:
            held_out = sum(one.held_out for one in customers.values())
            if unlikely(held_out, len(customers), rule.held_out / PLACES):
                found.append(rule.id)
    return found
