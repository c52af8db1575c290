"""What a partition does with its records and with passing time: read, decide, and say what to write and send."""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass

from agents.ahead import Waiting, catch_up
from agents.customer_reading import CustomerReader
from agents.customer_writing import CustomerWriter
from agents.decisions.customer import Customer
from agents.decisions.endings import UNCHANGED, are_all
from agents.decisions.frozen import held, holds
from agents.decisions.full_timeline import timeline
from agents.decisions.in_force import InForce
from agents.decisions.life import Life
from agents.decisions.line import InLine
from agents.decisions.outlook import Leaving, leavings
from agents.freezing import Freeze
from agents.looking_again import look_now
from agents.run import Record
from agents.slices import SliceReader
from agents.tallying import count, count_entry
from agents.work import Work
from schemas.customer_row import CustomerRow
from schemas.facts import CustomerErased, Fact
from schemas.policy import Policy
from schemas.topics import Topics
from tables.customer_codec import decode_customer, has_no_tail, read_holdings
from tables.keys import CUSTOMER
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
        self._topics = topics
        self._standings = standings
        self._reader = SliceReader(topics)
        self._customers = CustomerReader(assignment.tombstones)
        self.obey(InForce(policy, scores=scores))

    def obey(self, in_force: InForce) -> None:
        """Decide by these policies and cut points from now on."""
        self.in_force = in_force
        self._reader.products = max(policy.products for policy in in_force.policies)
        self._writer = CustomerWriter(self._topics, in_force, self._assignment.tombstones, standings=self._standings)

    def absorb(self, work: Work, records: Sequence[Record]) -> None:
        """Decide a slice of records in the order given."""
        cut = self._reader.read(work, records)
        stored_rows = work.draft.get_many([CUSTOMER + customer for customer in cut.facts])
        for number, (customer, facts) in enumerate(cut.facts.items()):
            stored = stored_rows[number]
            if stored is None:
                home = self._assignment.partition_of(customer)
                if home != self._assignment.partition:
                    self._reader.reject_strangers(work, records, customer, home)
                    continue
            if customer in cut.erased:
                self._advance_by_lives(work, customer, facts, cut.early.get(customer, ()))
            else:
                self.advance(work, customer, stored, facts, early=cut.early.get(customer, ()))

    def pass_time(self, work: Work, due: Iterable[tuple[int, bytes]], until: int) -> None:
        """Move the customers whose entries have fired, as far as they really are due."""
        customers = list(dict.fromkeys(customer for _, customer in due))
        keys = [CUSTOMER + customer for customer in customers]
        for customer, stored in zip(customers, work.draft.get_many(keys), strict=True):
            if stored is None:
                continue
            wake = self._wake_again(decode_customer(stored), until)
            if wake and wake <= until:
                self.advance(work, customer, stored, (), until=until)
            elif wake:
                work.draft.dues.append((wake, customer))

    def look_again(self, work: Work, waiting: InLine, until: int) -> bool:
        """Live a customer on to an instant, and look there at what waits; False: she has passed it already."""
        key = waiting.customer_id.encode()
        stored = look_now(work.draft, key, waiting.reward, until)
        if stored is not None:
            self.advance(work, key, stored, (), until=until)
        return stored is not None

    def take_down(self, work: Work, freeze: Freeze, key: bytes, stored: bytes) -> None:
        """Take down what a customer holds at a freeze, unless that has been done already."""
        if freeze.policy.window_ms is None and has_no_tail(stored):
            newest, frequency, monetary = read_holdings(stored)
            freeze.hold(holds(newest, frequency, monetary, freeze.row.at))
            return
        row = decode_customer(stored)
        if row.ahead:
            come = self._come_to(work, key, stored, freeze.row.at)
            if come is None:
                return
            row = decode_customer(come)
        self._hold(work, freeze, key, row)

    def _hold(self, work: Work, freeze: Freeze, key: bytes, row: CustomerRow) -> None:
        policy, at = freeze.policy, freeze.row.at
        if row.frozen == at:
            return
        leaving: Iterable[Leaving] = ()
        if policy.window_ms is not None:  # else no customer need be made of a row
            leaving = leavings(self._customers.customer(work, key, row, policy), row.at, policy)
        freeze.hold(held(row, leaving, at))

    def _advance_by_lives(self, work: Work, key: bytes, facts: Sequence[Fact], early: Collection[int]) -> None:
        """Cut the facts behind every erasure: whatever came before it in the log goes with it, waiting or not."""
        start = 0
        for end, fact in enumerate(facts, 1):
            if end == len(facts) or (isinstance(fact, CustomerErased) and end - 1 not in early):
                waits = {n - start for n in early if start <= n < end}
                self.advance(work, key, work.draft.get(CUSTOMER + key), facts[start:end], early=waits)
                start = end

    def advance(
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
        freeze = work.freeze if work.freeze is not None and work.freeze.awaits(key, until) else None
        if freeze is not None and stored is not None:
            stored = self._come_to(work, key, stored, freeze.row.at)
        row = decode_customer(stored) if stored is not None else self._customers.newborn(work.draft, key)
        before, waited = row.segment, row.ahead
        wake = row.wake if waited or row.booked else row.due  # a property would be asked for every order
        if waited or early:
            waiting = Waiting(work.draft, key)
            facts = catch_up(waiting, row, waiting.sift(facts, early), until)
            work.tally.endings += waiting.endings
        policy = self._policy_for(row, facts)
        customer = self._customers.customer(work, key, row, policy)
        life = Life(customer, timeline(customer, self.in_force), policy)
        next_life = life.take(facts)
        if until is not None and not customer.erased:
            life.pass_time(until)
        count(work.tally, life, self.in_force)
        idle = are_all(life.endings, UNCHANGED) and until is None and row.ahead == waited
        if idle and not _has_decided(customer, life):
            return
        if freeze is not None:
            self._hold_before(work, freeze, key, stored, row)
        self._writer.write(work, key, stored, customer, life)
        if stored is None or customer.erased or row.segment != before:
            _count_entry(work, key, (before,) if stored is not None else (), customer)
        if next_life:
            self.advance(work, key, None, next_life)
        elif not customer.erased:
            self._book(work, key, row, wake if until is None else 0)

    def _hold_before(self, work: Work, freeze: Freeze, key: bytes, stored: bytes | None, row: CustomerRow) -> None:
        """Take down what a customer held before what changes her row now, and let the row say so."""
        if stored is not None:
            self._hold(work, freeze, key, decode_customer(stored))
        row.frozen = freeze.row.at

    def _come_to(self, work: Work, key: bytes, stored: bytes, at: int) -> bytes | None:
        """Let what has waited for an instant act, where it has not yet: it counts in a freeze at that instant."""
        ahead = decode_customer(stored).ahead
        if not ahead or ahead > at:
            return stored
        self.advance(work, key, stored, (), until=at)
        return work.draft.get(CUSTOMER + key)

    def _policy_for(self, row: CustomerRow, facts: Sequence[Fact]) -> Policy:
        """Give the policy by which facts are kept and rewarded."""
        if not self.in_force.rolls:
            return self.in_force.policy
        return self.in_force.policy_at(max([row.at, *(int(fact.occurred_at) for fact in facts)]))

    def _book(self, work: Work, key: bytes, row: CustomerRow, noted: int) -> None:
        """Note when a customer must be looked at again, unless that is noted for no later; 0 = nothing is noted."""
        after = self._wake_again(row, work.clock)
        if after and (not noted or after < noted):
            work.draft.dues.append((after, key))

    def _wake_again(self, row: CustomerRow, clock: int) -> int:
        """Say when a customer must be looked at again: at once where a late fact has left her before a turn."""
        after = row.wake if row.ahead or row.booked else row.due
        if not (self.in_force.varies and row.met):
            return after
        turn = self.in_force.turn_after(row, row.at)
        return min(after or turn, turn) if turn and turn <= clock else after


def _count_entry(work: Work, key: bytes, was: tuple[str | None, ...], customer: Customer) -> None:
    """Count a customer where she stands now instead of where she `was`, if she was known."""
    known = not customer.erased and work.draft.get(CUSTOMER + key) is not None
    count_entry(work.tally, was, (customer.row.segment,) if known else ())


def _has_decided(customer: Customer, life: Life) -> bool:
    """Tell whether what was due before a fact has come about: that is to be kept, also where the fact is nothing.

    Budgets above all have paid for it.
    """
    changed = customer.changed is not None or customer.loyalty_changes > 0
    return changed or bool(life.rewards or life.steps or life.timeline.told)
