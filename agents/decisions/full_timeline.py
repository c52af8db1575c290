"""The timeline where more than ages moves a customer: a window, a least stay, announcements, scores, new cut points."""

from msgspec.structs import replace
from mypy_extensions import mypyc_attr

from agents.decisions import brinks
from agents.decisions.counted import take_down
from agents.decisions.counting import add
from agents.decisions.customer import Customer
from agents.decisions.explaining import cause_type, explain, least_stay
from agents.decisions.in_force import InForce
from agents.decisions.judging import NO_MEASURES, scores
from agents.decisions.moves import ScoreChange
from agents.decisions.outlook import leavings, look_ahead
from agents.decisions.timeline import DRIFT, ROLLOUT, Timeline
from schemas.measures import Measures
from schemas.transitions import Cause, Next


def timeline(customer: Customer, in_force: InForce, *, punctual: bool = False) -> Timeline:
    """Choose the timeline that a policy asks for."""
    if in_force.plain:
        return Timeline(customer, in_force, punctual=punctual)
    return FullTimeline(customer, in_force, punctual=punctual)


@mypyc_attr(acyclic=True, free_list_len=1)
class FullTimeline(Timeline):
    """Looks ahead at every instant: what leaves the window, what is held, what is to be announced."""

    __slots__ = ("leaves", "left")

    def __init__(self, customer: Customer, in_force: InForce, *, punctual: bool = False) -> None:
        super().__init__(customer, in_force, punctual=punctual)
        self.left = False
        """Whether something left the window at the newest instant."""
        self.leaves = 1
        """No later than the next instant at which something leaves the window; 0 = never."""

    def arrive(self, at: int) -> None:
        """Let the row stand at an instant; what silence brings earlier has been made."""
        if self.customer.row.at < at:
            self.stop_at(at)

    def leave(self, cause: Cause) -> None:
        """End at the open instant; what was announced is cleared, and what was scored is no more."""
        if self.in_force.watches and any(scores(before := self.found())):
            self._tell_scores(self.instant, None, before, NO_MEASURES, cause)
        segment, self.customer.row.segment = self.customer.row.segment, None
        self._clear(self.instant, None, cause)
        self.customer.row.segment = segment
        super().leave(cause)

    def restart(self) -> None:
        """Begin to live a stretch once more, from where the row has been taken back to."""
        super().restart()
        self.leaves = 1

    def watch(self, at: int, stood: Measures, cause: Cause) -> None:
        """Compare what was told with what is true now, at the instant that the row has reached."""
        after = self.judge.measure(self.customer.row, at)
        if self.in_force.watches and scores(stood) != scores(after):
            self._tell_scores(at, self.customer.row.segment, stood, after, cause)
        if self.policy.brink_ms:
            self.passed = at
            ahead = look_ahead(self.customer, at, self.judge, self.judge.segment(self.customer.row, at))
            self._clear(at, ahead.next, cause)
            self._announce(at, ahead.next)

    def open(self, at: int) -> None:
        """Take down what counts a millisecond before an instant; let go of what is outside the window at it."""
        row = self.customer.row
        if self.in_force.varies:
            self.judge_before, self.judge = self.in_force.at(at - 1), self.in_force.at(at)
            self.policy = self.judge.policy
        last = None
        for leaving in leavings(self.customer, row.at, self.policy) if 0 < self.leaves <= at else ():
            if leaving.at >= at:
                last = leaving.worth if leaving.at == at else None
                break
            add(row, leaving.worth, -1)
        self.before = take_down(row)
        self.left = last is not None
        if last is not None:
            add(row, last, -1)

    def settle(self, at: int) -> None:
        """Place the customer at the instant that was opened, and look ahead."""
        row, judge, origin = self.customer.row, self.judge, self.customer.row.segment
        row.at = at
        placed, row.due, _ = judge.stand(row, at)
        if self.in_force.varies:
            self.turn = self.in_force.turn_after(row, at)
        if placed == origin and self.in_force.ages_only:
            return
        cause = self._cause_of_move(at, placed)
        if cause is not None:
            row.segment, row.moved_at = placed, at
        ahead = look_ahead(self.customer, at, judge, placed)
        row.due, self.leaves = ahead.due, ahead.leaves
        if not self.quiet:
            self._clear(at, ahead.next, cause or self._cause_of_nothing())
            if self.in_force.watches:
                self._compare_scores(at, origin)
        if cause is not None:
            self.move(at, origin, cause, ahead.next, self.measured_before(at))
        if not self.quiet:
            self._announce(at, ahead.next)

    def _cause_of_move(self, at: int, placed: str | None) -> Cause | None:
        """Say why she moves to where the rules place her; None while she does not, or a least stay holds her."""
        row = self.customer.row
        if placed == row.segment:
            row.raised = None
            return None
        raised = row.raised
        if raised is not None and placed == self.judge_before.segment(self.before, at - 1):
            cause = replace(raised, due="dwell")
        else:
            cause = raised = self._cause(at, placed)
        held = row.moved_at + least_stay(row.segment, placed, self.policy) > at
        row.raised = raised if held else None
        return None if held else cause

    def _cause(self, at: int, placed: str | None) -> Cause:
        """Say why the rules place her elsewhere from this instant on: a fact, else new cut points, else time."""
        row = self.customer.row
        if self.acting:
            return explain(self.acting, row.segment, placed, self.policy)
        if self.judge is not self.judge_before and self.judge_before.segment(row, at) != placed:
            return self._turned()
        return self.decay(at, left=self.left)

    def _turned(self) -> Cause:
        """Say what has come into force at this instant."""
        return DRIFT if self.judge.policy is self.judge_before.policy else ROLLOUT

    def _cause_of_nothing(self) -> Cause | None:
        """Say what happened at an instant at which she stays where she is; None: only time has passed."""
        if self.acting:
            last = max(self.acting, key=lambda fact: (fact.occurred_at, fact.event_id))
            return Cause(type=cause_type(last), event_id=last.event_id)
        return self._turned() if self.judge is not self.judge_before else None

    def _clear(self, at: int, ahead: Next | None, cause: Cause | None) -> None:
        cleared = brinks.clear(self.customer, at, ahead, cause, self.policy)
        if cleared is not None:
            self.told.append(cleared)
            if self.policy.by_occasion.brinks_cleared:
                self.announced.append(cleared)

    def _announce(self, at: int, ahead: Next | None) -> None:
        told = brinks.announce(self.customer, at, ahead, self.judge, self.passed)
        if told is not None:
            self.told.append(told)
            if self.policy.by_occasion.brinks:
                self.announced.append(told)

    def _compare_scores(self, at: int, origin: str | None) -> None:
        row = self.customer.row
        before, after = self.measured_before(at), self.judge.measure(row, at)
        if scores(before) == scores(after):
            return
        if self.acting:
            moved = row.segment != origin
            cause = explain(self.acting, origin, row.segment, self.policy) if moved else self._cause_of_nothing()
        elif scores(self.judge_before.measure(row, at)) != scores(after):
            cause = self._turned()
        else:
            cause = self.decay(at, left=self.left)
        assert cause is not None, "facts acted"
        self._tell_scores(at, row.segment, before, after, cause)

    def _tell_scores(self, at: int, segment: str | None, before: Measures, after: Measures, cause: Cause) -> None:
        row, told = self.customer.row, self.in_force.scores
        row.told += told
        change = ScoreChange(self.customer.id, row.told, at, segment, before, after, cause, self.judge.version)
        if told:
            self.told.append(change)
        if self.policy.by_occasion.scores:
            self.announced.append(change)
