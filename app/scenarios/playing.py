"""A scenario in; what came of its customer, and where that differs from what is expected, out."""

from collections.abc import Iterator, Sequence
from typing import Any, Final, NamedTuple

from agents.decisions.explaining import direction
from agents.decisions.moves import Brink, BrinkCleared, Move
from agents.decisions.occasions import Decided
from agents.decisions.steps_taken import Alerted, GivenUp
from agents.decisions.whole_life import Lived, live
from app.scenarios.asked import Asked, asked_by_step, asked_of_rule, name_messages
from app.scenarios.deeds import CUSTOMER
from app.scenarios.file import Scenario, ScenarioFile
from app.scenarios.given_document import Timed
from app.scenarios.spelling import Spelling
from app.scenarios.then_document import (
    AlertExpected,
    BrinkExpected,
    MessageExpected,
    RewardExpected,
    ThenDocument,
    TransitionExpected,
    UndeliverableExpected,
)
from schemas.policy import Policy


class Difference(NamedTuple):
    """Something that is not as expected, as the file would spell it."""

    path: str
    expected: str
    got: str


class Played(NamedTuple):
    """A scenario and how it ended."""

    name: str
    line: int
    differences: list[Difference]


_MEASURES: Final = {
    "recency": "recency_ms",
    "tenure": "tenure_ms",
    "frequency": "frequency",
    "monetary": "monetary_minor",
    "average_order_value": "average_order_minor",
    "r": "r",
    "f": "f",
    "m": "m",
}


def play(scenario: Scenario, file: ScenarioFile) -> Played:
    """Live the customer of a scenario, in full knowledge of it, and compare."""
    document = scenario.document
    facts, unasked = name_messages(CUSTOMER, scenario.facts, file.policy)
    lived = live(CUSTOMER, facts, file.policy, document.end(file.start))
    found = [Difference(f"given.{one.place}", one.template, "no such message was asked for by then") for one in unasked]
    found += _Comparison(lived, file.policy, file.start).differences(document.then)
    return Played(document.name, scenario.line, found)


class _Comparison:
    """Compares what is said, and nothing else."""

    def __init__(self, lived: Lived, policy: Policy, start: int) -> None:
        self._lived = lived
        self._policy = policy
        self._start = start
        self._spell = Spelling(policy, start)

    def differences(self, then: ThenDocument) -> Iterator[Difference]:
        """Give them in the order of the document's shape."""
        said = then.model_fields_set
        if "segment" in said:
            yield from _unequal("segment", then.segment or "null", self._lived.standing.segment or "null")
        if "transitions" in said:
            moves = [one for one in self._lived.publications if isinstance(one, Move) and not one.silent]
            yield from self._each("transitions", then.transitions, moves)
        if "brinks" in said:
            told = [one for one in self._lived.publications if isinstance(one, Brink | BrinkCleared)]
            yield from self._each("brinks", then.brinks, told)
        if "rewards" in said:
            yield from self._each("rewards", then.rewards, self._decided())
        if "messages" in said:
            yield from self._each("messages", then.messages, self._asked())
        if "alerts" in said:
            alerts = [one for one in self._lived.steps if isinstance(one, Alerted)]
            yield from self._each("alerts", then.alerts, sorted(alerts, key=_instant))
        if "undeliverable" in said:
            lost = [one for one in self._lived.steps if isinstance(one, GivenUp) and one.reason is not None]
            yield from self._each("undeliverable", then.undeliverable, sorted(lost, key=_instant))
        if "points" in said:
            yield from _unequal("points", f"{then.points:,}", f"{self._lived.row.points:,}")
        if "next" in said:
            yield from self._next(then)
        yield from self._measures(then)

    def _decided(self) -> list[Decided]:
        order = {rule.id: number for number, rule in enumerate(self._policy.rewards)}
        decided = [one for one in self._lived.rewards if isinstance(one, Decided)]
        return sorted(decided, key=lambda decided: (decided.at, order[decided.rule.id]))

    def _asked(self) -> list[Asked]:
        of_rules = [asked for one in self._decided() for asked in asked_of_rule(one)]
        return sorted([*of_rules, *asked_by_step(self._lived)], key=_instant)

    def _each(self, path: str, expected: Sequence[Any], got: Sequence[Any]) -> Iterator[Difference]:
        """Compare lists: one by one if they are equally long, else as a whole."""
        spell = self._spell
        if len(expected) != len(got):
            yield Difference(
                path, spell.list([spell.expected(one) for one in expected]), spell.list(map(spell.got, got))
            )
            return
        for number, (wanted, found) in enumerate(zip(expected, got, strict=True)):
            if not self._fits(wanted, found):
                yield Difference(f"{path}.{number}", spell.expected(wanted), spell.got(found))

    def _fits(self, wanted: Any, found: Any) -> bool:
        if isinstance(wanted, RewardExpected):
            return (wanted.rule, wanted.withheld) == (found.rule.id, found.withheld)
        if isinstance(wanted, MessageExpected):
            named = (wanted.template, wanted.channel or found.channel)
            return named == (found.template, found.channel) and self._at(wanted, found.at)
        if isinstance(wanted, UndeliverableExpected):
            named = (wanted.template, wanted.reason or found.reason)
            return named == (found.content.template, found.reason) and self._at(wanted, found.at)
        if isinstance(wanted, AlertExpected):
            return bool(wanted.alert == found.alert) and self._at(wanted, found.at)
        if isinstance(wanted, TransitionExpected):
            return self._moved(wanted, found) and self._at(wanted, found.effective_at)
        assert isinstance(wanted, BrinkExpected)
        if wanted.announced is not None:
            told = isinstance(found, Brink) and found.to == wanted.announced
            told = told and wanted.lead in (None, getattr(found, "lead_ms", None))
        else:
            told = isinstance(found, BrinkCleared) and found.to == wanted.cleared
        return told and self._at(wanted, found.effective_at)

    def _moved(self, wanted: TransitionExpected, move: Move) -> bool:
        going = direction(move.from_segment, move.to_segment, self._policy)
        return (
            wanted.to == move.to_segment
            and ("origin" not in wanted.model_fields_set or wanted.origin == move.from_segment)
            and wanted.direction in (None, going)
            and wanted.cause in (None, move.cause.type)
            and wanted.due in (None, move.cause.due)
        )

    def _at(self, wanted: Timed, instant: int) -> bool:
        return wanted.instant(self._start) in (None, instant)

    def _next(self, then: ThenDocument) -> Iterator[Difference]:
        wanted, found = then.next, self._lived.standing.next
        if wanted is None or found is None:
            fits = wanted is None and found is None
        else:
            fits = wanted.to == found.to and self._at(wanted, found.at)
        if not fits:
            yield Difference("next", self._spell.next_expected(wanted), self._spell.next_got(found))

    def _measures(self, then: ThenDocument) -> Iterator[Difference]:
        measures = self._lived.standing.measures
        for name, field in _MEASURES.items():
            if name in then.measures.model_fields_set:
                wanted = self._spell.measure_expected(name, getattr(then.measures, name))
                yield from _unequal(f"measures.{name}", wanted, self._spell.measure_got(name, getattr(measures, field)))


def _instant(told: Asked | Alerted | GivenUp) -> int:
    return told.at


def _unequal(path: str, expected: str, got: str) -> Iterator[Difference]:
    if expected != got:
        yield Difference(path, expected, got)
