"""A customer's instants in; her appointments, kept in order between her moves, and what rewards bring, out."""

from mypy_extensions import mypyc_attr

from agents.decisions import rewarding
from agents.decisions.appointments import belated, next_instant, upcoming
from agents.decisions.customer import Customer
from agents.decisions.explaining import ActingFact
from agents.decisions.journeys import Travels
from agents.decisions.keeping import keep
from agents.decisions.occasions import Decided
from agents.decisions.steps_taken import Alerted, Said
from agents.decisions.timeline import Timeline
from schemas.facts import FACT_TYPES, Engaged, OrderPlaced
from schemas.policy import Policy
from schemas.reward_rules import Conditions

Seen = tuple[Policy, bool, str | None, int, int, tuple[int, int]]
"""What appointments are made of: where another is, they are booked anew."""


@mypyc_attr(acyclic=True, free_list_len=1)
class Diary:
    """Of customers whose rewards ask for more than what has just happened; all others do without.

    At one instant facts come first, then moves, then appointments. Every instant is rewarded as soon as it is settled.
    """

    __slots__ = ("_customer", "_noted", "_rewards", "_seen", "_timeline", "_travels")

    def __init__(
        self, customer: Customer, timeline: Timeline, rewards: list[Decided], steps: list[Said | Alerted]
    ) -> None:
        """`rewards`, `steps`: where everything that is decided goes, and what journeys ask for."""
        self._customer = customer
        self._timeline = timeline
        self._rewards = rewards
        self._travels = Travels(customer, timeline.in_force, rewards, steps)
        self._noted: list[tuple[int, ActingFact]] = []
        self._seen = self._look()

    def note(self, at: int, fact: ActingFact) -> None:
        """Take a fact down, to be rewarded once its instant is settled: others of that millisecond may follow."""
        self._noted.append((at, fact))

    def come_before(self, at: int) -> None:
        """Settle all that is earlier than an instant, so that what happens then finds it done."""
        timeline = self._timeline
        if timeline.quiet or timeline.instant >= at or (self._noted and self._noted[-1][0] >= at):
            return
        timeline.close()
        self.settled()
        self.pass_before(at)

    def come_before_profile(self, at: int) -> None:
        """Settle all that is earlier; what was noted of the very instant is rewarded by the profile before, too."""
        self.come_before(at)
        if not self._timeline.quiet:
            self._reward_noted()

    def pass_before(self, before: int) -> None:
        """Bring about in the order of time what silence and appointments bring earlier than an instant."""
        timeline, row = self._timeline, self._customer.row
        timeline.expect(before)
        while True:
            stop, booked = timeline.next_stop(), row.booked
            if booked and booked < before and not 0 < stop <= booked:
                timeline.arrive(booked)
                self._keep(booked)
            elif stop and stop < before:
                timeline.stop_at(stop)
                self.settled()
            else:
                return

    def settled(self) -> None:
        """Reward what an instant has brought, and book anew if that may have changed an appointment."""
        timeline = self._timeline
        if timeline.quiet:
            return
        self._stand_at_noted()
        self._reward_noted()
        if timeline.numbered or timeline.unrewarded or timeline.announced:
            self._rewards += rewarding.for_what_came(self._customer, timeline)
        self._travels.go_on(self._customer.row.at)
        if self._customer.loyalty_changed or self._seen != self._look():
            self.book()

    def _stand_at_noted(self) -> None:
        """Let silence do its part at the instant of an engagement, if a rule asks how she stands there.

        Not before that instant is over: facts come first, and may make what falls due in it another move or none.
        """
        timeline = self._timeline
        if not self._noted or timeline.instant:
            return
        at = self._noted[-1][0]
        asked = [one for noted_at, fact in self._noted if noted_at == at for one in self._asked_by(fact)]
        if at <= self._customer.row.at or not asked:
            return
        if timeline.next_stop() == at:
            timeline.stop_at(at)
        elif timeline.policy.window_ms is not None and any(one.when is not None for one in asked):
            timeline.arrive(at)

    def _asked_by(self, fact: ActingFact) -> list[Conditions]:
        """Give the conditions, of rules for an engagement, that ask where she stands or for her measures."""
        if not isinstance(fact, Engaged):
            return []
        rules = self._timeline.policy.by_occasion.engaged.get(fact.kind, ())
        conditions = (rule.conditions for rule in rules if rule.conditions is not None)
        return [one for one in conditions if one.when is not None or one.segments is not None]

    def _reward_noted(self) -> None:
        for at, fact in self._noted:
            judge = self._timeline.in_force.at(at)
            self._travels.go_on(at - 1)
            self._travels.meet(fact.kind if isinstance(fact, Engaged) else FACT_TYPES[type(fact)], at)
            if isinstance(fact, OrderPlaced):
                self._rewards += rewarding.for_order_value(self._customer, fact, at, judge)
            elif isinstance(fact, Engaged):
                self._rewards += rewarding.for_engagement(self._customer, fact, judge)
        self._noted.clear()

    def end_journeys(self) -> None:
        """Let her leave every journey: nothing is due any more, nor at the instant that comes now."""
        self._travels.end()

    def lived_again(self, since: int) -> None:
        """Keep what has come to lie in a stretch that was lived once more, by how it ended; and book anew.

        What was decided before stays so: its ids are taken.
        """
        row, reached = self._customer.row, self._customer.row.at
        row.booked = next_instant(self._customer, since - 1, self._timeline.policy)
        while 0 < row.booked <= reached:
            self._keep(row.booked)
        if self._customer.new_profile is not None:
            self.change_profile(reached)

    def change_profile(self, at: int) -> None:
        """Book by a new profile; a day that she has got to by it is kept at once, unless it has been."""
        row, timeline = self._customer.row, self._timeline
        if row.met and not timeline.quiet:
            for due in belated(self._customer, max(at, row.at), timeline.policy):
                keep(self._customer, due, timeline.in_force.at(due.at), self._travels, self._rewards)
        self.book()

    def book(self) -> None:
        """Note when the next appointment is."""
        row = self._customer.row
        row.booked = next_instant(self._customer, row.at, self._timeline.policy)
        self._seen = self._look()

    def _keep(self, at: int) -> None:
        """Keep all appointments of an instant."""
        judge, customer = self._timeline.judge, self._customer
        policy = judge.policy
        for appointment in [one for one in upcoming(customer, at - 1, policy) if one.at == at]:
            keep(customer, appointment, judge, self._travels, self._rewards)
        customer.row.booked = next_instant(customer, at, policy)

    def _look(self) -> Seen:
        row = self._customer.row
        policy = self._timeline.policy
        orders = (row.last, row.counted) if policy.by_occasion.cadences else (0, 0)
        return policy, row.met, row.segment, row.moved_at, row.first, orders
