"""Customers' facts in, what Segue says of everyone's measures and scores at some instants out."""

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

import numpy as np

from agents.decisions.counted import Counted, take_down
from agents.decisions.customer import Customer
from agents.decisions.in_force import InForce
from agents.decisions.judging import NO_MEASURES
from agents.decisions.life import Life
from agents.decisions.timeline import Timeline
from agents.decisions.whole_life import NothingStored
from app.simulate.population import Population
from schemas.cut_points import CutPoints
from schemas.facts import Fact
from schemas.measures import Measures
from schemas.policy import Policy
from schemas.rows import CustomerRow
from tests.literature.sql_scores import Scored

Year = Mapping[int, Mapping[str, Counted]]
"""What counts of everyone who is known, by instant and customer."""


class Instant(NamedTuple):
    """An instant with the cut points that are frozen and in force at it."""

    now: int
    cut_points: CutPoints


def year(facts: Mapping[str, Sequence[Fact]], policy: Policy, instants: Sequence[int]) -> Year:
    """Live every customer once, as a deployment does: on from one instant to the next."""
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
    life = Life(customer, Timeline(customer, in_force, punctual=True), in_force.policy)
    before = 0
    for now in instants:
        life.take([fact for fact in facts if before < fact.occurred_at <= now])
        if customer.row.met:
            life.timeline.come_to(now)
            life.pass_time(now)
            yield now, take_down(customer.row)
        before = now


def frozen(year: Year, policy: Policy) -> Iterator[Instant]:
    """Freeze cut points at every instant."""
    for now, everyone in year.items():
        people = Population(policy, len(everyone))
        held = [(0, who, of.frequency, max(0, of.monetary), of.last) for who, of in enumerate(everyone.values())]
        people.apply(np.array(held, np.int64))
        yield Instant(now, CutPoints(1, now, now, *people.freeze(now)))


def scores(year: Year, policy: Policy, instants: Sequence[Instant] = ()) -> dict[tuple[int, str], Scored]:
    """Score everyone at every instant: by cut points frozen at it, if they are given, else by the initial ones."""
    versions = dict(instants)
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
