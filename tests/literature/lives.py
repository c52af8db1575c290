"""Customers' facts in, what Segue says of everyone's measures and scores at some instants out."""

from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from agents.decisions.counted import take_down
from agents.decisions.customer import Customer
from agents.decisions.full_timeline import timeline
from agents.decisions.in_force import InForce
from agents.decisions.judging import NO_MEASURES
from agents.decisions.life import Life
from agents.decisions.nothing_stored import NothingStored
from app.simulate.population import Population
from schemas.customer_row import Counted, CustomerRow
from schemas.cut_points import CutPoints
from schemas.facts import Fact
from schemas.measures import Measures
from schemas.policy import Policy
from tests.literature.sql_scores import Scored

Year = Mapping[int, Mapping[str, Counted]]
"""What counts of everyone who is known, by instant and customer."""


def year(facts: Mapping[str, Sequence[Fact]], policy: Policy, instants: Sequence[int]) -> Year:
    """Live every customer once, on from one instant to the next, as a deployment does."""
    found: dict[int, dict[str, Counted]] = {now: {} for now in instants}
    in_force = InForce(policy)
    for customer, hers in facts.items():
        for now, counted in _advance(customer, hers, in_force, instants):
            found[now][customer] = counted
    return found


def _advance(
    customer_id: str, facts: Sequence[Fact], in_force: InForce, instants: Sequence[int]
) -> Iterator[tuple[int, Counted]]:
    customer = Customer(customer_id, CustomerRow(), NothingStored())
    life = Life(customer, timeline(customer, in_force, punctual=True), in_force.policy)
    before = 0
    for now in instants:
        life.take([fact for fact in facts if before < fact.occurred_at <= now])
        before = now
        if customer.row.met:
            life.come_to(now)
            yield now, take_down(customer.row)


def frozen(year: Year, policy: Policy) -> dict[int, CutPoints]:
    """Freeze cut points at every instant; they are in force at once."""
    versions = {}
    for now, everyone in year.items():
        people = Population(policy, len(everyone))
        held = [(0, who, of.frequency, max(0, of.monetary), of.last) for who, of in enumerate(everyone.values())]
        people.apply(np.array(held, np.int64))
        versions[now] = CutPoints(1, now, now, *people.freeze(now))
    return versions


def scores(
    year: Year, policy: Policy, versions: Mapping[int, CutPoints] | None = None
) -> dict[tuple[int, str], Scored]:
    """Score everyone at every instant: by the version frozen at it, or by what the policy calls initial."""
    found = {}
    for now, everyone in year.items():
        judge = InForce(policy, [versions[now]] if versions else ()).at(now)
        for customer, of in everyone.items():
            scored = scored_by(judge.measure(of, now))
            if scored is not None:
                found[now, customer] = scored
    return found


def scored_by(measures: Measures) -> Scored | None:
    """Put measures as SQL puts them; None: she has no counted order, and then nothing is measured."""
    recency, r, f, m = measures.recency_ms, measures.r, measures.f, measures.m
    if recency is None or r is None or f is None or m is None:
        assert measures == NO_MEASURES
        return None
    return Scored(recency, measures.frequency, measures.monetary_minor, r, f, m)
