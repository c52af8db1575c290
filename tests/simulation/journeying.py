"""A world whose customers go on journeys, whatever becomes of the workers: what steps ask for, by full knowledge."""

from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import ClassVar, Final

from agents.decisions.in_force import InForce
from app.control.documents import compiled
from app.control.first_policy import first_record
from schemas.control import PolicyRecord
from tables.codec import decode_loyalty
from tables.keys import LOYALTY
from tests.kafka.deeds import Deed, deeds_of, lived, published_deeds
from tests.simulation.invariants import folded, reads
from tests.simulation.load import PUNCTUAL
from tests.simulation.world import World

POLICY: Final = first_record(str(Path(__file__).with_name("journeys.yaml")))


class JourneyWorld(World):
    """Two journeys: one from the first order on with a branch, one from a move down on that an order ends."""

    policy: ClassVar[PolicyRecord] = POLICY
    settling_seconds: ClassVar[float] = 2.4
    apart: ClassVar[frozenset[str]] = frozenset({"second-order", "come-back"})

    def more_violations(self) -> list[str]:
        """Each step is taken once, of who is punctual those of full knowledge, and in the end nobody is on her way."""
        topics = self.topics
        messages, alerts, rewards = (reads(self.broker, t) for t in (topics.messages, topics.alerts, topics.rewards))
        deeds = list(published_deeds(messages, alerts, rewards, self.apart))
        ids = Counter(deed.id for deed in deeds)
        return [
            *(f"journeys: {name} stands {count} times" for name, count in ids.items() if count > 1),
            *(self._unlike(deeds) if not self.faults.jumped else ()),
            *self._on_their_way(),
        ]

    def _unlike(self, deeds: Iterable[Deed]) -> Iterator[str]:
        found = Counter(deed for deed in deeds if deed.customer in PUNCTUAL)
        wanted = Counter(deed for customer in PUNCTUAL for deed in self._in_full_knowledge(customer))
        yield from (f"journeys: missing {deed}" for deed in (wanted - found).elements())
        yield from (f"journeys: not expected {deed}" for deed in (found - wanted).elements())

    def _in_full_knowledge(self, customer: str) -> Iterator[Deed]:
        events = [event for event in self.load.events if event["customer_id"] == customer]
        life = lived(customer, events, InForce(compiled(self.policy)), self.broker.now())
        return deeds_of(customer, life, self.apart)

    def _on_their_way(self) -> Iterator[str]:
        for partition in range(self.partitions):
            log = self.changelog(partition)
            for key, value in folded(log, log.end).items():
                if key[:1] == LOYALTY and (left := decode_loyalty(value).journeys):
                    yield f"journeys: {key!r} is still on {left}"
