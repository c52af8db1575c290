"""How records arrive: Faust's consumer, delivering runs with positions and leases instead of single messages.

Each override says what stock does and why it cannot stay; `tests/runtime/test_pins.py` pins their sources.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Mapping
from typing import Any, ClassVar, Final, cast

import faust
from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.errors import NoOffsetForPartitionError, OffsetOutOfRangeError
from faust.transport.drivers import aiokafka as driver
from faust.types import TP
from faust.types.tuples import ConsumerMessage

from agents.run import LogEnd
from app.runtime.ending import end_worker
from app.runtime.errors import InputLost
from app.runtime.fetch_times import note_fetches
from app.runtime.leases import Lease, LeasedRun
from app.runtime.membership import watch_for_namesakes

FETCH_WAIT_MS: Final = 100
FETCH_PAUSE_S: Final = 0.01
"""Between two fetches: a trickle of records would cost one each, while transactions wait longer than this anyway."""


class Cursor:
    """Where the next run of a partition begins, and under which lease it is fetched."""

    __slots__ = ("end", "lease")

    def __init__(self, lease: Lease, end: int) -> None:
        self.lease = lease
        self.end = end


class RunThread(driver.AIOKafkaConsumerThread):
    """The consumer's thread: stamps what it fetches with positions and leases."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.cursors: dict[TP, Cursor] = {}
        self.log_ends: dict[TP, LogEnd] = {}
        """Per partition what the last fetch told."""

    def _create_worker_consumer(self, transport: driver.Transport) -> AIOKafkaConsumer:
        # Stock reads uncommitted records unless its own exactly_once is on, and lets one fetch wait 1500 ms,
        # with one fetch in flight per node: a partition that has records waits behind those that have none.
        consumer = super()._create_worker_consumer(transport)
        consumer._isolation_level = "read_committed"
        consumer._fetch_max_wait_ms = FETCH_WAIT_MS
        return consumer

    async def on_start(self) -> None:
        await super().on_start()
        consumer = self._ensure_consumer()
        if consumer._group_instance_id is not None:
            watch_for_namesakes(consumer._coordinator, consumer._group_instance_id, end_worker)
        note_fetches(consumer._fetcher, self._note_end)

    def _note_end(self, tp: TopicPartition, state: Any, sent_at: int) -> None:
        self.log_ends[TP(tp.topic, tp.partition)] = LogEnd(state.lso, sent_at, state.highwater)

    def verify_event_path(self, now: float, tp: TP) -> None:
        """Stock reports partitions that Faust itself does not commit as stuck; the tasks commit."""

    async def seek_leased(self, positions: Mapping[TP, int], lease: Lease) -> None:
        """Begin a lease: runs count from these positions. Runs in the consumer's thread."""
        consumer = self._ensure_consumer()
        for tp, position in positions.items():
            consumer.seek(TopicPartition(*tp), position)
            self.cursors[tp] = Cursor(lease, position)
            self.log_ends.pop(tp, None)

    async def _fetch_records(
        self,
        consumer: AIOKafkaConsumer,
        active_partitions: set[TP],
        timeout: float | None = None,
        max_records: int | None = None,
    ) -> Any:
        # Stock hands out bare records. Only here, before the fetcher goes on, is the position known that they
        # reach: with holes of aborted records and control records, offsets prove nothing.
        leased = {tp: cursor for tp, cursor in self.cursors.items() if cursor.lease.live and tp in active_partitions}
        if not leased:
            await asyncio.sleep(0.02)
            return {}
        try:
            fetched = await super()._fetch_records(consumer, set(leased), timeout, max_records)
        except OffsetOutOfRangeError as error:
            end_worker(input_lost(error))
        except NoOffsetForPartitionError:
            return {}  # a rebalance came in between, and aiokafka looked for a position before the task has sought it
        assignment = consumer._subscription.subscription.assignment
        runs: dict[TP, LeasedRun] = {}
        for tp, cursor in leased.items():
            position = _position(assignment, tp)
            if cursor.lease.live and position > cursor.end:
                records = fetched.get(TopicPartition(*tp), ())
                log_end = self.log_ends.get(tp)
                runs[tp] = LeasedRun(tp.topic, tp.partition, records, cursor.end, position, cursor.lease, log_end)
                cursor.end = position
        return runs


def input_lost(error: OffsetOutOfRangeError) -> InputLost:
    """Say which offset is gone: to go on at another one would leave facts out, or count some again."""
    tp, offset = next(iter(error.args[0].items()))
    return InputLost(tp.topic, tp.partition, offset)


def _position(assignment: Any, tp: TP) -> int:
    """Give the position of a partition; 0 while a rebalance has left it without one."""
    partition = TopicPartition(*tp)
    if partition not in assignment.tps:
        return 0
    state = assignment.state_value(partition)
    return state.position if state.has_valid_position else 0


class RunConsumer(driver.Consumer):
    """Delivers one message per run; commits, seeks and gap bookkeeping are the tasks' work."""

    _thread: RunThread
    _next_fetch = 0.0

    def _new_consumer_thread(self) -> RunThread:
        return RunThread(self, loop=self.loop, beacon=self.beacon)

    @property
    def thread(self) -> RunThread:
        """The thread that owns the Kafka consumer."""
        return self._thread

    async def perform_seek(self) -> None:
        """Stock seeks to the committed offsets after partitions are resumed, and loses what came between."""

    async def commit(self, topics: Any = None, start_new_transaction: bool = True) -> bool:
        """Stock commits what agents acknowledged, even if they raised; offsets go with the transaction."""
        return False

    def _get_active_partitions(self) -> set[TP]:
        # Stock looks at each of them to see that it is one, whenever any task goes on: with hundreds, for nothing.
        active: set[TP] = self._active_partitions
        return active

    async def getmany(self, timeout: float) -> AsyncIterator[tuple[TP, ConsumerMessage]]:
        # Stock sleeps a second while everything is paused, builds one message per record, and spends most of
        # its time on four tasks for each. A run is one message.
        active = set(self._get_active_partitions())
        if not self.flow_active or not active:  # an empty set would mean "all partitions" to aiokafka
            await asyncio.sleep(0.02)
            return
        generation = self.app.consumer_generation_id
        await asyncio.sleep(self._next_fetch - time.monotonic())
        runs = await self._getmany(active_partitions=active, timeout=0.1)
        self._next_fetch = time.monotonic() + FETCH_PAUSE_S
        for tp, run in cast("Mapping[TP, LeasedRun]", runs).items():
            if not self.flow_active or generation != self.app.consumer_generation_id:
                return  # the task sees that positions do not meet, or its lease has ended
            self._read_offset[tp] = None  # positions prove contiguity, not Faust's offsets
            yield tp, _message(tp, run, generation)


def _message(tp: TP, run: LeasedRun, generation: int) -> ConsumerMessage:
    at = run.records[-1].timestamp / 1000 if run.records else 0.0
    value: Any = run  # Faust expects bytes; RunSchema passes on what it gets
    return ConsumerMessage(
        tp.topic, tp.partition, run.end - 1, at, 0, None, None, value, None, 0, 0, tp, generation_id=generation
    )


class RunTransport(driver.Transport):
    """Kafka transport whose consumer delivers runs."""

    Consumer: ClassVar[Any] = RunConsumer


class RunSchema(faust.Schema[Any, Any]):
    """Passes a run on as it is."""

    def compile(self, app: Any, *, on_key_decode_error: Any = None, on_value_decode_error: Any = None,
                default_propagate: bool = False) -> Any:  # fmt: skip
        # Stock decodes key and value of every message, and kills the agent's iteration at the first bad one.
        async def decode(message: Any, *, propagate: bool = default_propagate) -> Any:
            return app.create_event(message.key, message.value, None, message)

        return decode
