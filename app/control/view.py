"""What a worker knows of the control topic: filled by its reader, read by its tasks, all in one event loop."""

from collections.abc import Callable

from schemas.control import (
    NOTICE_MS,
    BudgetRecord,
    ControlRecord,
    CutPointsRecord,
    FreezesRecord,
    PolicyRecord,
    Unreadable,
)


class ControlView:
    """Policies and versions of cut points, each in the order in which they come into force."""

    __slots__ = ("budgets", "cut_points", "decided", "known_until", "listeners", "policies", "read_from")

    def __init__(self) -> None:
        self.policies: tuple[PolicyRecord, ...] = ()
        self.cut_points: tuple[CutPointsRecord, ...] = ()
        self.budgets: dict[tuple[str, str], BudgetRecord] = {}
        """How budgets stand, by application and budget."""
        self.decided = 0
        """Every freeze up to and including this instant has led to a version, or to none; 0 before the first."""
        self.read_from = 0
        """Offset on the freezes topic before which nothing is needed any more."""
        self.listeners: list[Callable[[], None]] = []
        """Called after every record: tasks may be waiting for it."""
        self.known_until = 0
        """Epoch ms: nothing that takes effect up to then is missing here, unless the clock is that of the stream."""

    def take(self, record: ControlRecord) -> None:
        """Learn a record; Unreadable when it does not follow what is known. One that is known changes nothing."""
        match record:
            case PolicyRecord():
                self.policies = _with_policy(self.policies, record)
            case CutPointsRecord():
                self.cut_points = _with_version(self.cut_points, record)
            case FreezesRecord():
                self.decided = max(self.decided, record.decided)
                self.read_from = record.read_from
            case BudgetRecord():
                known = self.budgets.get((record.app, record.budget))
                if known is None or known.number < record.number:
                    self.budgets[record.app, record.budget] = record
        for listener in self.listeners:
            listener()

    def confirmed(self, at: int) -> None:
        """Learn that nothing stood in the topic behind what was taken, at an instant (epoch ms).

        The newest look counts: where the machine's clock was set back, the one before promises too much.
        """
        self.known_until = at + NOTICE_MS


def _with_policy(known: tuple[PolicyRecord, ...], record: PolicyRecord) -> tuple[PolicyRecord, ...]:
    if record in known:
        return known
    before = known[-1] if known else None
    if record.number != len(known) + 1:
        raise Unreadable(f"policy/{record.number} comes where policy/{len(known) + 1} is due")
    if before is None and record.effective_at != 0:
        raise Unreadable("policy/1 is not in force from the beginning on")
    if before is not None and record.effective_at <= before.effective_at:
        raise Unreadable(f"policy/{record.number} comes into force no later than the one before")
    return (*known, record)


def _with_version(known: tuple[CutPointsRecord, ...], record: CutPointsRecord) -> tuple[CutPointsRecord, ...]:
    if record in known:
        return known
    if record.version != len(known) + 1:
        raise Unreadable(f"cut_points/{record.version} comes where cut_points/{len(known) + 1} is due")
    before = known[-1] if known else None
    if before is not None and record.effective_at <= before.effective_at:
        raise Unreadable(f"cut_points/{record.version} comes into force no later than the one before")
    return (*known, record)
