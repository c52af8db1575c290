"""A log in which a transaction hangs: it is aborted where nobody can have seen it, and otherwise somebody is asked."""

import asyncio
from collections.abc import Callable, Iterator, Mapping
from typing import Final

import pytest
from aiokafka import TopicPartition

from app.runtime.opening import start_producer
from app.runtime.settling import Settling, Unsettled
from app.runtime.written import GROUP, Written, tell_written
from app.transactional_ids import task_id
from schemas.rows import LAYOUT, ProgressRow
from tables.codec import encode
from tables.keys import POSITION, PROGRESS
from tables.position import Position, encode_position
from tests.builders import T0
from tests.simulation.broker import Ongoing
from tests.simulation.log import Log, Transaction
from tests.simulation.log import Written as Row
from tests.simulation.running import one_worker
from tests.simulation.source import SimulatedSource
from tests.simulation.worker import SETTINGS
from tests.simulation.world import World

pytestmark = pytest.mark.simulation
TOPICS: Final = SETTINGS.topics
OFFSETS: Final = dict.fromkeys(TOPICS.inputs, 7)
REWARD: Final[Row] = (b"ann", b"a reward", [])
LETTER: Final[Row] = (b"ann", b"a dead letter", [])
ROW: Final[Row] = (b"cann", b"a row", [])


@pytest.fixture
def world() -> Iterator[World]:
    with one_worker() as made:
        yield made


class Before:
    """What has come to pass before a partition opens."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._hanging = Ongoing(task_id(SETTINGS.app_id, 0), outcome="hanging")

    def log(self, topic: str) -> Log:
        return self._world.broker.log(TopicPartition(topic, 0))

    @property
    def written(self) -> int:
        """How many records and markers stand in all logs."""
        return sum(log.end for log in self._world.broker.logs.values())

    def committed(self, topic: str, *records: Row) -> int:
        """Commit records; gives where the log ends then."""
        transaction = Ongoing(task_id(SETTINGS.app_id, 0), outcome="committed")
        self.log(topic).append(records, T0, transaction)
        self.log(topic).mark(transaction)
        return self.log(topic).end

    def hangs(self, topic: str, *records: Row) -> None:
        """Write records of the one transaction that hangs."""
        self.log(topic).append(records, T0, self._hanging)

    def group_is_at(self, offsets: Mapping[str, int]) -> None:
        self._world.broker.offsets.update({TopicPartition(topic, 0): at for topic, at in offsets.items()})

    def hangs_whole(self, written: Written | None) -> None:
        """Write what ends the part of it in the changelog: how far it came, and where else it wrote."""
        headers = tell_written(written) if written is not None else []
        self.hangs(TOPICS.changelog, ROW, (PROGRESS, encode(ProgressRow(OFFSETS, T0, {}, LAYOUT)), headers))


def settle(world: World) -> Mapping[TopicPartition, int]:
    """Start the producer of the partition, and look for what hangs."""
    worker = world.workers["worker-0"]

    async def settled() -> Mapping[TopicPartition, int]:
        producer = await start_producer(worker.deployment.clients, SETTINGS, 0)
        source = SimulatedSource(worker.link, TOPICS.inputs, 0, worker.clocks.now)
        return await Settling(worker.deployment, source, worker.place).settle(producer)

    asyncio.set_event_loop(world.loop)
    return world.loop.run_until_complete(settled())


def test_nothing_is_written_where_nothing_hangs(world: World) -> None:
    before = Before(world)
    before.committed(TOPICS.changelog, ROW)
    rewards, written = before.committed(TOPICS.rewards, REWARD), before.written
    assert settle(world)[TopicPartition(TOPICS.rewards, 0)] == rewards
    assert before.written == written


def test_what_hangs_whole_is_aborted_and_no_later_commit_brings_it_back(world: World) -> None:
    before = Before(world)
    rewards = before.committed(TOPICS.rewards, REWARD)
    before.hangs(TOPICS.rewards, REWARD)
    before.hangs_whole({TOPICS.rewards: rewards, GROUP: None})
    told = settle(world)
    assert told[TopicPartition(TOPICS.rewards, 0)] == rewards + 2, "a record and the marker of the abort"
    before.committed(TOPICS.rewards, REWARD)
    before.committed(TOPICS.changelog, ROW)
    assert len(before.log(TOPICS.rewards).committed()) == 2
    assert len(before.log(TOPICS.changelog).committed()) == 1


def test_what_was_never_complete_is_aborted_for_nobody_has_committed_it(world: World) -> None:
    before = Before(world)
    before.hangs(TOPICS.changelog, ROW)
    before.hangs(TOPICS.freezes, ROW)
    settle(world)
    before.committed(TOPICS.freezes, ROW)
    assert len(before.log(TOPICS.freezes).committed()) == 1, "there too, though others write there"
    assert before.log(TOPICS.changelog).committed() == []


def test_a_transaction_that_another_program_has_open_on_the_dead_letters_holds_nobody(world: World) -> None:
    before = Before(world)
    before.log(TOPICS.dead_letters).append([LETTER], T0, Transaction("bridge"))
    before.committed(TOPICS.changelog, ROW)
    written = before.written
    assert TopicPartition(TOPICS.dead_letters, 0) not in settle(world), "its end is not ours to know"
    assert before.written == written


def test_dead_letters_of_what_was_never_complete_are_aborted_beside_the_transaction_of_another(world: World) -> None:
    before = Before(world)
    bridge = Transaction("bridge")
    before.log(TOPICS.dead_letters).append([LETTER], T0, bridge)
    before.hangs(TOPICS.changelog, ROW)
    before.hangs(TOPICS.dead_letters, LETTER)
    settle(world)
    before.committed(TOPICS.dead_letters, LETTER)
    assert len(before.log(TOPICS.dead_letters).committed()) == 1, "what hung does not count"
    assert list(before.log(TOPICS.dead_letters).open) == [bridge]


def test_an_output_that_nothing_has_reached_need_not_hang(world: World) -> None:
    before = Before(world)
    rewards = before.committed(TOPICS.rewards, REWARD)
    before.hangs_whole({TOPICS.rewards: rewards})
    settle(world)
    assert before.log(TOPICS.rewards).end == rewards
    assert before.log(TOPICS.changelog).stable_end == before.log(TOPICS.changelog).end


def test_a_store_that_is_ahead_is_thrown_away(world: World) -> None:
    before = Before(world)
    begins = before.committed(TOPICS.changelog, ROW)
    before.hangs_whole({})
    store = world.store["worker-0"].database(0)
    store.put(POSITION, encode_position(Position(begins + 1, T0)))
    settle(world)
    assert store.get(POSITION) is None


def test_a_store_that_is_not_ahead_is_kept(world: World) -> None:
    before = Before(world)
    begins = before.committed(TOPICS.changelog, ROW)
    before.hangs_whole({})
    store = world.store["worker-0"].database(0)
    store.put(POSITION, encode_position(Position(begins, T0)))
    settle(world)
    assert store.get(POSITION) is not None


def _published(before: Before) -> None:
    rewards = before.log(TOPICS.rewards).end
    before.committed(TOPICS.rewards, REWARD)
    before.hangs_whole({TOPICS.rewards: rewards})


def _heard_by_the_group(before: Before) -> None:
    before.hangs_whole({GROUP: None})
    before.group_is_at(OFFSETS)


def _shared(before: Before) -> None:
    before.hangs_whole({TOPICS.freezes: None})


def _with_dead_letters(before: Before) -> None:
    before.hangs(TOPICS.dead_letters, LETTER)
    before.hangs_whole({TOPICS.dead_letters: None})


def _that_told_where_dead_letters_end(before: Before) -> None:
    before.hangs_whole({TOPICS.dead_letters: 0})


def _of_an_earlier_version(before: Before) -> None:
    before.hangs_whole(None)


def _several(before: Before) -> None:
    before.hangs_whole({})
    before.hangs_whole({})


def _ended_in_the_changelog(before: Before) -> None:
    before.committed(TOPICS.changelog, ROW)
    before.hangs(TOPICS.rewards, REWARD)


@pytest.mark.parametrize(
    ("past", "why"),
    [
        (_published, f"it has ended in {TOPICS.rewards}"),
        (_heard_by_the_group, "the group has its offsets"),
        (_shared, f"it has ended in {TOPICS.freezes}, or others write there"),
        (_with_dead_letters, f"it has ended in {TOPICS.dead_letters}, or others write there"),
        (_that_told_where_dead_letters_end, f"it has ended in {TOPICS.dead_letters}, or others write there"),
        (_of_an_earlier_version, "an earlier version wrote it"),
        (_several, "more than one transaction"),
        (_ended_in_the_changelog, "it has ended in the changelog"),
    ],
)
def test_what_somebody_may_have_seen_is_left_as_it_is(world: World, past: Callable[[Before], None], why: str) -> None:
    before = Before(world)
    past(before)
    written = before.written
    with pytest.raises(Unsettled, match=why) as refused:
        settle(world)
    assert "Operator action" in str(refused.value)
    assert before.written == written
