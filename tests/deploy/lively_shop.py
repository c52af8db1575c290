"""A small shop in which, every second, everything happens that a metric tells of."""

import time
from collections.abc import Iterator
from typing import Any, Final

import orjson
from confluent_kafka import Producer

from schemas.digests import message_of_reward, reward_id
from schemas.topics import Topics

LATE_MS: Final = 1000
FELL_AFTER_MS: Final = 2500


class LivelyShop:
    """Sends a round of orders, reviews, repeats, contradictions, late facts and broken records when told to."""

    def __init__(self, bootstrap: str, topics: Topics) -> None:
        self._producer = Producer({"bootstrap.servers": bootstrap, "partitioner": "murmur2_random", "linger.ms": 0})
        self._topics = topics
        self._round = 0
        self._fresh: list[tuple[int, str]] = []

    def go_on(self) -> None:
        """Send one round, all of it as of now."""
        self._round += 1
        now = time.time_ns() // 1_000_000
        for event in self._orders(now):
            self._send(self._topics.orders, event)
        self._send(self._topics.engagement, self._review(now))
        for n in range(1, self._round):  # again and again: not all are greeted at once
            self._send(self._topics.receipts, self._receipt(f"c{n}", now))
        self._producer.poll(0)

    def end(self) -> None:
        """Wait until the broker has everything."""
        assert self._producer.flush(10) == 0

    def _orders(self, now: int) -> Iterator[dict[str, Any]]:
        customer = f"c{self._round}"
        placed = _order(customer, f"{customer}-1", now)
        self._fresh.append((now, customer))
        yield placed
        yield placed
        yield placed | {"total": {"amount_minor": 1, "currency": "GBP"}}
        yield _order(customer, f"{customer}-x", now) | {"occurred_at": "2026-11-27T10:00:00"}
        while self._fresh[0][0] < now - FELL_AFTER_MS:
            # She has fallen meanwhile; an order from before that takes the fall back.
            at, who = self._fresh.pop(0)
            yield _order(who, f"{who}-2", at + LATE_MS)

    def _review(self, now: int) -> dict[str, Any]:
        event = {"type": "engaged", "kind": "review_posted", "rating": 5, "event_id": f"e{self._round}"}
        return event | {"customer_id": "critic", "occurred_at": now}

    def _receipt(self, customer: str, now: int) -> dict[str, Any]:
        message = message_of_reward(reward_id(customer, "welcome", "first_order"))
        event = {"event_id": f"m{self._round}-{customer}", "customer_id": customer, "occurred_at": now}
        return event | {"type": "message.failed", "message_id": message, "reason": "blocked", "permanent": False}

    def _send(self, topic: str, event: dict[str, Any]) -> None:
        self._producer.produce(topic, orjson.dumps(event), event["customer_id"].encode())


def _order(customer: str, order: str, at: int) -> dict[str, Any]:
    total = {"amount_minor": 2500, "currency": "GBP"}
    event = {"type": "order_placed", "event_id": f"o-{order}", "order_id": order, "customer_id": customer}
    return event | {"occurred_at": at, "total": total, "lines": []}
