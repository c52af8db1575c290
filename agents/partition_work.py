"""What a partition does with its records and with passing time: read, decide, and say what to write and send."""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass

from agents.ahead import Waiting, catch_up
from agents.customer_writing import CustomerWriter
from agents.decisions.customer import Customer
from agents.decisions.endings import UNCHANGED
from agents.decisions.explaining import direction
from agents.decisions.full_timeline import timeline
from agents.decisions.in_force import InForce
from agents.decisions.life import Life
from agents.decisions.moves import Brink, BrinkCleared, Move, Retraction, ScoreChange
from agents.decisions.whole_life import reborn
from agents.run import Record
from agents.slices import SliceReader
from agents.work import Tally, Work
from schemas.customer_row import CustomerRow
from schemas.facts import CustomerErased, Fact
from schemas.policy import Policy
from schemas.topics import Topics
from tables.codec import decode_tombstone
from tables.customer_codec import decode_customer
from tables.keys import CUSTOMER
from tables.stored_customer import StoredCustomer
from tables.tombstones import Tombstones


@dataclass(frozen=True, slots=True)
class Assignment:
    """Which customers belong here, and under which secret erased ones are marked."""

    partition: int
    partition_of: Callable[[bytes], int]
    tombstones: Tombstones


class PartitionWork:
    """Decides for one partition; writes nothing but the draft it is given."""

    def __init__(
        self, assignment: Assignment, policy: Policy, topics: Topics, *, standings: bool, scores: bool = False
    ) -> None:
        """`standings`, `scores`: whether the standing of every customer and changes of score are published."""
        self._assignment = assignment
        self._policy = policy
        self._in_force = InForce(policy, scores=scores)
        self._reader = SliceReader(topics)
        self._writer = CustomerWriter(topics, self._in_force, assignment.tombstones, standings=standings)

    def absorb(self, work: Work, records: Sequence[Record]) -> None:
        """Decide a slice of records in the order given."""
        cut = self._reader.read(work, records)
        stored_rows = work.draft.get_many([CUSTOMER + customer for customer in cut.facts])
        for (customer, facts), stored in zip(cut.facts.items(), stored_rows, strict=True):
            if stored is None:
                home = self._assignment.partition_of(customer)
                if home != self._assignment.partition:
                    self._reader.reject_strangers(work, records, customer, home)
                    continue
            if customer in cut.erased:
                self._advance_by_lives(work, customer, facts, cut.early.get(customer, ()))
            else:
                self._advance(work, customer, stored, facts, early=cut.early.get(customer, ()))

    def pass_time(self, work: Work, due: Iterable[tuple[int, bytes]], until: int) -> None:
        """Move the customers whose entries have fired, as far as they really are due."""
        customers = list(dict.fromkeys(customer for _, customer in due))
        keys = [CUSTOMER + customer for customer in customers]
        for customer, stored in zip(customers, work.draft.get_many(keys), strict=True):
            if stored is None:
                continue
            wake = decode_customer(stored).wake
            if wake and wake <= until:
                self._advance(work, customer, stored, (), until=until)
            elif wake:
                work.draft.dues.append((wake, customer))

    def _advance_by_lives(self, work: Work, key: bytes, facts: Sequence[Fact], early: Collection[int]) -> None:
        """Cut the facts behind every erasure: whatever came before it in the log goes with it, waiting or not."""
        start = 0
        for end, fact in enumerate(facts, 1):
            if end == len(facts) or (isinstance(fact, CustomerErased) and end - 1 not in early):
                waits = {n - start for n in early if start <= n < end}
                self._advance(work, key, work.draft.get(CUSTOMER + key), facts[start:end], early=waits)
                start = end

    def _advance(
        self,
        work: Work,
        key: bytes,
        stored: bytes | None,
        facts: Sequence[Fact],
        *,
        early: Collection[int] = (),
        until: int | None = None,
    ) -> None:
        """Live a customer on: through her facts, of which the early ones wait, and through time up to an instant."""
        row = decode_customer(stored) if stored is not None else self._newborn(work, key)
        before, waited = row.segment, row.ahead
        wake = row.wake if waited else row.due  # a property would be asked for every order
        if waited or early:
            waiting = Waiting(work.draft, key)
            facts = catch_up(waiting, row, waiting.sift(facts, early), until)
            work.tally.endings += waiting.endings
        customer = self._customer(work, key, row)
        life = Life(customer, timeline(customer, self._in_force), self._policy)
        next_life = life.take(facts)
        if until is not None and not customer.erased:
            life.pass_time(until)
        _count(work.tally, life, self._policy)
        if UNCHANGED.issuperset(life.endings) and until is None and row.ahead == waited:
            return
        self._writer.write(work, key, stored, customer, life)
        if stored is None or customer.erased or row.segment != before:
            known = not customer.erased and work.draft.get(CUSTOMER + key) is not None
            _count_entry(work.tally, (before,) if stored is not None else (), (row.segment,) if known else ())
        if next_life:
            self._advance(work, key, None, next_life)
            return
        after = row.wake if row.ahead else row.due
        if after and not customer.erased and (until is not None or not wake or after < wake):
            work.draft.dues.append((after, key))

    def _customer(self, work: Work, key: bytes, row: CustomerRow) -> Customer:
        decided_before = self._decided_before(work, key) if row.erased_at else None
        return Customer(key.decode(), row, StoredCustomer(work.draft, key, self._policy.engagement, decided_before))

    def _newborn(self, work: Work, key: bytes) -> CustomerRow:
        """Begin a life: the first, or one after an erasure, whose sequence goes on."""
        stored = work.draft.get(self._assignment.tombstones.key(key))
        if stored is None:
            return CustomerRow()
        left = decode_tombstone(stored)
        last = CustomerRow()
        last.at, last.moved_at = left.reached, left.moved_at
        last.sequence, last.erased_at = left.sequence, left.erased_at
        return reborn(last)

    def _decided_before(self, work: Work, key: bytes) -> Callable[[str], bool]:
        """Ask what is left of an erased life for its reward ids."""
        tombstones = self._assignment.tombstones
        stored = work.draft.get(tombstones.key(key))
        assert stored is not None, "who was erased left a tombstone"
        occasions = frozenset(decode_tombstone(stored).occasions)
        return lambda reward: tombstones.mark(reward.encode()) in occasions


def _count(tally: Tally, life: Life, policy: Policy) -> None:
    tally.endings += life.endings
    if not (life.late or life.timeline.told or life.rewards):
        return
    tally.late += life.late
    tally.ancient += life.ancient
    for told in life.timeline.told:
        match told:
            case Move(silent=False):
                way = direction(told.from_segment, told.to_segment, policy)
                tally.moved[told.from_segment, told.to_segment, way, told.cause.type] += 1
                if told.cause.type == "decay" and not told.late:
                    tally.decayed_at.append(told.effective_at)
            case Retraction():
                tally.retracted += 1
            case Brink() | BrinkCleared():
                tally.brinks["announced" if isinstance(told, Brink) else "cleared"] += 1
            case Move() | ScoreChange():
                pass
    for decided in life.rewards:
        tally.rewarded[decided.rule.id, "granted" if decided.granted else "limit"] += 1


def _count_entry(tally: Tally, left: Iterable[str | None], entered: Iterable[str | None]) -> None:
    """Count a customer out of one segment and into another; the empty name stands for none."""
    for segment in left:
        tally.entered[segment or ""] -= 1
    for segment in entered:
        tally.entered[segment or ""] += 1
