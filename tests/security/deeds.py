"""The settings of a user in, what each process is for done: whatever the brokers refuse is raised."""

import asyncio
import io
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Final, NamedTuple

import orjson
from confluent_kafka import Producer
from confluent_kafka.admin import AdminClient
from confluent_kafka.cimpl import NewTopic

from app.backfilling.program import Job, run_backfill
from app.bridging.document import load_mapping
from app.bridging.program import Bridge
from app.experiments.arms import Arms
from app.experiments.topics import Deployed
from app.exporting import export
from app.gathering import deployed_view, gathered
from app.policies.rollout import promote
from app.rights import Process
from app.settings import Settings
from app.simulate.fact_log import FactLog
from app.simulate.progress import Progress
from app.simulate.spool import Spool
from app.topic_apply import apply_topics
from app.topic_dump import dump
from tests.bridging.records import AT, order, shopify
from tests.kafka.reading import read_all
from tests.kafka.shop import Shop
from tests.kafka.waiting import wait_for
from tests.kafka.worker_process import SEED_AS_IT_BEGINS

CUSTOMER: Final = "customer-0"
ORDERS: Final = "customer_id,order_id,occurred_at,amount,currency\nbea,b-1,2012-06-01T00:00:00Z,5.00,GBP\n"
LIMIT_S: Final = 30.0


class Place(NamedTuple):
    """Where deeds are done: a shop, a folder of their own, and a topic of the shop's that Segue does not know."""

    shop: Shop
    folder: Path
    source: str


def _explain(settings: Settings, place: Place) -> None:
    evidence, _ = gathered(CUSTOMER, (), None, settings, as_of=None, cut_points=None)
    assert evidence.facts


def _audit(settings: Settings, place: Place) -> None:
    evidence, _ = gathered(CUSTOMER, (), None, settings, as_of=None, cut_points=None, rewards=True)
    assert evidence.published is not None


def _lift(settings: Settings, place: Place) -> None:
    source, arms = Deployed(settings, Progress(io.StringIO())), Arms("seed")
    assert deployed_view(settings) is not None
    source.rewards(arms)
    with tempfile.TemporaryDirectory() as scratch:
        log = FactLog(Spool(Path(scratch) / "facts"))
        source.facts(log, {CUSTOMER})
        assert [customer for customer, _ in log.customers()] == [CUSTOMER]


def _export(settings: Settings, place: Place) -> None:
    assert asyncio.run(export(CUSTOMER, settings)).facts


def _promote(settings: Settings, place: Place) -> None:
    policy = place.folder / "policy.yaml"
    policy.write_text(SEED_AS_IT_BEGINS.read_text("utf-8").replace("150d", "160d"))
    assert asyncio.run(promote(settings, str(policy), at=None, silent=False, dry_run=False)).record.number == 2


def _backfill(settings: Settings, place: Place) -> None:
    orders = place.folder / "orders.csv"
    orders.write_text(ORDERS)
    assert run_backfill(settings, Job(files=(orders,)), Progress(io.StringIO()))
    assert b"bea" in {record.key for record in read_all(place.shop, place.shop.topics.orders)}


def _topics(settings: Settings, place: Place) -> None:
    wrong = NewTopic(settings.topics.changelog, 1, 1, config={"cleanup.policy": "delete"})
    admin = AdminClient({"bootstrap.servers": place.shop.bootstrap})
    if wrong.topic not in admin.list_topics(timeout=LIMIT_S).topics:
        admin.create_topics([wrong])[wrong.topic].result(LIMIT_S)
        wait_for(lambda: wrong.topic in admin.list_topics(timeout=LIMIT_S).topics, LIMIT_S, "the topic", every_s=0.05)
    done = asyncio.run(apply_topics(settings, 1, keep_forever=False))
    assert {wrong.topic, *done.created} == {plan.name for plan in settings.topics.plan()}
    assert done.altered[0] == f"{wrong.topic} cleanup.policy=compact (was delete)"


def _dump(settings: Settings, place: Place) -> None:
    async def dumped() -> set[str]:
        return {orjson.loads(line)["event_id"] async for line in dump(settings)}

    records = [record for topic in place.shop.topics.inputs for record in read_all(place.shop, topic)]
    assert asyncio.run(dumped()) == {one.payload["event_id"] for one in records if (one.value or b"")[:1] == b"{"}


def _bridge(settings: Settings, place: Place) -> None:
    producer = Producer({"bootstrap.servers": place.shop.bootstrap})
    told = shopify("orders/create", order(1, 99))
    producer.produce(place.source, told.value, headers=list(told.headers), timestamp=AT)
    assert producer.flush(LIMIT_S) == 0
    mapping = load_mapping("shopify").model_copy(update={"topics": [place.source]})
    directory = settings.state.model_copy(update={"directory": place.folder})
    asyncio.run(_until_mapped(Bridge(settings.model_copy(update={"state": directory}), mapping, "allowed"), place))


async def _until_mapped(bridge: Bridge, place: Place) -> None:
    stopping = asyncio.Event()

    async def mapped() -> bool:
        records = await asyncio.to_thread(read_all, place.shop, place.shop.topics.orders)
        return b"99" in {record.key for record in records}

    async with asyncio.timeout(LIMIT_S):
        work = asyncio.create_task(bridge.run(stopping))
        while not (work.done() or await mapped()):
            await asyncio.sleep(0.1)
        stopping.set()
        await work


DEEDS: Final[dict[Process, Callable[[Settings, Place], None]]] = {
    "explain": _explain,
    "audit": _audit,
    "lift": _lift,
    "export": _export,
    "promote": _promote,
    "backfill": _backfill,
    "topics": _topics,
    "dump": _dump,
    "bridge": _bridge,
}
