"""Random lives of a few milliseconds in, each lived millisecond by millisecond, and the oracle held against it."""

import random
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import starmap
from typing import Any

import pytest

from .brinks import brinks
from .cut_points import CutPoints, Versions, versions
from .definition import by_definition
from .events import cancellation, engaged, order, refund
from .facts import Facts, facts
from .measures import Scores, scores, segment
from .orders import Entry, Event
from .policy import Policy
from .scales import at_least, cuts
from .score_changes import score_changes
from .segment_rules import Rule, When
from .timeline import timeline

T0, END, FAR = 1_000, 1_045, 25  # no bound and no least stay is as long as FAR

CELLS = Policy(
    id="cells",
    version=1,
    currency="GBP",
    segments=(("best", ("33", "32", "23")), ("good", ("31", "22")), ("fair", ("13", "21"))),
    otherwise="rest",
    within_ms=(4, 9),
    monetary_minor=cuts(100, 250),
    window_ms=7,
    dwell_up_ms=3,
    dwell_down_ms=5,
    brink_ms=(6, 2, 1),
)
MEASURES = Policy(
    id="measures",
    version=1,
    currency="GBP",
    rules=(
        Rule("keen", when=When(engaged=(None, 3), r=(2, None))),
        Rule("fresh", when=When(tenure=(None, 5), average_order_value=(60, None))),
        Rule("rich", when=When(monetary=(200, None), recency=(None, 8))),
        Rule("quiet", when=When(engaged=(6, None), recency=(4, 11))),
        Rule("strange", when=When(engaged_never=True, f=(1, 2), tenure=(7, None))),
        Rule("thrifty", when=When(average_order_value=(None, 59), frequency=(1, 2))),
        Rule("rest"),
    ),
    within_ms=(6,),
    frequency=at_least(2, 3),
    engagement_kinds=("site_visited",),
    window_ms=10,
    brink_ms=(5, 3),
)
POLICIES = [
    CELLS,
    replace(CELLS, window_ms=None, dwell_up_ms=0, refunded="keep", zero_value="count"),
    replace(CELLS, dwell_down_ms=0, no_orders="rest", engagement_kinds=("site_visited",), drift_silent=True),
    MEASURES,
    replace(MEASURES, window_ms=None, dwell_down_ms=4, dwell_up_ms=9),
    replace(MEASURES, no_orders="quiet", dwell_down_ms=2, silent_until=T0 + 9, ranks=dict.fromkeys(
        ("keen", "fresh"), 1) | dict.fromkeys(("rich", "strange"), 2) | dict.fromkeys(("quiet", "thrifty", "rest"), 3)),
]  # fmt: skip
CASES = [(policy, seed) for policy in POLICIES for seed in range(30)]
Told = tuple[Any, ...]


@dataclass
class Machine:
    """Stands in a segment and is asked about every millisecond in turn."""

    known: Facts
    versions: Versions
    policy: Policy
    stands: str | None = None
    moved_at: int | None = None

    def placed(self, t: int) -> str | None:
        return segment(by_definition(self.known, self.policy, t), self.versions.at(t), self.policy)

    def scores(self, t: int) -> Scores:
        return scores(by_definition(self.known, self.policy, t), self.versions.at(t))

    def moves(self, t: int) -> bool:
        placed = self.placed(t)
        if placed == self.stands:
            return False
        stay = {"up": self.policy.dwell_up_ms, "down": self.policy.dwell_down_ms}
        least = stay.get(self.policy.direction(self.stands, placed), 0)
        if self.moved_at is not None and t - self.moved_at < least:
            return False
        self.stands, self.moved_at = placed, t
        return True

    def ahead(self, t: int) -> tuple[int, str | None] | None:
        silent = replace(self, known=self.known.until(t), versions=self.versions.frozen_at(t))
        for later in range(t + 1, t + FAR):
            if silent.moves(later):
                return later, silent.stands
        return None


@pytest.mark.parametrize(("policy", "seed"), CASES)
def test_the_timeline_is_what_every_millisecond_says(policy: Policy, seed: int) -> None:
    events, cut_points, machine = _life(policy, seed)
    lived: list[Told] = []
    for t in range(T0 - 1, END):
        from_ = machine.stands
        if machine.moves(t):
            dwelt = machine.placed(t) == machine.placed(t - 1)
            lived.append((t, from_, machine.stands, machine.ahead(t), dwelt, machine.versions.at(t).version))
    found = timeline(events, policy, END - 1, cut_points).get("ann")
    moves = [] if found is None else sorted(found.transitions + found.silent, key=lambda move: move["effective_at"])
    assert [
        (
            move["effective_at"],
            move["from"],
            move["to"],
            (move["next"]["at"], move["next"]["to"]) if move["next"] else None,
            move["cause"].get("due") == "dwell",
            move["cut_points_version"],
        )
        for move in moves
    ] == lived
    if found is not None:
        held = machine.placed(END - 1) not in (machine.stands, None)
        assert (found.state.segment, found.state.due_segment is not None) == (machine.stands, held)


@pytest.mark.parametrize(("policy", "seed"), CASES)
def test_the_brinks_are_what_every_millisecond_says(policy: Policy, seed: int) -> None:
    events, cut_points, machine = _life(policy, seed)
    lived = list(_brinks(machine))
    found = brinks(events, policy, END - 1, cut_points).get("ann", [])
    assert [(one["effective_at"], one["due_at"], one["to"], one.get("lead_ms", "cleared")) for one in found] == lived


@pytest.mark.parametrize(("policy", "seed"), CASES[::3])
def test_the_scores_change_when_every_millisecond_says(policy: Policy, seed: int) -> None:
    events, cut_points, machine = _life(policy, seed)
    lived = [t for t in range(T0 - 1, END) if machine.scores(t) != machine.scores(t - 1)]
    found = score_changes(events, policy, END - 1, cut_points).get("ann", [])
    assert [one["effective_at"] for one in found] == lived


def _brinks(machine: Machine) -> Iterator[Told]:
    armed: tuple[int, str | None] | None = None
    announced = False
    for t in range(T0 - 1, END):
        moved = machine.moves(t)
        ahead = machine.ahead(t)
        down = ahead is not None and machine.policy.direction(machine.stands, ahead[1]) == "down"
        coming = ahead if down else None
        if coming != armed:
            if armed is not None and announced and not (moved and (t, machine.stands) == armed):
                yield t, *armed, "cleared"
            armed, announced = coming, False
        heard = t >= (machine.policy.silent_until or 0)
        if heard and armed is not None and armed[0] - t in machine.policy.brink_ms:
            announced = True
            yield t, *armed, armed[0] - t


def _life(policy: Policy, seed: int) -> tuple[list[Event], list[CutPoints], Machine]:
    dice = random.Random(seed)
    events, cut_points = _events(dice), _cut_points(dice, policy)
    known = facts(starmap(Entry, enumerate(events)), policy)
    return events, cut_points, Machine(known, versions(cut_points, policy), policy)


def _events(dice: random.Random) -> list[Event]:
    def at() -> int:
        return T0 + dice.randrange(20)

    events = [order(str(n), at(), dice.choice([0, 40, 60, 100, 101, 240])) for n in range(dice.randrange(1, 6))]
    events += [engaged(f"e{n}", at(), "site_visited") for n in range(dice.randrange(3))]
    events += [refund(f"r{n}", dice.choice([None, "0", "1"]), at(), dice.choice([30, 60])) for n in range(2)]
    events += [cancellation(number, at()) for number in ("1", "2") if dice.random() < 0.3]
    return dice.sample(events, len(events))


def _cut_points(dice: random.Random, policy: Policy) -> list[CutPoints]:
    instants = sorted(T0 + dice.randrange(25) for _ in range(dice.randrange(4)))
    return [
        {
            "version": version,
            "frozen_at": at - 1,
            "effective_at": at,
            "recency": dice.choice([None, sorted(dice.choices(range(12), k=len(policy.within_ms or ())))]),
            "frequency": None if policy.frequency is None else sorted(dice.choices(range(5), k=2)),
            "monetary": None if policy.monetary_minor is None else sorted(dice.choices([60, 100, 200], k=2)),
        }
        for version, at in enumerate(instants, start=1)
    ]
