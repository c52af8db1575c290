"""Journeys, the facts and the moves of a customer in; every step that is worked, with its instant, out.

Each journey is followed to its end with all that is known of the customer in hand; nothing is kept from one instant to
the next.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from .orders import Event

Steps = Sequence[Mapping[str, Any]]
"""As a policy writes them, but lengths are in ms."""
ORDERS = ("order_placed", "order_cancelled", "order_refunded")


@dataclass(frozen=True, slots=True)
class Journey:
    """`engaged` or `to`: the kind of engagement, or the segment, that makes a customer set out."""

    id: str
    engaged: str | None
    to: str | None
    stop_on: frozenset[str]
    steps: Steps


class Deed(NamedTuple):
    """What a step asks for: its name, its kind (message, reward, alert) and what it names."""

    journey: str
    step: str
    at: int
    kind: str
    named: str


class _End(NamedTuple):
    """When a journey is over, and whether a fact has ended it: then it may begin anew at that very instant."""

    at: float
    by_fact: bool


def deeds(journey: Journey, events: Iterable[Event], moves: Iterable[Mapping[str, Any]], until: int) -> list[Deed]:
    """Of one customer, no two of whose events are of one millisecond, up to and including an instant."""
    told = sorted(events, key=lambda event: int(event["occurred_at"]))
    facts = [(_name(event), int(event["occurred_at"])) for event in told]
    found: list[Deed] = []
    end = _End(-1, by_fact=True)
    for start in _starts(journey, facts, moves):
        if start > end.at or (start == end.at and end.by_fact):
            way = _Way(journey, facts, start)
            found += [deed for deed in way.deeds if deed.at <= until]
            end = way.end
    return found


def _name(event: Event) -> str:
    return str(event["kind"] if event["type"] == "engaged" else event["type"])


def _starts(journey: Journey, facts: Sequence[tuple[str, int]], moves: Iterable[Mapping[str, Any]]) -> list[int]:
    if journey.engaged is not None:
        return [at for name, at in facts if name == journey.engaged]
    return [move["effective_at"] for move in moves if move["to"] == journey.to]


class _Way:
    """One customer's way through one journey."""

    def __init__(self, journey: Journey, facts: Sequence[tuple[str, int]], start: int) -> None:
        ending = journey.stop_on | {"customer_erased"}
        self._journey = journey.id
        self._facts = [(name, at) for name, at in facts if at > start]
        self._by_fact = False
        stopped = min((at for name, at in self._facts if name in ending), default=None)
        worked = list(self._work(journey.steps, "", [start]))
        self.deeds = [deed for deed in worked if deed.at == start or stopped is None or deed.at < stopped]
        over = self._now
        self.end = _End(over, self._by_fact) if stopped is None or over < stopped else _End(stopped, by_fact=True)

    def _work(self, steps: Steps, prefix: str, now: list[int]) -> Iterator[Deed]:
        """Work steps from an instant on; `now` holds the one that has been come to."""
        for number, step in enumerate(steps, 1):
            name = step.get("id", f"{prefix}{number}")
            if "wait" in step:
                now[0], self._by_fact = now[0] + step["wait"], False
            elif "branch" in step:
                yield from self._branch(step["branch"], name, now)
            else:
                (kind,) = step.keys() - {"id"}
                named = step[kind]["template"] if kind == "message" else step[kind]
                yield Deed(self._journey, name, now[0], kind, named)
        self._now = now[0]

    def _branch(self, branch: Mapping[str, Any], name: str, now: list[int]) -> Iterator[Deed]:
        last = now[0] + branch["within"]
        came = [at for fact, at in self._facts if fact == branch["on"] and now[0] < at <= last]
        now[0], self._by_fact = (came[0], True) if came else (last, False)
        way = "then" if came else "otherwise"
        yield from self._work(branch.get(way, ()), f"{name}.{way}.", now)
