"""Orders before and behind a freeze in, how long each took out."""

import asyncio
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar, Final

import pytest
from aiokafka import TopicPartition

from app.control.first_policy import first_record
from schemas.control import PolicyRecord
from tests.simulation.feeding import Feeder
from tests.simulation.log import Entry
from tests.simulation.running import run_all
from tests.simulation.worker import Parts
from tests.simulation.world import World

pytestmark = pytest.mark.simulation
FREEZE_S: Final = 60.0
"""The virtual clock begins with a minute, and the policy freezes every minute."""
EVERY_S: Final = 0.04
COMMIT_S: Final = 0.5
SLOW_S: Final = 0.25
"""What requests, markers and fetches take at most."""


class Slow(Parts):
    """A worker whose transactions wait long for company."""

    commit_interval = COMMIT_S


@dataclass(eq=False)
class OverAFreeze(World):
    """New customers order all the time, while the clock comes to a freeze; nothing breaks."""

    policy: ClassVar[PolicyRecord] = first_record(str(Path(__file__).with_name("freezing_policy.yaml")))

    def __post_init__(self) -> None:
        super().__post_init__()
        self.partitions, self.names = 1, self.names[:1]

    async def _live(self) -> None:
        Feeder(self.loop, self.broker, self.load, self.partitions)
        self.network.calm = True
        self.start(self.names[0])
        self.rebalance("the begin")
        await asyncio.sleep(FREEZE_S - 2 - self.loop.time())
        orders = self.broker.log(TopicPartition(self.topics.orders, 0))
        while self.loop.time() < FREEZE_S + 2:
            order = self.load.order(self.broker.now(), f"c-{orders.end}")
            _, key, value = self.load.told(order | {"total": {"amount_minor": 2_500, "currency": "GBP"}})
            orders.append([(key, value, [])], self.broker.now())
            await asyncio.sleep(EVERY_S)
        if not await self._converges():
            self.found.append("not worked off")
        await asyncio.gather(*(worker.assign(self._generation + 1, ()) for worker in self.workers.values()))
        self.found += self._tardy()

    def _tardy(self) -> list[str]:
        """Name the orders whose moves came later than one commit interval allows."""
        ordered = {one.key: one.timestamp for one in self._committed(self.topics.orders)}
        moved: dict[bytes | None, int] = {}
        for one in self._committed(self.topics.transitions):
            moved.setdefault(one.key, one.timestamp)
        assert len(ordered) > 2 / EVERY_S, "orders came all the time"
        frozen = [one for one in self._committed(self.topics.freezes) if one.timestamp >= ordered[b"c-0"]]
        assert frozen, "it came to a freeze"
        late = {key: moved[key] - at for key, at in ordered.items()}
        return [f"{key!r} took {ms} ms" for key, ms in late.items() if ms > (COMMIT_S + SLOW_S) * 1000]

    def _committed(self, topic: str) -> list[Entry]:
        return self.broker.log(TopicPartition(topic, 0)).committed()


@pytest.mark.parametrize("seed", range(5))
def test_orders_behind_a_freeze_wait_for_one_commit_interval_as_all_others(seed: int) -> None:
    (told,) = run_all([seed], Slow, world=OverAFreeze)
    assert told.violations == []
