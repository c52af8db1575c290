"""A store that may have missed deletions is built anew when its partition opens, and a younger one is gone on with."""

import asyncio
from collections.abc import Iterator
from typing import Final

import pytest
from aiokafka import TopicPartition

from app.runtime.opening import OpenPartition, open_partition
from app.runtime.restore import OLDEST_STORE_MS
from schemas.rows import LAYOUT, ProgressRow
from schemas.topics import DELETE_RETENTION_MS
from tables.codec import encode
from tables.keys import IDENTITY, POSITION, PROGRESS
from tables.position import Position, encode_position
from tests.builders import T0
from tests.simulation.broker import START_MS, Ongoing
from tests.simulation.running import one_worker
from tests.simulation.source import SimulatedSource
from tests.simulation.worker import SETTINGS
from tests.simulation.world import World

pytestmark = pytest.mark.simulation
FORGOTTEN: Final = b"gann\0paid"
"""A row that was deleted, of which compaction has taken the deletion too: only an old store has it."""


@pytest.fixture
def world() -> Iterator[World]:
    """A worker whose store is level with a log of one transaction, but for a row of which the log knows nothing."""
    with one_worker() as made:
        worker = made.workers["worker-0"]
        log = made.broker.log(TopicPartition(SETTINGS.topics.changelog, 0))
        progress = ProgressRow(dict.fromkeys(SETTINGS.topics.inputs, 0), T0, {}, LAYOUT)
        rows = {IDENTITY: encode(worker.deployment.identity(0)), PROGRESS: encode(progress)}
        transaction = Ongoing("task", outcome="committed")
        log.append([(key, row, []) for key, row in rows.items()], T0, transaction)
        log.mark(transaction)
        for key, row in (rows | {FORGOTTEN: b"1"}).items():
            worker.disk.database(0).put(key, row)
        yield made


def opened(world: World, *, level_ms_ago: int) -> OpenPartition:
    """Open the partition with a store that was level so long ago."""
    worker = world.workers["worker-0"]
    worker.disk.database(0).put(POSITION, encode_position(Position(3, START_MS - level_ms_ago)))
    source = SimulatedSource(worker.link, SETTINGS.topics.inputs, 0, worker.clocks.now)
    asyncio.set_event_loop(world.loop)
    return world.loop.run_until_complete(open_partition(worker.deployment, source, worker.place))


def test_a_store_that_is_too_old_is_built_anew(world: World) -> None:
    table = opened(world, level_ms_ago=OLDEST_STORE_MS + 1).table
    assert table.get(FORGOTTEN) is None
    assert table.get(PROGRESS) is not None
    assert table.position is not None
    assert table.position.next_offset == 3
    assert START_MS <= table.position.level_at < START_MS + 1_000


def test_a_younger_store_is_gone_on_with(world: World) -> None:
    assert opened(world, level_ms_ago=OLDEST_STORE_MS - 60_000).table.get(FORGOTTEN) is not None


def test_a_store_grows_too_old_well_before_deletions_are_forgotten() -> None:
    (changelog,) = (plan for plan in SETTINGS.topics.plan() if plan.name == SETTINGS.topics.changelog)
    assert int(dict(changelog.settings)["delete.retention.ms"]) == DELETE_RETENTION_MS == 2 * OLDEST_STORE_MS
