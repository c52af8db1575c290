"""A world in which messages are asked for: a messaging system beside it answers, often badly, late and twice."""

import asyncio
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Any, ClassVar, Final, Literal

import orjson
from aiokafka import TopicPartition

from app.control.first_policy import first_record
from app.partitioner import partition_of
from schemas.control import PolicyRecord
from schemas.digests import digest, message_of_reward, request_id
from tests.simulation.world import World

CHANNELS: Final = ("email", "push")
ATTEMPTS: Final = 2
Outcome = Literal["delivered", "failed", "lost"]
OUTCOMES: Final[tuple[Outcome, ...]] = ("delivered", "failed", "failed", "lost")


def outcome_of(request: str) -> Outcome:
    """Say what becomes of a request: the same in every run, and known to whoever checks it."""
    return OUTCOMES[int(digest(f"outcome of {request}")[:2], 16) % len(OUTCOMES)]


def course(customer: str, original: str) -> tuple[list[str], bool]:
    """Give the requests that a message must come to, and whether it is given up."""
    asked: list[str] = []
    for channel in CHANNELS:
        for attempt in range(1, ATTEMPTS + 1):
            first = (channel, attempt) == (CHANNELS[0], 1)
            asked.append(original if first else request_id(customer, original, channel, attempt))
            outcome = outcome_of(asked[-1])
            if outcome == "delivered":
                return asked, False
            if outcome == "lost":
                break
    return asked, True


class MessagingWorld(World):
    """Says something with two of its rewards."""

    policy: ClassVar[PolicyRecord] = first_record(str(Path(__file__).with_name("messages.yaml")))

    def begin_beside(self) -> None:
        """Begin to answer."""
        self._answering = self.loop.create_task(self._answer_all(Random(self.seed)))

    async def _answer_all(self, chance: Random) -> None:
        answered: set[str] = set()
        while True:
            for message in self._published(self.topics.messages):
                if message["message_id"] not in answered:
                    answered.add(message["message_id"])
                    for _ in range(chance.choice((1, 1, 2))):
                        self.loop.call_later(chance.uniform(0, 0.2), self._answer, message, self.broker.now())
            await asyncio.sleep(0.02)

    def _answer(self, message: dict[str, Any], at: int) -> None:
        request, customer = message["message_id"], message["customer_id"]
        told = {"event_id": f"of {request}", "customer_id": customer, "occurred_at": at, "message_id": request}
        outcome = outcome_of(request)
        if outcome == "delivered":
            told |= {"type": "message.delivered"}
        else:
            told |= {"type": "message.failed", "reason": "blocked", "permanent": outcome == "lost"}
        key = customer.encode()
        log = self.broker.log(TopicPartition(self.topics.receipts, partition_of(key, self.partitions)))
        log.append([(key, orjson.dumps(told), [])], self.broker.now())

    def more_violations(self) -> list[str]:
        """Each message has gone its course, each request was made once, and who has no channel left is told of once."""
        self._answering.cancel()
        asked = Counter(one["message_id"] for one in self._published(self.topics.messages))
        lost = Counter(one["message_id"] for one in self._published(self.topics.alerts))
        expected, given_up = Counter[str](), Counter[str]()
        for granted in self._published(self.topics.rewards):
            if granted["rule"] in {"welcome", "review-points"}:
                message = message_of_reward(granted["reward_id"])
                requests, failed = course(granted["customer_id"], message)
                expected.update(requests)
                given_up.update([message] if failed else [])
        return [
            *(f"messages: missing {name}" for name in (expected - asked).elements()),
            *(f"messages: not expected {name}" for name in (asked - expected).elements()),
            *(f"alerts: missing {name}" for name in (given_up - lost).elements()),
            *(f"alerts: not expected {name}" for name in (lost - given_up).elements()),
        ]

    def _published(self, topic: str) -> Iterator[dict[str, Any]]:
        for tp, log in sorted(self.broker.logs.items()):
            if tp.topic == topic:
                yield from (orjson.loads(entry.value or b"") for entry in log.committed())
