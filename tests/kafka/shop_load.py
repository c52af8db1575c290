"""A seed in, a shop's records out: orders, refunds (free, named, early), cancellations, repeats; always the same.

A `whole` load also tells of engagement, profiles and erasures.

Records come in the order of their instants, at most one of a customer in a millisecond, so that none is late.
"""

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final

Event = dict[str, Any]
T0: Final = 1_291_191_960_000  # 2010-12-01T08:26:00Z
DAY_MS: Final = 86_400_000
REPEATABLE: Final = 500
IDENTIFIED: Final = frozenset({"order_placed", "order_refunded", "order_cancelled"})
"""Types whose identity is not the id of the event."""


@dataclass(frozen=True, slots=True)
class Told:
    """One record: when it is told, and what."""

    at: int
    event: Event


@dataclass(slots=True)
class ShopLoad:
    """Tells `orders` orders of `customers` customers over about `days` days, and what else happens to them."""

    seed: int
    customers: int
    orders: int
    days: int = 730
    start: int = T0
    whole: bool = False
    duplicates: int = 0
    conflicts: int = 0
    _random: random.Random = field(init=False)
    _placed: int = 0
    _ids: int = 0
    _open: list[Event] = field(default_factory=list)
    _recent: list[Event] = field(default_factory=list)
    _early: list[tuple[str, str]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._random = random.Random(self.seed)

    def tell(self) -> Iterator[Told]:
        """Tell everything once, in the order of the log."""
        acts: dict[Callable[[int], Event | None], float] = {
            self._order: 100,
            self._named_refund: 6,
            self._free_refund: 4,
            self._cancellation: 3,
            self._early_undoing: 1,
            self._early_order: 1,
            self._duplicate: 4,
            self._conflict: 2,
        }
        if self.whole:
            acts |= {self._engagement: 60, self._profile: 5, self._erasure: 0.4}
        step = int(self.days * DAY_MS / self.orders / sum(acts.values()) * 100)
        at = self.start
        while self._placed < self.orders:
            at += self._random.randint(1, 2 * step)
            (act,) = self._random.choices(list(acts), list(acts.values()))
            event = act(at)
            if event is not None:
                yield Told(at, event)

    def _order(self, at: int, customer: str | None = None, order_id: str | None = None) -> Event:
        self._placed += 1
        minor = self._random.choice((0, 199, 2_500, 9_999, 10_000, 10_001, 26_000, 50_000, 70_000))
        currency = "EUR" if self._random.random() < 0.05 else "GBP"
        event = self._event("order_placed", at, customer) | {
            "order_id": order_id or self._id("order"),
            "total": {"amount_minor": minor, "currency": currency},
        }
        if currency == "EUR" and self._random.random() < 0.6:
            event["base_total"] = {"amount_minor": minor * 7 // 8, "currency": "GBP"}
        if order_id is None:  # what came early may have been cancelled already, and once is enough
            self._open.append(event)
        return self._first(event)

    def _named_refund(self, at: int) -> Event | None:
        if not self._open:
            return None
        order = self._random.choice(self._open[-5_000:])
        share = self._random.choice((0.1, 0.5, 1.0, 1.5))
        total = order["total"]
        amount = total | {"amount_minor": int(total["amount_minor"] * share)}
        return self._refund(at, order["customer_id"], amount, order["order_id"])

    def _free_refund(self, at: int) -> Event:
        amount = {"amount_minor": self._random.choice((100, 1_530, 30_000)), "currency": "GBP"}
        return self._refund(at, None, amount, None)

    def _cancellation(self, at: int) -> Event | None:
        if not self._open:
            return None
        order = self._open.pop(self._random.randrange(max(0, len(self._open) - 5_000), len(self._open)))
        return self._cancel(at, order["customer_id"], order["order_id"])

    def _early_undoing(self, at: int) -> Event:
        """Undo an order that has not been told yet, and may never be."""
        order_id = self._id("order")
        if self._random.random() < 0.3:
            event = self._cancel(at, None, order_id)
        else:
            amount = {"amount_minor": self._random.choice((100, 9_999)), "currency": "GBP"}
            event = self._refund(at, None, amount, order_id)
        self._early.append((event["customer_id"], order_id))
        return event

    def _early_order(self, at: int) -> Event | None:
        if not self._early:
            return None
        customer, order_id = self._early.pop(self._random.randrange(len(self._early)))
        return self._order(at, customer, order_id)

    def _duplicate(self, at: int) -> Event | None:
        """Tell a fact again, with another event id and its time spelled in another way."""
        if not self._recent:
            return None
        self.duplicates += 1
        event = self._random.choice(self._recent)
        told = event["occurred_at"] if isinstance(event["occurred_at"], int) else _spelled_ms(event["occurred_at"])
        return event | {"event_id": self._id_again(event, "again"), "occurred_at": told}

    def _conflict(self, at: int) -> Event | None:
        """Tell a known id with another content."""
        if not self._recent:
            return None
        self.conflicts += 1
        event = self._random.choice(self._recent)
        if event["type"] not in IDENTIFIED:
            return event | {"rating": None} if event["type"] == "engaged" else event
        return event | {"event_id": self._id("conflict"), "occurred_at": at}

    def _engagement(self, at: int) -> Event:
        kind = self._random.choice(("review_posted", "site_visited", "link_clicked", "email_opened", "dreamt"))
        rating = {"rating": self._random.choice((0, 1, 5))} if kind == "review_posted" else {}
        return self._first(self._event("engaged", at, None) | {"kind": kind} | rating)

    def _profile(self, at: int) -> Event:
        consents = {name: self._random.random() < 0.5 for name in ("email", "push")}
        preferred = self._random.choice((None, "email", "push", "letter"))
        shown = {"consents": consents, "preferred_channel": preferred}
        return self._first(self._event("profile_changed", at, None) | shown)

    def _erasure(self, at: int) -> Event:
        return self._first(self._event("customer_erased", at, None))

    def _refund(self, at: int, customer: str | None, amount: Event, order_id: str | None) -> Event:
        refund = {"refund_id": self._id("refund"), "amount": amount}
        return self._first(self._event("order_refunded", at, customer) | refund | {"order_id": order_id})

    def _cancel(self, at: int, customer: str | None, order_id: str) -> Event:
        return self._first(self._event("order_cancelled", at, customer) | {"order_id": order_id})

    def _event(self, kind: str, at: int, customer: str | None) -> Event:
        spelled = at if self._random.random() < 0.5 else _spelled(at)
        whose = customer or f"customer-{int(self.customers * self._random.random() ** 2)}"
        return {"type": kind, "event_id": self._id("event"), "customer_id": whose, "occurred_at": spelled}

    def _first(self, event: Event) -> Event:
        self._recent.append(event)
        del self._recent[:-REPEATABLE]
        return event

    def _id_again(self, event: Event, what: str) -> str:
        """Give another event id to what has an id of its own besides."""
        return self._id(what) if event["type"] in IDENTIFIED else str(event["event_id"])

    def _id(self, what: str) -> str:
        self._ids += 1
        return f"{what}-{self._ids}"


def _spelled(at: int) -> str:
    return datetime.fromtimestamp(at / 1000, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _spelled_ms(text: str) -> int:
    return round(datetime.fromisoformat(text).timestamp() * 1000)
