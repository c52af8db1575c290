"""Random histories of a few customers as issue 3 promises them: facts arrive in the order in which they occur.

An undoing may come before its order, in time or in the log alone. What belongs to one millisecond is one `Moment`,
which no slice splits.
"""

from dataclasses import dataclass, field
from typing import Any

from hypothesis import strategies as st

from tests.builders import DAY, T0
from tests.oracle.events import cancellation, money, order, refund
from tests.oracle.orders import Event

GAPS = st.sampled_from([0, 0, 1, 1, DAY, 7 * DAY, 30 * DAY, 60 * DAY, 90 * DAY, 90 * DAY + 1, 91 * DAY, 151 * DAY])
AMOUNTS = st.sampled_from([0, 1, 2, 3_999, 4_000, 9_999, 10_000, 10_001, 30_000, 50_000, 50_001])
CURRENCIES = st.sampled_from(["GBP", "GBP", "GBP", "EUR"])
CUSTOMERS = ("ann", "bob")


@dataclass
class Moment:
    """What arrives together; `first` and `last` are the instants at which it acts."""

    first: int
    last: int
    events: list[Event] = field(default_factory=list)


@dataclass
class Teller:
    """Makes up one history, step by step."""

    draw: st.DrawFn
    id_length: int
    moments: list[Moment] = field(default_factory=list)
    told: list[Event] = field(default_factory=list)
    at: int = T0
    number: int = 0

    def pick(self, choices: st.SearchStrategy[Any]) -> Any:
        return self.draw(choices)

    def tell(self, event: Event) -> None:
        if not self.moments or self.moments[-1].last != self.at:
            self.moments.append(Moment(self.at, self.at))
        self.moments[-1].events.append(event)
        self.told.append(event)

    def order_id(self, number: int) -> str:
        return str(number).zfill(self.id_length)

    def some_order(self) -> tuple[str, str]:
        """Name an order placed, cancelled, or yet to come, and whose it is: the number tells."""
        number = self.pick(st.integers(max(0, self.number - 30), self.number + 1))
        return CUSTOMERS[number % 7 == 3], self.order_id(number)

    def place(self) -> None:
        number = self.number
        self.number += 1
        customer, order_id = CUSTOMERS[number % 7 == 3], self.order_id(number)
        more = {"base_total": money(self.pick(AMOUNTS))} if self.pick(st.booleans()) else {}
        placed = order(order_id, self.at, self.pick(AMOUNTS), self.pick(CURRENCIES), customer_id=customer, **more)
        if self.pick(st.integers(0, 5)):
            self.tell(placed)
        else:
            self.tell_after_its_undoing(placed, order_id, customer)

    def tell_after_its_undoing(self, placed: Event, order_id: str, customer: str) -> None:
        """Its undoings occur with it or after it, but stand before it in the log."""
        aheads = self.pick(st.lists(st.sampled_from([0, 0, 1, 5, DAY, 91 * DAY]), min_size=1, max_size=2))
        moment = Moment(self.at, self.at + max(aheads))
        undoings = [self.undoing(order_id, customer, self.at + ahead) for ahead in aheads]
        moment.events = [*undoings, placed]
        self.told += moment.events
        if self.moments and self.moments[-1].last == self.at:
            self.moments[-1].last = moment.last
            self.moments[-1].events += moment.events
        else:
            self.moments.append(moment)
        self.at = moment.last

    def undoing(self, order_id: str | None, customer: str, at: int) -> Event:
        if order_id is not None and not self.pick(st.integers(0, 2)):
            return cancellation(order_id, at, customer_id=customer, event_id=f"c{len(self.told)}-{at}")
        refund_id = f"r{len(self.told)}-{at}-{self.pick(st.integers(0, 10**6))}"
        amount = money(self.pick(AMOUNTS), self.pick(CURRENCIES))
        more = {"base_amount": money(self.pick(AMOUNTS))} if self.pick(st.booleans()) else {}
        return refund(refund_id, order_id, at, 0, customer_id=customer, amount=amount, **more)

    def undo(self) -> None:
        customer, order_id = self.some_order()
        self.tell(self.undoing(self.pick(st.sampled_from([order_id, order_id, None])), customer, self.at))

    def repeat(self) -> None:
        """An identity for the second time: the same fact, or another that is no fact."""
        again = self.pick(st.sampled_from(self.told))
        if self.pick(st.booleans()):
            again = {**again, "event_id": f"again-{len(self.told)}", "occurred_at": self.at}
        self.tell(again)


@st.composite
def histories(draw: st.DrawFn, *, steps: int = 25, id_length: int = 1, undoings: int = 3) -> list[Moment]:
    """`undoings` of 10 steps undo something."""
    teller = Teller(draw, id_length)
    teller.place()
    for _ in range(draw(st.integers(0, steps))):
        teller.at += draw(GAPS)
        kind = draw(st.integers(0, 9))
        if kind < undoings:
            teller.undo()
        elif kind == 9:
            teller.repeat()
        else:
            teller.place()
    return teller.moments
