"""A customer's instants in; her appointments, kept in order between her moves, and what rewards bring, out."""

from mypy_extensions import mypyc_attr

from agents.decisions import claims, clawing, delivering, ledger, rewarding
from agents.decisions.appointments import belated
from agents.decisions.asking import asks_for_measures, asks_where_she_stands
from agents.decisions.booking import Booking
from agents.decisions.claims import Claim
from agents.decisions.clawing import Acted, OrderFact
from agents.decisions.customer import Customer
from agents.decisions.endings import Ending
from agents.decisions.entries import Rewarded
from agents.decisions.explaining import ActingFact
from agents.decisions.journeys import Travels
from agents.decisions.keeping import keep
from agents.decisions.moves import Retraction
from agents.decisions.revoking import revocable
from agents.decisions.steps_taken import StepTaken
from agents.decisions.timeline import Timeline
from schemas.facts import FACT_TYPES, REDEEMED, Engaged, OrderPlaced, Receipt


@mypyc_attr(acyclic=True, free_list_len=1)
class Diary:
    """Of customers whose rewards ask for more than what has just happened; all others do without.

    At one instant facts come first, then moves, then appointments. Every instant is rewarded as soon as it is settled.
    """

    __slots__ = ("_acted", "_booking", "_customer", "_met", "_noted", "_rewards", "_timeline", "_told", "_travels")

    def __init__(self, customer: Customer, timeline: Timeline, rewards: list[Rewarded], steps: list[StepTaken]) -> None:
        """`rewards`, `steps`: where everything that is decided goes, and what journeys ask for."""
        self._customer = customer
        self._timeline = timeline
        self._rewards = rewards
        self._travels = Travels(customer, timeline.in_force, rewards, steps)
        self._noted: list[tuple[int, ActingFact]] = []
        self._acted: list[Acted] = []
        """Facts about orders, for rules that take back what is undone."""
        self._told = 0
        """How much of what the timeline has told was looked through for what it takes back."""
        self._booking = Booking(customer, timeline)
        self._met = customer.row.met
        """Whether days that had begun when she was met for the first time have been kept."""

    def note_order(self, at: int, fact: OrderFact, *, again: bool = False) -> None:
        """Look at a fact about an order once its instant is settled: whether it undoes what was earned."""
        if self._timeline.in_force.claws_back or revocable(self._customer):
            self._acted.append(Acted(at, fact, again))

    def note(self, at: int, fact: ActingFact) -> None:
        """Take a fact down, to be rewarded once its instant is settled: others of that millisecond may follow."""
        self._noted.append((at, fact))

    def come_before(self, at: int) -> None:
        """Settle all that is earlier than an instant, so that what happens then finds it done."""
        timeline = self._timeline
        if timeline.quiet or timeline.instant >= at or (self._noted and self._noted[-1][0] >= at):
            return
        if timeline.instant or self._noted:  # else all that was is settled
            timeline.close()
            self.settled()
        self.pass_before(at)

    def come_before_profile(self, at: int) -> None:
        """Settle all that is earlier; what was noted of the very instant is rewarded by the profile before, too."""
        self.come_before(at)
        if not self._timeline.quiet:
            self._decide(self._reward_noted())

    def hear(self, at: int, fact: Receipt) -> Ending:
        """Take an answer to a message; what follows of it has an instant of its own."""
        self.come_before(at)
        ending, answered = delivering.receive(self._customer, fact, self._timeline.in_force.policy_at(at))
        self._travels.tell(answered)
        if answered is not None:
            self._booking.book(self._customer.row.at)
        return ending

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
        came: list[Claim] = []
        if self._noted:
            self._stand_at_noted()
            came = self._reward_noted()
        if len(timeline.told) > self._told:
            self._take_back_retracted()
        if timeline.recaused:
            self._rewards += clawing.for_other_causes(self._customer, timeline.recaused, timeline.in_force)
        if timeline.numbered or timeline.unrewarded or timeline.announced or timeline.recaused:
            came += claims.for_what_came(self._customer, timeline)
        self._decide(came)
        if self._acted:
            self._rewards += clawing.for_acted(self._customer, self._acted, timeline.judge)
            self._acted.clear()
        row = self._customer.row
        self._travels.go_on(row.at)
        if row.met and not self._met:
            self._keep_begun(row.at)
        self._booking.follow()

    def _stand_at_noted(self) -> None:
        """Let silence do its part at the instant of an engagement, if a rule or a journey asks how she stands there.

        Not before that instant is over: facts come first, and may make what falls due in it another move or none.
        """
        timeline, policy = self._timeline, self._timeline.policy
        at = self._noted[-1][0]
        if timeline.instant or at <= self._customer.row.at:
            return
        kinds = {fact.kind for noted_at, fact in self._noted if noted_at == at and isinstance(fact, Engaged)}
        if timeline.next_stop() == at:
            if any(asks_where_she_stands(kind, policy) for kind in kinds):
                timeline.stop_at(at)
        elif any(asks_for_measures(kind, policy) for kind in kinds):
            timeline.arrive(at)

    def end_journeys(self) -> None:
        """Let her leave every journey: nothing is due any more, nor at the instant that comes now."""
        self._travels.end()

    def _decide(self, came: list[Claim]) -> None:
        if came:
            self._rewards += rewarding.decide(self._customer, came)

    def _reward_noted(self) -> list[Claim]:
        """Decide what noted facts are occasions of; where rules share caps, give it to be decided with what follows.

        But what is redeemed has been granted before.
        """
        came: list[Claim] = []
        for at, fact in self._noted:
            judge = self._timeline.in_force.at(at)
            self._travels.go_on(at - 1)
            self._travels.meet(fact.kind if isinstance(fact, Engaged) else FACT_TYPES[type(fact)], at, judge)
            if isinstance(fact, OrderPlaced):
                came += claims.for_order_value(fact, at, judge)
            elif isinstance(fact, Engaged):
                came += claims.for_engagement(fact, judge)
            redemption = fact if isinstance(fact, Engaged) and fact.kind == REDEEMED else None
            if redemption is not None or not judge.policy.capped:
                self._decide(came)
                came = []
            if redemption is not None:
                self._rewards.append(ledger.redeem(self._customer, redemption))
        self._noted.clear()
        return came

    def _take_back_retracted(self) -> None:
        timeline = self._timeline
        gone = [one for one in timeline.told[self._told :] if isinstance(one, Retraction)]
        if gone:
            self._rewards += clawing.for_retractions(self._customer, gone, timeline.in_force)
        self._told = len(timeline.told)

    def lived_again(self, since: int, met_at: int) -> None:
        """Keep what has come to lie in a stretch that was lived once more, by how it ended; and book anew.

        What was decided before stays so: its ids are taken. `met_at`: when she is first met, if in it; 0 = before.
        """
        row, reached = self._customer.row, self._customer.row.at
        if met_at:
            self._keep_begun(met_at)
        self._booking.book(since - 1)
        while 0 < row.booked <= reached:
            self._keep(row.booked)
        if self._customer.new_profile is not None:
            self.change_profile(reached)

    def change_profile(self, at: int) -> None:
        """Book by a new profile; a day that she has got to by it is kept at once, unless it has been."""
        row, timeline = self._customer.row, self._timeline
        if row.met and not timeline.quiet:
            self._keep_begun(max(at, row.at))
        self._booking.book(row.at)

    def _keep_begun(self, at: int) -> None:
        """Keep the days that had begun when she was met for the first time, or when her profile changed."""
        self._met, judge = True, self._timeline.in_force.at(at)
        for due in belated(self._customer, at, judge.policy):
            keep(self._customer, due, judge, self._travels, self._rewards)

    def _keep(self, at: int) -> None:
        """Keep all appointments of an instant."""
        for appointment in self._booking.due(at):
            keep(self._customer, appointment, self._timeline.judge, self._travels, self._rewards)
        self._booking.book(at)
