"""Dead letters in, their originals back on the topics they came from; a letter that loops or is lost is refused.

Ids are in the value, which stays as it was, so replaying a letter twice counts it once. The only header added tells at
which attempt the record was rejected: should that happen again, its next dead letter counts on, and the loop is seen.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, Final

from aiokafka import AIOKafkaProducer

from agents.dead_letters import ATTEMPT, original_headers
from app.dlq.letter import Choice, DeadLetter
from app.dlq.reading import open_shelf
from app.partitioner import partition_of
from app.rights_check import check_rights
from app.runtime.clients import client_options
from app.settings import Settings
from app.topic_check import partition_counts

LARGEST_REQUEST: Final = 16 * 1024 * 1024
UNDER_WAY: Final = 500
"""Records sent before their acknowledgements are awaited."""


@dataclass(frozen=True, slots=True)
class Replay:
    """A record as it goes back."""

    topic: str
    partition: int
    key: bytes | None
    value: bytes | None
    headers: list[tuple[str, bytes]]
    timestamp: int


@dataclass(frozen=True, slots=True)
class Refusal:
    """A dead letter that stays where it is, and why."""

    partition: int
    offset: int
    reason: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a call has done, or would have done."""

    replayed: int
    refused: list[Refusal]


async def replay(settings: Settings, choice: Choice, *, again: int, dry_run: bool) -> Outcome:
    """Send the chosen dead letters back whose attempt is below `again`; SegueError when the brokers fail.

    Reads what is there when it begins: what the worker rejects again meanwhile is not replayed twice.
    """
    counts = await partition_counts(settings)
    await check_rights(settings, "replay")
    inputs = {topic: counts[topic] for topic in settings.topics.inputs if topic in counts}
    replayed, refused = 0, list[Refusal]()
    async with (
        open_shelf(settings) as shelf,
        open_shelf(settings) as originals,
        _open_way_back(settings, dry_run=dry_run) as send,
    ):
        async for letter in shelf.letters():
            if not choice(letter):
                continue
            original = await originals.record(letter.origin) if letter.by_reference and letter.origin else None
            decided = decide(letter, original, inputs, again)
            if isinstance(decided, Refusal):
                refused.append(decided)
            else:
                await send(decided)
                replayed += 1
    return Outcome(replayed, refused)


def decide(letter: DeadLetter, original: Any | None, inputs: Mapping[str, int], again: int) -> Replay | Refusal:
    """Say what goes back and where to: murmur2 of the key finds home whoever was sent astray.

    `original` is the record that a letter by reference names; `inputs` are the partitions of every input.
    """
    origin = letter.origin
    if origin is None or origin.topic not in inputs:
        return _refusal(letter, "it does not come from an input of this deployment")
    if letter.attempt >= again:
        return _refusal(letter, f"attempt {letter.attempt} was rejected too (--again {letter.attempt + 1} tries it)")
    if letter.by_reference and original is None:
        return _refusal(letter, f"{origin.topic}[{origin.partition}] no longer has offset {origin.offset}")
    whole = letter if original is None else original
    headers = [*original_headers(whole.headers), (ATTEMPT, str(letter.attempt).encode())]
    if whole.key is None and origin.partition >= inputs[origin.topic]:
        return _refusal(letter, f"{origin.topic} no longer has partition {origin.partition}, and no key says another")
    # Without a key there is nothing to choose by.
    home = origin.partition if whole.key is None else partition_of(whole.key, inputs[origin.topic])
    return Replay(origin.topic, home, whole.key, whole.value, headers, whole.timestamp)


def _refusal(letter: DeadLetter, reason: str) -> Refusal:
    return Refusal(letter.partition, letter.offset, reason)


@asynccontextmanager
async def _open_way_back(settings: Settings, *, dry_run: bool) -> AsyncIterator[Callable[[Replay], Awaitable[None]]]:
    """Give what sends a record; on leaving, all of them are acknowledged. A dry run sends nothing."""
    if dry_run:
        yield _send_nothing
        return
    producer = AIOKafkaProducer(
        **client_options(settings.kafka), enable_idempotence=True, acks="all", max_request_size=LARGEST_REQUEST
    )
    under_way: list[Awaitable[Any]] = []

    async def send(back: Replay) -> None:
        under_way.append(
            await producer.send(
                back.topic, back.value, back.key, back.partition, timestamp_ms=back.timestamp, headers=back.headers
            )
        )
        if len(under_way) >= UNDER_WAY:
            await asyncio.gather(*under_way)
            under_way.clear()

    try:
        await producer.start()
        yield send
        await asyncio.gather(*under_way)
    finally:
        await producer.stop()


async def _send_nothing(back: Replay) -> None:
    """Stand in for sending."""
