"""A slice of records in; its facts by customer, and the dead letters of what is no fact, out."""

from collections import Counter
from collections.abc import Sequence

from agents.dead_letters import dead_letter
from agents.run import Record
from agents.work import Work
from schemas.decoding import decode, place
from schemas.facts import FACT_TYPES, CustomerErased, Fact, OrderPlaced
from schemas.order_lines import with_products
from schemas.rejections import Rejected
from schemas.topics import Topics


class Slice:
    """The facts of a slice by customer, in the order of the log."""

    def __init__(self) -> None:
        self.facts: dict[bytes, list[Fact]] = {}
        self.early: dict[bytes, set[int]] = {}
        """The places of those that are ahead of the clock."""
        self.erased: set[bytes] = set()
        """Customers with an erasure among their facts."""


class SliceReader:
    """Reads for one deployment; tallies what it has read and rejected."""

    def __init__(self, topics: Topics) -> None:
        self._feeds = topics.feeds
        self._dead_letters = topics.dead_letters
        self.products = 0
        """So many products of each order are read; none where no policy asks for any."""

    def read(self, work: Work, records: Sequence[Record]) -> Slice:
        """Decode, and gather the facts of each customer: one read and one write for all of them."""
        cut = Slice()
        groups, clock, feeds, products = cut.facts, work.clock, self._feeds, self.products
        kinds: dict[str, list[type[Fact]]] = {topic: [] for topic in feeds}
        for record in records:
            topic = record.topic
            fact = decode(record, feeds[topic])
            if isinstance(fact, Rejected):
                self._reject(work, record, fact)
                continue
            if products and isinstance(fact, OrderPlaced):
                fact = with_products(fact, record.headers, record.value or b"", products)
            kinds[topic].append(type(fact))
            key = record.key
            assert key is not None, "a decoded fact has its customer as key"
            known = groups.get(key)
            if known is None:
                known = groups[key] = []
            at: int = fact.occurred_at
            if at > clock and at > record.timestamp:
                cut.early.setdefault(key, set()).add(len(known))
            elif type(fact) is CustomerErased:
                cut.erased.add(key)
            known.append(fact)
        for topic, read in kinds.items():
            for kind, count in Counter(read).items():
                work.tally.read[topic, FACT_TYPES[kind]] += count
        return cut

    def reject_strangers(self, work: Work, records: Sequence[Record], customer: bytes, home: int) -> None:
        """Reject the facts of a customer whom the partitioner would have sent elsewhere."""
        rejected = Rejected("wrong_partition", "$.customer_id", f"By murmur2 the key belongs to partition {home}")
        for record in records:
            fact = decode(record, self._feeds[record.topic]) if record.key == customer else rejected
            if not isinstance(fact, Rejected):
                work.tally.read[record.topic, FACT_TYPES[type(fact)]] -= 1
                self._reject(work, record, place(record, rejected))

    def _reject(self, work: Work, record: Record, rejected: Rejected) -> None:
        work.tally.rejected[record.topic, rejected.code] += 1
        work.outgoing.append(dead_letter(record, rejected, self._dead_letters))
