"""A life's records in, all that can move her out: her ledger, when she was engaged, and which facts act when."""

from collections.abc import Iterable
from dataclasses import dataclass

from .engagement import engagements
from .orders import Entry, Fact, Ledger, instant, ledger
from .policy import Policy


@dataclass(frozen=True, slots=True)
class Facts:
    """`engaged`: instants of the kinds that count as being engaged; `acting`: all that may move her."""

    ledger: Ledger
    engaged: tuple[int, ...] = ()
    acting: tuple[Fact, ...] = ()

    def until(self, t: int) -> "Facts":
        """What has acted by t."""
        engaged = tuple(at for at in self.engaged if at <= t)
        return Facts(self.ledger.until(t), engaged, tuple(fact for fact in self.acting if fact.acts_at <= t))


def facts(entries: Iterable[Entry], policy: Policy) -> Facts:
    log = list(entries)
    known = ledger(log, policy)
    named = engagements(log, policy)
    engaged = tuple(instant(entry.event) for entry in named if entry.event["kind"] in policy.engagement_kinds)
    acting = tuple(_fact(entry) for entry in named if entry.event["kind"] in policy.acting_kinds)
    return Facts(known, engaged, known.facts + acting)


def _fact(entry: Entry) -> Fact:
    at = instant(entry.event)
    return Fact("engagement", entry.event["event_id"], at, at, entry.position)
