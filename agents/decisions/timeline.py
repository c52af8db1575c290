"""A customer's instants in; her moves out, each at the first millisecond at which it holds."""

from msgspec.structs import replace

from agents.decisions import brinks
from agents.decisions.counted import Counted, take_down
from agents.decisions.counting import add
from agents.decisions.customer import Customer
from agents.decisions.explaining import ActingFact, cause_type, explain, least_stay
from agents.decisions.in_force import InForce
from agents.decisions.judging import NO_MEASURES, Judge, scores
from agents.decisions.moves import Move, Publication, ScoreChange
from agents.decisions.outlook import leavings, look_ahead
from agents.decisions.placing import counts
from schemas.facts import OrderPlaced
from schemas.remembered_moves import RememberedMove, remember
from schemas.transitions import Cause, Due, Next

_DECAYS: dict[Due, Cause] = {due: Cause(type="decay", due=due) for due in ("recency", "window", "tenure", "engaged")}
_DRIFT = Cause(type="drift")
_NOBODY = Counted(0, 0, 0, 0, 0, 0, 0, met=False)


class Timeline:
    """Advances one customer. An instant is open while facts of it are applied; closing it judges her."""

    __slots__ = (
        "_before", "_customer", "_in_force", "_judge", "_judge_before", "_left", "_passed", "_policy",
        "_punctual", "_turn", "acting", "firsts", "instant", "quiet", "told", "unrewarded",
    )  # fmt: skip  # a name a line would say less

    def __init__(self, customer: Customer, in_force: InForce, *, punctual: bool = False) -> None:
        """`punctual`: every announcement is made at its instant, as if nobody ever came late."""
        at = customer.row.at
        self._customer = customer
        self._in_force = in_force
        self._policy = in_force.policy
        self._judge = self._judge_before = in_force.at(at)
        self._turn = in_force.turn_after(customer.row, at) if in_force.varies else 0
        self._before = _NOBODY
        self._left = False
        self._passed = 0
        self._punctual = punctual
        self.instant = 0
        """The instant that is open; 0 = none."""
        self.acting: list[ActingFact] = []
        """Facts applied at the open instant."""
        self.told: list[Publication] = []
        """Everything in the order in which it is told."""
        self.unrewarded: list[Move] = []
        """The moves that no reward rule has seen."""
        self.firsts: list[tuple[int, Cause]] = []
        """Where her counted orders went from none to some, and by which fact."""
        self.quiet = False
        """Whether a stretch is lived once more: nothing is announced in it, and moves get no number."""

    def reach(self, at: int) -> None:
        """Come to the instant of a fact: close the one before, then let silence work up to it."""
        if self.instant == at:
            return
        self.close()
        row = self._customer.row
        if (row.due and row.due < at) or self._turn:
            self._silence(at)
        self.instant = self._passed = at
        self._open(at)

    def close(self) -> None:
        """Judge the customer at the instant that is open."""
        at = self.instant
        if not at:
            return
        row = self._customer.row
        if not self._before.counted and row.counted:
            self.firsts.append((at, self._first_counted()))
        row.met = True
        self._settle(at)
        self.instant = 0
        self.acting.clear()

    def pass_time(self, until: int) -> None:
        """Make everything that silence alone has brought up to and including an instant."""
        self._silence(until + 1)

    def come_to(self, at: int) -> None:
        """Let time pass up to an instant, and the row stand at it."""
        self.pass_time(at)
        if self._in_force.plain:
            self._customer.row.at = max(self._customer.row.at, at)
        elif self._customer.row.at < at:
            self._open(at)
            self._settle(at)

    def leave(self, cause: Cause) -> None:
        """End at the open instant: whoever stands in a segment leaves it, whatever else acted in that millisecond."""
        row, at, origin = self._customer.row, self.instant, self._customer.row.segment
        row.at, row.segment, row.raised = at, None, None
        cleared = brinks.clear(self._customer, at, None, cause, self._policy)
        if cleared is not None:
            self.told.append(cleared)
        before = self._judge_before.measure(self._before, at - 1)
        if self._in_force.scores and any(scores(before)):
            self.told.append(ScoreChange(self._customer.id, at, None, before, NO_MEASURES, cause, self._judge.version))
        if origin is not None:
            self._move(at, origin, cause, None)
        self.instant = 0
        self.acting.clear()

    def restart(self) -> None:
        """Begin to live a stretch once more, from where the row has been taken back to."""
        at = self._customer.row.at
        self._judge = self._judge_before = self._in_force.at(at)
        self._turn = 0  # silence looks anew at once
        self.quiet = True

    def end_quiet(self) -> list[Move]:
        """Be where the row had come to before; gives the moves of the stretch, which are not told yet."""
        self.quiet = False
        moves, self.unrewarded = self.unrewarded, []
        return moves

    def tell(self, move: Move) -> None:
        """Tell a move, or while all is quiet only take it down."""
        self.unrewarded.append(move)
        if not self.quiet:
            self.told.append(move)

    def watch(self, at: int, cause: Cause | None) -> None:
        """Compare what was announced with what is ahead now, at the instant that the row has reached."""
        if self._policy.brink_ms:
            self._passed = at
            ahead = look_ahead(self._customer, at, self._judge, self._judge.segment(self._customer.row, at))
            self._clear(at, ahead.next, cause)
            self._announce(at, ahead.next)

    def _silence(self, before: int) -> None:
        """Stop wherever silence brings something earlier than an instant: at the very instant facts come first."""
        row = self._customer.row
        self._passed = 0 if self._punctual else before - 1
        while row.met:
            stop, turn = row.due, self._turn
            if turn and (turn < stop or not stop):
                stop = turn
            if not stop or stop >= before:
                return
            self._open(stop)
            self._settle(stop)

    def _open(self, at: int) -> None:
        """Take down what counts a millisecond before an instant; let go of what is outside the window at it."""
        customer, row, in_force = self._customer, self._customer.row, self._in_force
        if in_force.varies:
            self._judge_before, self._judge = in_force.at(at - 1), in_force.at(at)
        if in_force.plain:
            self._before = take_down(row)
            return
        last = None
        for leaving in leavings(customer, row.at, self._policy):
            if leaving.at >= at:
                last = leaving.worth if leaving.at == at else None
                break
            add(row, leaving.worth, -1)
        self._before = take_down(row)
        self._left = last is not None
        if last is not None:
            add(row, last, -1)

    def _settle(self, at: int) -> None:
        """Place the customer at the instant that was opened, and look ahead."""
        row, judge = self._customer.row, self._judge
        row.at = at
        if not self._in_force.plain:
            self._settle_slowly(at)
            return
        placed, change = judge.stand(row, at)
        row.due = change.at if change else 0
        if placed != row.segment:
            cause = self._cause(at, placed)
            origin, row.segment, row.moved_at = row.segment, placed, at
            ahead = Next(change.at, change.segment) if change and change.segment else None
            self._move(at, origin, cause, ahead)

    def _settle_slowly(self, at: int) -> None:
        """Do the same where a window, a least stay, announcements or other cut points have a say."""
        row, judge = self._customer.row, self._judge
        placed, origin = judge.segment(row, at), row.segment
        cause = self._cause_of_move(at, placed)
        if cause is not None:
            row.segment, row.moved_at = placed, at
        if self._in_force.varies:
            self._turn = self._in_force.turn_after(row, at)
        ahead = look_ahead(self._customer, at, judge, placed)
        row.due = ahead.due
        if self._policy.brink_ms and not self.quiet:
            self._clear(at, ahead.next, cause or self._cause_of_nothing())
        if self._in_force.scores and not self.quiet:
            self._tell_scores(at, origin)
        if cause is not None:
            self._move(at, origin, cause, ahead.next)
        if self._policy.brink_ms and not self.quiet:
            self._announce(at, ahead.next)

    def _cause_of_move(self, at: int, placed: str | None) -> Cause | None:
        """Say why she moves to where the rules place her; None while she does not, or a least stay holds her."""
        row = self._customer.row
        if placed == row.segment:
            row.raised = None
            return None
        raised = row.raised
        if raised is not None and placed == self._judge_before.segment(self._before, at - 1):
            cause = replace(raised, due="dwell")
        else:
            cause = raised = self._cause(at, placed)
        held = row.moved_at + least_stay(row.segment, placed, self._policy) > at
        row.raised = raised if held else None
        return None if held else cause

    def _cause(self, at: int, placed: str | None) -> Cause:
        row, judge = self._customer.row, self._judge
        if self.acting:
            return explain(self.acting, row.segment, placed, self._policy)
        if judge is not self._judge_before and self._judge_before.segment(row, at) != placed:
            return _DRIFT
        return self._decay(at)

    def _cause_of_nothing(self) -> Cause | None:
        """Say what happened at an instant at which she stays where she is; None: only time has passed."""
        if self.acting:
            last = max(self.acting, key=lambda fact: (fact.occurred_at, fact.event_id))
            return Cause(type=cause_type(last), event_id=last.event_id)
        if self._judge is not self._judge_before:
            return _DRIFT
        return None

    def _decay(self, at: int) -> Cause:
        """Name what fell due, by the bounds in force and else by those that were a millisecond ago."""
        row, left = self._customer.row, self._left
        due = self._judge.falls_due(row, at, left=left) or self._judge_before.falls_due(row, at, left=left)
        assert due is not None, "time moves nobody but at a bound"
        return _DECAYS[due]

    def _clear(self, at: int, ahead: Next | None, cause: Cause | None) -> None:
        cleared = brinks.clear(self._customer, at, ahead, cause, self._policy)
        if cleared is not None:
            self.told.append(cleared)

    def _announce(self, at: int, ahead: Next | None) -> None:
        told = brinks.announce(self._customer, at, ahead, self._judge, self._passed)
        if told is not None:
            self.told.append(told)

    def _tell_scores(self, at: int, origin: str | None) -> None:
        row, judge = self._customer.row, self._judge
        before, after = self._judge_before.measure(self._before, at - 1), judge.measure(row, at)
        if scores(before) == scores(after):
            return
        cause = self._cause_of_nothing() if self.acting else None
        if self.acting and row.segment != origin:
            cause = explain(self.acting, origin, row.segment, self._policy)
        elif cause is not None:
            pass
        elif scores(self._judge_before.measure(row, at)) != scores(after):
            cause = _DRIFT
        else:
            cause = self._decay(at)
        self.told.append(ScoreChange(self._customer.id, at, row.segment, before, after, cause, judge.version))

    def _move(self, at: int, origin: str | None, cause: Cause, ahead: Next | None) -> None:
        customer, row, judge, policy = self._customer, self._customer.row, self._judge, self._policy
        silent = at < (policy.silent_until or 0) or (policy.refresh.silent and cause.type == "drift")
        if not silent and not self.quiet:
            row.sequence += 1
        if policy.horizon_ms:
            move = RememberedMove(at, origin, row.segment, silent)
            row.moves = remember(row.moves, move, at - policy.horizon_ms)
        told = Move(
            customer.id,
            0 if silent else row.sequence,
            origin,
            row.segment,
            cause,
            self._judge_before.measure(self._before, at - 1),
            judge.measure(row, at) if cause.type != "erasure" else NO_MEASURES,
            at,
            ahead,
            judge.version,
            silent=silent,
        )
        self.tell(told)

    def _first_counted(self) -> Cause:
        """Name the first order in the log of those that make her orders count."""
        customer, policy = self._customer, self._policy
        placed = (fact for fact in self.acting if isinstance(fact, OrderPlaced))
        first = next(fact for fact in placed if counts(customer, fact.order_id, policy))
        return Cause(type="order", event_id=first.event_id)
