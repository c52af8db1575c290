"""A world whose customers go on journeys, whatever becomes of the workers: what steps ask for, by full knowledge."""

from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, ClassVar, Final, NamedTuple

from agents.decisions.occasions import Decided
from agents.decisions.steps_taken import Alerted, Said
from agents.decisions.whole_life import live
from app.control.documents import compiled
from app.control.first_policy import first_record
from schemas.control import PolicyRecord
from tables.codec import decode_loyalty
from tables.keys import LOYALTY
from tests.builders import fact_of
from tests.kafka.audit import DECIDED
from tests.kafka.reading import Read
from tests.simulation.invariants import folded, reads
from tests.simulation.load import PUNCTUAL
from tests.simulation.world import World

POLICY: Final = first_record(str(Path(__file__).with_name("journeys.yaml")))


class Deed(NamedTuple):
    """What a step has asked for: the same of who decides it and of who reads it."""

    customer: str
    id: str
    journey: str
    """That of a reward is not told, nor is its step."""
    step: str
    at: int
    named: str
    """The template, the alert, or the rule and whether it was granted."""
    segment: str | None = None


class JourneyWorld(World):
    """Two journeys: one from the first order on with a branch, one from a move down on that an order ends."""

    policy: ClassVar[PolicyRecord] = POLICY
    settling_seconds: ClassVar[float] = 2.4
    apart: ClassVar[frozenset[str]] = frozenset({"second-order", "come-back"})

    def more_violations(self) -> list[str]:
        """Each step is taken once, of who is punctual those of full knowledge, and in the end nobody is on her way."""
        deeds = list(self._deeds())
        ids = Counter(deed.id for deed in deeds)
        return [
            *(f"journeys: {name} stands {count} times" for name, count in ids.items() if count > 1),
            *(self._unlike(deeds) if not self.faults.jumped else ()),
            *self._on_their_way(),
        ]

    def _deeds(self) -> Iterator[Deed]:
        for told in self._told(self.topics.messages):
            named = told["template"]
            yield Deed(*_whose(told, "message_id"), named, told["fields"].get("segment"))
        for told in self._told(self.topics.alerts):
            yield Deed(*_whose(told, "alert_id"), told["alert"], told["segment"])
        for read in reads(self.broker, self.topics.rewards):
            if read.payload["rule"] in self.apart and read.header("ce_type") in DECIDED:
                yield _decided(read)

    def _told(self, topic: str) -> Iterator[dict[str, Any]]:
        return (read.payload for read in reads(self.broker, topic))

    def _unlike(self, deeds: Iterable[Deed]) -> Iterator[str]:
        found = Counter(deed for deed in deeds if deed.customer in PUNCTUAL)
        wanted = Counter(deed for customer in PUNCTUAL for deed in self._in_full_knowledge(customer))
        yield from (f"journeys: missing {deed}" for deed in (wanted - found).elements())
        yield from (f"journeys: not expected {deed}" for deed in (found - wanted).elements())

    def _in_full_knowledge(self, customer: str) -> Iterator[Deed]:
        facts = [fact_of(event) for event in self.load.events if event["customer_id"] == customer]
        lived = live(customer, facts, compiled(self.policy), self.broker.now())
        for step in lived.steps:
            if isinstance(step, Said):
                message = step.message
                yield Deed(customer, step.id, step.journey, step.step, step.at, message.template, message.segment)
            elif isinstance(step, Alerted):
                yield Deed(customer, step.id, step.journey, step.step, step.at, step.alert, step.segment)
        for one in lived.rewards:
            if isinstance(one, Decided) and one.rule.id in self.apart:
                named = f"{one.rule.id} {'granted' if one.granted else 'withheld'}"
                yield Deed(customer, one.reward_id, "", "", one.at, named)

    def _on_their_way(self) -> Iterator[str]:
        for partition in range(self.partitions):
            log = self.changelog(partition)
            for key, value in folded(log, log.end).items():
                if key[:1] == LOYALTY and (left := decode_loyalty(value).journeys):
                    yield f"journeys: {key!r} is still on {left}"


def _whose(told: dict[str, Any], identity: str) -> tuple[str, str, str, str, int]:
    return told["customer_id"], told[identity], told["journey"], told["step"], told["effective_at"]


def _decided(read: Read) -> Deed:
    told = read.payload
    outcome = read.header("ce_type").removeprefix("reward.")
    return Deed(told["customer_id"], told["reward_id"], "", "", told["effective_at"], f"{told['rule']} {outcome}")
