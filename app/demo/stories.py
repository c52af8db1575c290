"""The moves of all customers in, three of them told in plain sentences out."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import takewhile
from typing import Final

from schemas.instants import DAY_MS
from schemas.transitions import SegmentTransitioned

READABLE: Final = 8
"""A story has no more moves than this."""

VERBS: Final = {"up": "rose", "down": "fell", "lateral": "moved"}

Moves = list[SegmentTransitioned]


@dataclass(frozen=True, slots=True)
class Story:
    """One customer's year."""

    customer_id: str
    title: str
    sentences: list[str]


def stories(moves: Iterable[SegmentTransitioned], orders: Mapping[str, int], labels: Mapping[str, str]) -> list[Story]:
    """Pick and tell up to three, always the same ones for the same moves; `labels` are segments, the best first."""
    histories: dict[str, Moves] = defaultdict(list)
    for move in moves:
        histories[move.customer_id].append(move)
    best = next(iter(labels))
    picks: list[tuple[str, Callable[[Moves], tuple[int, ...]]]] = [
        (f"rose to {labels[best]}, then stayed away", lambda history: _rise_and_fall(history, best)),
        ("sent a fortune back", _sent_back),
        ("reached the top and never left it", lambda history: _loyalty(history, best, orders)),
    ]
    told: list[Story] = []
    for title, worth in picks:
        worths = {customer: worth(history) for customer, history in histories.items()}
        customer = min(worths, key=lambda customer: (*(-part for part in worths[customer]), customer), default=None)
        if customer is not None and any(worths[customer]):
            told.append(_told(histories.pop(customer), title, orders[customer], labels))
    return told


def _rise_and_fall(history: Moves, best: str) -> tuple[int, ...]:
    """Many steps up to the best segment, then many down by nothing but time."""
    fall = len(list(takewhile(lambda move: move.cause.type == "decay", reversed(history))))
    rises = sum(move.direction == "up" for move in history)
    before = history[: len(history) - fall]
    if not fall or not before or before[-1].to != best or len(history) > READABLE:
        return 0, 0
    return fall, rises


def _sent_back(history: Moves) -> tuple[int, ...]:
    """The largest amount that a refund took and that moved the customer."""
    refunds = [move for move in history if move.cause.type == "refund"]
    return (max((m.before.monetary_minor - m.after.monetary_minor for m in refunds), default=0),)


def _loyalty(history: Moves, best: str, orders: Mapping[str, int]) -> tuple[int, ...]:
    """Most orders of those who reached the best segment and never went down."""
    stayed = history[-1].to == best and not any(move.direction in ("down", "exit") for move in history)
    return (orders[history[-1].customer_id] if stayed else 0,)


def _told(history: Moves, title: str, orders: int, labels: Mapping[str, str]) -> Story:
    last = history[-1]
    end = "without a segment" if last.to is None else labels[last.to]
    closing = f"At the end of the year, after {_times(orders)}: {end}."
    shown = [_sentence(move, labels) for move in history[-READABLE:]]
    return Story(last.customer_id, title, [*shown, closing])


def _sentence(move: SegmentTransitioned, labels: Mapping[str, str]) -> str:
    """Tell one move: when, what happened, and where it led."""
    when = datetime.fromtimestamp(move.effective_at / 1000, UTC)
    return f"{when.day} {when:%B %Y, %H:%M}: {_happened(move)} and {_led(move, labels)}."


def _happened(move: SegmentTransitioned) -> str:
    after = move.after
    if move.cause.type == "decay":
        return f"had not bought for {(after.recency_ms or 0) // DAY_MS} days"
    if move.cause.type == "order":
        return f"bought ({_times(after.frequency)} worth {pounds(after.monetary_minor)} so far)"
    what = "got money back" if move.cause.type == "refund" else "cancelled an order"
    return f"{what} (spending went from {pounds(move.before.monetary_minor)} to {pounds(after.monetary_minor)})"


def _led(move: SegmentTransitioned, labels: Mapping[str, str]) -> str:
    origin = labels.get(move.from_segment or "", "no segment")
    target = labels.get(move.to or "", "no segment")
    if move.direction == "entry":
        return f"entered as {target}"
    if move.direction == "exit":
        return f"left {origin}"
    return f"{VERBS[move.direction]} from {origin} to {target}"


def _times(orders: int) -> str:
    return "1 order" if orders == 1 else f"{orders:,} orders"


def pounds(minor: int) -> str:
    """The shop's money, for people."""
    return f"£{minor // 100:,}.{minor % 100:02d}"
