"""Transactions that brokers will never take as they are: a partition finds those that they do, and goes on."""

import asyncio
from collections.abc import Callable
from typing import Any

import pytest
from aiokafka import TopicPartition
from aiokafka.errors import MessageSizeTooLargeError

from tests.simulation.clients import Acknowledgement, Batch, Link, Producer
from tests.simulation.disks import Disk
from tests.simulation.log import Entry
from tests.simulation.running import new_disks, quiet
from tests.simulation.worker import SETTINGS, Parts
from tests.simulation.world import World

pytestmark = pytest.mark.simulation

LARGE = "m0"
"""The customer whose row no broker takes."""
ROW_SECONDS = 0.15
"""What each row takes to be sent, where brokers are slow: a dozen does not fit into the time of a transaction."""


class Particular(Producer):
    """Knows a row that is too large."""

    async def _send(self, tp: TopicPartition, batch: Batch) -> Acknowledgement:
        if any(key == b"c" + LARGE.encode() for key, _, _ in batch.records):
            raise MessageSizeTooLargeError
        return await super()._send(tp, batch)


class Slow(Producer):
    """Takes its time for each row."""

    async def _send(self, tp: TopicPartition, batch: Batch) -> Acknowledgement:
        if tp.topic == SETTINGS.topics.changelog:
            await asyncio.sleep(ROW_SECONDS * max(0, len(batch.records) - 4))
        return await super()._send(tp, batch)


def worked(seed: int, producer: Callable[..., Producer]) -> tuple[list[str], list[Entry]]:
    """Run without faults, but for what the brokers do not take; gives what is wrong then, and the dead letters."""

    class Built(Parts):
        @staticmethod
        def producer(link: Link, disk: Disk, **options: Any) -> Producer:
            return producer(link, **options)

    with quiet(), new_disks() as disks:
        world = World(seed, disks, Built)
        world.faults.schedule = lambda seconds: None  # type: ignore[method-assign]
        told, topic = world.run(), world.topics.dead_letters
        logs = [world.broker.log(TopicPartition(topic, partition)) for partition in range(world.partitions)]
        return told.violations, [letter for log in logs for letter in log.committed()]


@pytest.mark.parametrize("seed", [3, 4])
def test_a_row_that_brokers_never_take_is_set_aside_and_holds_up_nobody_else(seed: int) -> None:
    violations, letters = worked(seed, Particular)
    aside = [letter for letter in letters if ("segue.dlq.code", b"internal_error") in letter.headers]
    assert {letter.key for letter in aside} == {LARGE.encode()}
    assert all("MessageSizeTooLargeError" in str(letter.headers) for letter in aside)
    others = [violation for violation in violations if LARGE not in violation]
    assert not others


@pytest.mark.parametrize("seed", [3, 4])
def test_brokers_that_are_too_slow_for_a_whole_batch_are_given_less(seed: int) -> None:
    violations, _ = worked(seed, Slow)
    assert violations == []
