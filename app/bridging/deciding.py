"""A fetch of records in, what one transaction of the bridge sends out: facts, dead letters and rows of memory."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

import orjson
from aiokafka import TopicPartition
from msgspec import Struct

from agents.dead_letters import dead_letter
from agents.run import Headers, Record
from app.bridging import document
from app.bridging.joining import Look, Rows, join
from app.bridging.translating import Told, translate
from app.partitioner import partition_of
from app.runtime.sending import Wire
from schemas.decoding import decode
from schemas.rejections import Rejected
from schemas.topics import Feed, Topics

FEED_OF: Final[dict[str, Feed]] = {
    "engaged": "engagement",
    "profile_changed": "customers",
    "customer_erased": "customers",
    "message.delivered": "receipts",
    "message.failed": "receipts",
}
"""Where what is no order belongs."""

SOMEBODY: Final = "somebody"
"""Stands for a customer who is not known yet."""


class _Bare(Struct, frozen=True):
    """A fact as the worker will read it."""

    key: bytes
    value: bytes
    timestamp: int
    headers: Headers = ()


@dataclass(slots=True)
class Decided:
    """What is sent, and what changes in memory; counts are for the log."""

    sends: dict[TopicPartition, list[Wire]] = field(default_factory=dict)
    rows: Rows = field(default_factory=dict)
    facts: int = 0
    rejected: int = 0


class Decider:
    """Maps records of any topic to the inputs of one deployment; decides, sends nothing."""

    def __init__(self, mapping: document.Mapping, topics: Topics, counts: Mapping[str, int], look: Look) -> None:
        """`counts`: partitions of inputs and dead letters; `look` reads the memory."""
        self._mapping = mapping
        self._topics = topics
        self._counts = counts
        self._look = look
        self._topic_of = {feed: topic for topic, feed in topics.feeds.items()}

    def decide(self, records: Iterable[Record]) -> Decided:
        """Decide the records of one transaction, in their order."""
        decided = Decided()
        for record in records:
            self._take(record, decided)
        return decided

    def _take(self, record: Record, decided: Decided) -> None:
        """Translate, let the worker's own decoder judge, join: all facts of a record, or its dead letter."""
        told = translate(record, self._mapping)
        if isinstance(told, Rejected):
            self._reject(record, told, decided)
            return
        wrong = self._wrong(told)
        if wrong is not None:
            self._reject(record, wrong, decided)
            return
        rows = decided.rows

        def look(key: bytes) -> bytes | None:
            return rows[key] if key in rows else self._look(key)

        whole, changed = join(told, look, remember=self._mapping.joins)
        rows.update(changed)
        for fact in whole:
            feed, bare = _bare(fact)
            topic = self._topic_of[feed]
            place = TopicPartition(topic, partition_of(bare.key, self._counts[topic]))
            decided.sends.setdefault(place, []).append((bare.key, bare.value, [], bare.timestamp))
        decided.facts += len(whole)

    def _wrong(self, told: Iterable[Told]) -> Rejected | None:
        """Find a fact that the worker would reject; whoever waits for its customer is judged before it waits."""
        for fact in told:
            try:
                feed, bare = _bare(fact if fact.customer is not None else fact.of(SOMEBODY))
            except orjson.JSONEncodeError:  # half a surrogate pair, a number over 64 bits, a thousand brackets
                return Rejected("invalid_value", "$", "The fact cannot be written as JSON")
            judged = decode(bare, feed)
            if isinstance(judged, Rejected):
                return judged
        return None

    def _reject(self, record: Record, rejected: Rejected, decided: Decided) -> None:
        letter = dead_letter(record, rejected, self._topics.dead_letters)
        place = TopicPartition(letter.topic, record.partition % self._counts[letter.topic])
        decided.sends.setdefault(place, []).append((letter.key, letter.value, letter.headers, letter.timestamp))
        decided.rejected += 1


def _bare(fact: Told) -> tuple[Feed, _Bare]:
    """Write a fact as bare JSON, keyed by its customer."""
    feed = FEED_OF.get(fact.fields["type"], "orders")
    value = orjson.dumps(fact.fields, option=orjson.OPT_SORT_KEYS, default=str)
    return feed, _Bare((fact.customer or "").encode(), value, fact.timestamp)
