"""What a partition does with its records and with passing time: read, decide, and say what to write and send."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from agents.dead_letters import dead_letter
from agents.decisions.customer import Customer
from agents.decisions.endings import REPEATED, Ending
from agents.decisions.explaining import direction
from agents.decisions.timeline import Move, Timeline
from agents.outgoing import Outgoing
from agents.publishing import Publisher
from agents.run import Record
from schemas.decoding import decode
from schemas.facts import FACT_TYPES, Fact
from schemas.policy import Policy
from schemas.rejections import Rejected
from schemas.rows import CustomerRow
from schemas.topics import Topics
from schemas.transitions import CauseType, Direction
from tables.codec import decode_customer, encode
from tables.derived import by_time_entry
from tables.draft import Draft
from tables.keys import CUSTOMER, ORDER, REFUND, WAITING, nested_key
from tables.stored_orders import StoredOrders


@dataclass(slots=True)
class Tally:
    """What metrics want to know of one transaction."""

    read: Counter[tuple[str, str]] = field(default_factory=Counter)
    """Accepted records by topic and type."""
    endings: list[Ending] = field(default_factory=list)
    rejected: Counter[tuple[str, str]] = field(default_factory=Counter)
    """Rejected records by topic and code."""
    late: int = 0
    moved: Counter[tuple[str | None, str | None, Direction, CauseType]] = field(default_factory=Counter)
    decayed_at: list[int] = field(default_factory=list)
    """Instants of the moves that silence made."""
    entered: Counter[str] = field(default_factory=Counter)
    """Change of the number of customers per segment; the empty name counts those without one."""


@dataclass(slots=True)
class Work:
    """One transaction in the making."""

    draft: Draft
    outgoing: list[Outgoing] = field(default_factory=list)
    tally: Tally = field(default_factory=Tally)


@dataclass(frozen=True, slots=True)
class Assignment:
    """Which customers belong here."""

    partition: int
    partition_of: Callable[[bytes], int]


class PartitionWork:
    """Decides for one partition; writes nothing but the draft it is given."""

    def __init__(self, assignment: Assignment, policy: Policy, topics: Topics, *, standings: bool) -> None:
        self._assignment = assignment
        self._policy = policy
        self._topics = topics
        self._publisher = Publisher(topics, policy)
        self._standings = standings

    def absorb(self, work: Work, records: Sequence[Record], detected_at: int) -> None:
        """Decide a slice of records in the order given."""
        groups = self._group(work, records)
        stored_rows = work.draft.get_many([CUSTOMER + customer for customer in groups])
        for (customer, facts), stored in zip(groups.items(), stored_rows, strict=True):
            if stored is None:
                home = self._assignment.partition_of(customer)
                if home != self._assignment.partition:
                    self._reject_strangers(work, records, customer, home)
                    continue
            self._advance(work, customer, stored, facts, detected_at)

    def pass_time(self, work: Work, due: Iterable[tuple[int, bytes]], until: int, detected_at: int) -> None:
        """Move the customers whose entries have fired, as far as they really are due."""
        customers = list(dict.fromkeys(customer for _, customer in due))
        keys = [CUSTOMER + customer for customer in customers]
        for customer, stored in zip(customers, work.draft.get_many(keys), strict=True):
            if stored is None:
                continue
            row = decode_customer(stored)
            if row.due and row.due <= until:
                moved = Customer(customer.decode(), row, StoredOrders(work.draft, customer))
                before = row.segment
                timeline = Timeline(moved, self._policy)
                timeline.pass_time(until)
                self._write(work, customer, moved, timeline.moves, detected_at)
                self._count_entry(work.tally, before, row.segment, new=False)
            if row.due:
                work.draft.dues.append((row.due, customer))

    def _group(self, work: Work, records: Sequence[Record]) -> dict[bytes, list[Fact]]:
        """Decode, and gather the facts of each customer: one read and one write for all of them."""
        groups: dict[bytes, list[Fact]] = {}
        kinds: list[tuple[str, type[Fact]]] = []
        for record in records:
            fact = decode(record)
            if isinstance(fact, Rejected):
                self._reject(work, record, fact)
                continue
            kinds.append((record.topic, type(fact)))
            assert record.key is not None, "a decoded fact has its customer as key"
            known = groups.get(record.key)
            if known is None:
                groups[record.key] = [fact]
            else:
                known.append(fact)
        for (topic, kind), count in Counter(kinds).items():
            work.tally.read[topic, FACT_TYPES[kind]] += count
        return groups

    def _reject(self, work: Work, record: Record, rejected: Rejected) -> None:
        work.tally.rejected[record.topic, rejected.code] += 1
        work.outgoing.append(dead_letter(record, rejected, self._topics.dead_letters))

    def _reject_strangers(self, work: Work, records: Sequence[Record], customer: bytes, home: int) -> None:
        """Reject the facts of a customer whom the partitioner would have sent elsewhere."""
        rejected = Rejected("wrong_partition", "$.customer_id", f"By murmur2 the key belongs to partition {home}")
        for record in records:
            fact = decode(record) if record.key == customer else rejected
            if not isinstance(fact, Rejected):
                work.tally.read[record.topic, FACT_TYPES[type(fact)]] -= 1
                self._reject(work, record, rejected)

    def _advance(self, work: Work, key: bytes, stored: bytes | None, facts: list[Fact], detected_at: int) -> None:
        row = decode_customer(stored) if stored is not None else CustomerRow()
        before, due = row.segment, row.due
        customer = Customer(facts[0].customer_id, row, StoredOrders(work.draft, key))
        timeline = Timeline(customer, self._policy)
        timeline.take(facts)
        work.tally.endings += timeline.endings
        work.tally.late += timeline.late
        if REPEATED.issuperset(timeline.endings):
            return
        if row.due and (not due or row.due < due):
            work.draft.dues.append((row.due, key))
        self._write(work, key, customer, timeline.moves, detected_at)
        self._count_entry(work.tally, before, row.segment, new=stored is None)

    def _write(self, work: Work, key: bytes, customer: Customer, moves: Sequence[Move], detected_at: int) -> None:
        draft, row = work.draft, customer.row
        draft.rows[CUSTOMER + key] = encode(row)
        if customer.orders or customer.refunds or customer.waiting:
            self._write_orders(draft, customer, key)
        for move in moves:
            self._count_move(work.tally, move)
            work.outgoing.append(self._publisher.transition(move, key, detected_at))
        if self._standings and row.at:  # until then all she has waits for its order
            work.outgoing.append(self._publisher.standing(customer.id, key, row))

    def _count_entry(self, tally: Tally, before: str | None, after: str | None, *, new: bool) -> None:
        if new or after != before:
            tally.entered[after or ""] += 1
            if not new:
                tally.entered[before or ""] -= 1

    def _count_move(self, tally: Tally, move: Move) -> None:
        way = direction(move.from_segment, move.to_segment, self._policy)
        tally.moved[move.from_segment, move.to_segment, way, move.cause.type] += 1
        if move.cause.type == "decay":
            tally.decayed_at.append(move.effective_at)

    def _write_orders(self, draft: Draft, customer: Customer, key: bytes) -> None:
        for order_id, order in customer.orders.items():
            draft.rows[nested_key(ORDER, key, order_id)] = encode(order)
            index, present = by_time_entry(key, order_id.encode(), order)
            draft.by_time.setdefault(key, {})[index] = present
        for refund_id, refund in customer.refunds.items():
            draft.rows[nested_key(REFUND, key, refund_id)] = encode(refund)
        for order_id, waiting in customer.waiting.items():
            stored = encode(waiting) if waiting is not None else None
            draft.rows[nested_key(WAITING, key, order_id)] = stored
