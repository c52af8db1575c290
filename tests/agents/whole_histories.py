"""Random histories of all inputs: orders and undoings, engagement, profiles, erasures, and facts ahead of the clock."""

from dataclasses import dataclass
from itertools import count
from typing import Any

from hypothesis import strategies as st

from tests.agents.histories import AMOUNTS, CUSTOMERS, GAPS, Moment, Teller
from tests.builders import DAY
from tests.oracle.events import engaged, erasure, order, profile
from tests.oracle.orders import Event

KINDS = st.sampled_from(["review_posted", "review_posted", "review_posted", "site_visited", "email_opened", "dreamt"])
RATINGS = st.sampled_from([None, 0, 1, 5])
CHANNELS = st.sampled_from([None, "email", "push", "letter"])
CONSENTS = st.dictionaries(st.sampled_from(["email", "push"]), st.booleans())
MINUTE = 60_000
ALONE = {"profile_changed", "customer_erased"}


@dataclass
class WholeTeller(Teller):
    """Makes up a history in which customers do more than order."""

    early_until: int = 0

    def someone(self) -> str:
        return str(self.pick(st.sampled_from(CUSTOMERS)))

    def engage(self) -> None:
        event_id = f"e{len(self.told)}-{self.pick(st.integers(0, 10**6))}"
        done = engaged(event_id, self.at, self.pick(KINDS), self.pick(RATINGS), customer_id=self.someone())
        self.tell(done)

    def alone(self) -> None:
        """Move on to a millisecond in which nothing else happens."""
        taken = {event["occurred_at"] for event in self.told}
        self.at = next(at for at in count(self.at + 1) if at not in taken)

    def show_profile(self) -> None:
        """In a millisecond of its own: whether it holds for a move of that millisecond, nobody has said."""
        self.alone()
        shown = profile(f"p{len(self.told)}-{self.at}", self.at, self.pick(CHANNELS), **self.pick(CONSENTS))
        self.tell({**shown, "customer_id": self.someone()})
        self.at += 1

    def erase(self) -> None:
        """In a millisecond of its own: at most one move fits into each."""
        self.alone()
        named = f"x{len(self.told)}-{self.at}"
        self.tell(erasure(named, self.at, customer_id=self.someone(), recorded_at=self.at))
        self.at += 1

    def tell_after_its_undoing(self, placed: Event, order_id: str, customer: str) -> None:
        """Not while a fact waits: what acts later than that and is told with the order would make it late."""
        if self.at > self.early_until:
            super().tell_after_its_undoing(placed, order_id, customer)
        else:
            self.tell(placed)

    def repeat(self) -> None:
        """As for orders; profiles and erasures come again as they were, for others would share a millisecond."""
        again = self.pick(st.sampled_from(self.told))
        if self.pick(st.booleans()) and again["type"] not in ALONE:
            changed = {"event_id": f"again-{len(self.told)}", "occurred_at": self.at, "recorded_at": self.at}
            again = {**again, **changed}
        self.tell(again)

    def tell_early(self) -> None:
        """A fact up to ten minutes ahead of its record; what happens meanwhile comes later in the log."""
        ahead = self.pick(st.sampled_from([1, 5, MINUTE, 10 * MINUTE]))
        at, customer = self.at + ahead, self.someone()
        if self.pick(st.booleans()):
            early = order(f"early-{len(self.told)}", at, self.pick(AMOUNTS), customer_id=customer)
        else:
            early = engaged(f"early-{len(self.told)}", at, self.pick(KINDS), self.pick(RATINGS), customer_id=customer)
        self.tell({**early, "recorded_at": self.at})
        self.early_until = max(self.early_until, at)
        self.at += self.pick(st.sampled_from([0, ahead - 1, ahead, ahead + 1]))


@st.composite
def whole_histories(draw: st.DrawFn, *, steps: int = 30) -> list[Moment]:
    """Some of everything."""
    teller = WholeTeller(draw, 1)
    teller.place()
    acts: dict[int, Any] = dict(
        enumerate([teller.undo, teller.repeat, teller.show_profile, teller.erase, teller.tell_early])
    )
    for _ in range(draw(st.integers(0, steps))):
        teller.at += draw(GAPS | st.sampled_from([DAY, 7 * DAY, 30 * DAY - 1]))
        kind = draw(st.integers(0, 13))
        acts.get(kind, teller.place if kind < 9 else teller.engage)()
    return teller.moments
