"""A customer's instants in; her moves out, each at the first millisecond at which it holds."""

from typing import Final

from mypy_extensions import mypyc_attr

from agents.decisions.counted import take_down
from agents.decisions.customer import Customer
from agents.decisions.explaining import ActingFact, explain
from agents.decisions.in_force import InForce
from agents.decisions.judging import NO_MEASURES
from agents.decisions.moves import Move
from agents.decisions.numbering import numbered
from agents.decisions.telling import Telling
from schemas.customer_row import Counted
from schemas.measures import Measures
from schemas.remembered_moves import remember
from schemas.transitions import Cause, Due, Next

DECAYS: Final[dict[Due, Cause]] = {
    due: Cause(type="decay", due=due) for due in ("recency", "window", "tenure", "engaged")
}
DRIFT: Final = Cause(type="drift")
ROLLOUT: Final = Cause(type="policy")
_NOBODY: Final = Counted()


@mypyc_attr(acyclic=True, free_list_len=1)
class Timeline(Telling):
    """Advances one customer. An instant is open while facts of it are applied; closing it judges her.

    This one knows of no time but that of ages, as most policies do: see `full_timeline` for the others.
    """

    __slots__ = (
        "acting",
        "before",
        "customer",
        "in_force",
        "instant",
        "judge",
        "judge_before",
        "passed",
        "policy",
        "punctual",
        "turn",
    )

    def __init__(self, customer: Customer, in_force: InForce, *, punctual: bool = False) -> None:
        """`punctual`: every announcement is made at its instant, and no fact is ever late."""
        super().__init__()
        self.customer = customer
        self.in_force = in_force
        self.judge = self.judge_before = in_force.at(customer.row.at) if in_force.varies else in_force.judges[0]
        """Who judges at the newest instant, and who did a millisecond before it."""
        self.policy = self.judge.policy
        self.before = _NOBODY
        """What counted a millisecond before the newest instant."""
        self.turn = in_force.turn_after(customer.row, customer.row.at) if in_force.varies else 0
        """The next instant at which new cut points may move her; 0 = never."""
        self.passed = 0
        """Up to where time is known to have come, for announcements."""
        self.punctual = punctual
        self.instant = 0
        """The instant that is open; 0 = none."""
        self.acting: list[ActingFact] = []
        """Facts applied at the open instant."""

    def reach(self, at: int) -> None:
        """Come to the instant of a fact: close the one before, then let silence work up to it."""
        if self.instant:
            if self.instant == at:
                return
            self.close()
        row = self.customer.row
        if (row.due and row.due < at) or self.turn:
            self.silence(at)
        self.instant = self.passed = at
        self.open(at)

    def close(self) -> None:
        """Judge the customer at the instant that is open."""
        at = self.instant
        if not at:
            return
        row = self.customer.row
        if row.counted > self.before.counted and self.policy.by_occasion.numbered:
            came = numbered(self.customer, self.before.counted, self.acting, self.policy)
            self.numbered += [(at, number, cause) for number, cause in came]
        row.met = True
        self.settle(at)
        self.instant = 0
        self.acting.clear()

    def pass_time(self, until: int) -> None:
        """Make everything that silence alone has brought up to and including an instant."""
        self.silence(until + 1)

    def come_to(self, at: int) -> None:
        """Let time pass up to an instant, and the row stand at it."""
        self.silence(at + 1)
        self.arrive(at)

    def leave(self, cause: Cause) -> None:
        """End at the open instant: whoever stands in a segment leaves it, whatever else acted in that millisecond."""
        row, at, origin, found = self.customer.row, self.instant, self.customer.row.segment, self.found()
        row.at, row.segment, row.raised = at, None, None
        if origin is not None:
            self.move(at, origin, cause, None, found)
        self.instant = 0
        self.acting.clear()

    def found(self) -> Measures:
        """Measure her as an end at the open instant finds her: a millisecond earlier, or as its other facts left her.

        Once those have been judged, what counted before them is not known any more.
        """
        at = self.instant
        if self.customer.row.at == at:
            return self.judge.measure(self.before, at)
        return self.measured_before(at)

    def measured_before(self, at: int) -> Measures:
        """Measure what counted a millisecond before the newest instant, as it was judged then."""
        return self.judge_before.measure(self.before, at - 1)

    def restart(self) -> None:
        """Begin to live a stretch once more, from where the row has been taken back to."""
        self.judge = self.judge_before = self.in_force.at(self.customer.row.at)
        self.policy = self.judge.policy
        self.turn = 0  # silence looks anew at once
        self.quiet = True

    def watch(self, at: int, stood: Measures, cause: Cause) -> None:
        """Compare what was told with what is true now, at the instant that the row has reached.

        `stood`: how she was measured there before the late fact `cause` was known.
        """

    def silence(self, before: int) -> None:
        """Stop wherever silence brings something earlier than an instant: at the very instant facts come first."""
        self.expect(before)
        stop = self.next_stop()
        while stop and stop < before:
            self.stop_at(stop)
            stop = self.next_stop()

    def expect(self, before: int) -> None:
        """Know that time has come up to an instant."""
        self.passed = 0 if self.punctual else before - 1

    def next_stop(self) -> int:
        """Give the next instant at which silence brings something; 0 = never."""
        row = self.customer.row
        if not row.met:
            return 0
        stop, turn = row.due, self.turn
        return turn if turn and (turn < stop or not stop) else stop

    def stop_at(self, at: int) -> None:
        """Judge the customer at an instant at which nothing happens."""
        self.open(at)
        self.settle(at)

    def arrive(self, at: int) -> None:
        """Let the row stand at an instant; what silence brings earlier has been made."""
        row = self.customer.row
        row.at = max(row.at, at)

    def open(self, at: int) -> None:
        """Take down what counts a millisecond before an instant."""
        self.before = take_down(self.customer.row)

    def settle(self, at: int) -> None:
        """Place the customer at the instant that was opened, and look ahead."""
        row, judge = self.customer.row, self.judge
        row.at = at
        placed, row.due, to = judge.stand(row, at)
        if placed != row.segment:
            if self.acting:
                cause = explain(self.acting, row.segment, placed, self.policy)
            else:
                cause = self.decay(at, left=False)
            origin, row.segment, row.moved_at = row.segment, placed, at
            ahead = Next(row.due, to) if to is not None else None
            self.move(at, origin, cause, ahead, self.measured_before(at))

    def decay(self, at: int, *, left: bool) -> Cause:
        """Name what fell due, by the bounds in force and else by those that were a millisecond ago.

        `left`: something left the window.
        """
        row = self.customer.row
        due = self.judge.falls_due(row, at, left=left) or self.judge_before.falls_due(row, at, left=left)
        assert due is not None, "time moves nobody but at a bound"
        return DECAYS[due]

    def move(self, at: int, origin: str | None, cause: Cause, ahead: Next | None, before: Measures) -> None:
        """Tell that she has come from a segment, in which she was measured so, to that of her row."""
        row, policy = self.customer.row, self.policy
        silent = at < (policy.silent_until or 0) or (policy.refresh.silent and cause.type == "drift")
        silent = silent or (cause.type == "policy" and self.in_force.silences(at))
        if not silent and not self.quiet:
            row.sequence += 1
        if policy.horizon_ms and not self.punctual:
            way, since = (origin, row.segment), at - policy.horizon_ms
            row.moves = remember(row.moves, at, way, silent=silent, since=since)
        self.tell(
            Move(
                self.customer.id,
                0 if silent else row.sequence,
                origin,
                row.segment,
                cause,
                before,
                self.judge.measure(row, at) if cause.type != "erasure" else NO_MEASURES,
                at,
                ahead,
                self.judge.version,
                silent=silent,
            )
        )
