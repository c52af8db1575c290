"""A stage in, the trouble of each procedure made on it, the procedure performed, and what it promises looked at."""

import asyncio
from collections.abc import Callable
from typing import Any, Final

from aiokafka import AIOKafkaProducer

from app.runtime.clients import client_options
from schemas.topics import Topics
from tests.app.commands import segue
from tests.kafka.feeding import Sent
from tests.kafka.reading import read_all
from tests.kafka.shop import Shop
from tests.kafka.shop_load import DAY_MS
from tests.kafka.waiting import wait_for
from tests.kafka.worker_process import SEED_AS_IT_BEGINS, shop_environment
from tests.procedures.stage import Stage

LIMIT_S: Final = 60.0


def lag_grows(stage: Stage) -> None:
    """Nobody works any more while orders come in."""
    records = stage.load(2_000)
    stage.feed(records[:1_000])
    stage.work()
    stage.feed(records[1_000:])
    assert "has no active members" in stage.perform("lag-grows")
    with stage.worker() as worker:
        stage.say("the worker is started again")
        stage.shop.wait_until_worked(LIMIT_S)
        assert "no active members" not in stage.perform("lag-grows")
        worker.terminate()


def dlq_grows(stage: Stage) -> None:
    """A feed is broken here and there."""
    records = stage.load(100)
    broken = [Sent(one.key, b"not JSON", one.timestamp, one.partition) for one in records[:3]]
    stage.feed([*broken, *records])
    stage.work()
    assert stage.perform("dlq-grows").count("undecodable") == 3
    assert "replayed 3" in stage.perform("dlq-grows", "undecodable")


def recovery_never_ends(stage: Stage) -> None:
    """Somebody has begun a transaction on the changelog and is gone; what workers commit behind it cannot be read."""
    stage.feed(stage.load(100))
    stage.work()
    asyncio.run(_hang(stage))
    stage.say("somebody begins a transaction on the changelog, and is gone")
    with stage.worker() as worker:
        stage.say("the worker is started again, and does not get ready")
        looked = stage.perform("recovery-never-ends")
        (place,) = [line.split() for line in looked.splitlines() if line and line[0].isdigit() and "None" not in line]
        assert worker.get("/readyz")[0] != 200
        stage.perform("recovery-never-ends", "0", place[-1])
        worker.wait_ready()
        stage.say("the worker is ready")
        assert worker.terminate() == 0


async def _hang(stage: Stage) -> None:
    producer = AIOKafkaProducer(
        **client_options(stage.settings().kafka), transactional_id="nobody", transaction_timeout_ms=600_000
    )
    await producer.start()
    await producer.begin_transaction()
    await producer.send_and_wait(stage.shop.topics.changelog, b"row", b"key", partition=0)
    await producer._sender.close()
    await producer.client.close()


def replay_a_day(stage: Stage) -> None:
    """The orders of a day were never sent."""
    records = stage.load(600)
    begin = records[len(records) // 10].timestamp  # so early that a second order still moves a customer
    day = [one for one in records if begin <= one.timestamp < begin + DAY_MS]
    stage.feed([one for one in records if one not in day])
    file = stage.folder / "day.ndjson"
    file.write_bytes(b"".join(one.value + b"\n" for one in day if one.value is not None))
    with stage.worker() as worker:
        stage.shop.wait_until_worked(LIMIT_S)
        stage.say(f"a worker has worked them; of one day {len(day)} records never came")
        assert " 0 differences" in stage.perform("replay-a-day", file)
        stage.shop.wait_until_worked(LIMIT_S)
        assert worker.terminate() == 0
    assert any(move["late"] for move in _moves(stage))


def restore_from_nothing(stage: Stage) -> None:
    """The disk of a worker is lost."""
    stage.feed(stage.load(200))
    stage.work()
    moved = len(read_all(stage.shop, stage.shop.topics.transitions))
    stage.perform("restore-from-nothing", stage.folder / "worker")
    assert not list((stage.folder / "worker").glob("customers-*"))
    with stage.worker() as worker:
        worker.wait_ready()
        stage.say("the worker is started, and ready again")
        assert worker.terminate() == 0
    assert len(read_all(stage.shop, stage.shop.topics.transitions)) == moved


def change_the_policy(stage: Stage) -> None:
    """Marketing wants other bounds."""
    stage.feed(stage.load(200))
    file = stage.folder / "policy.yaml"
    file.write_text(SEED_AS_IT_BEGINS.read_text("utf-8").replace("[90d, 150d]", "[30d, 50d]"))
    with stage.worker() as worker:
        stage.shop.wait_until_worked(LIMIT_S)
        stage.perform("change-the-policy", file)
        stage.perform("change-the-policy", file, "--yes")
        wait_for(lambda: "policy" in {move["cause"]["type"] for move in _moves(stage)}, 120, "moves by the new policy")
        stage.say("customers have moved by the new policy, and nobody was restarted")
        assert worker.terminate() == 0


def _moves(stage: Stage) -> list[dict[str, Any]]:
    """Give every transition that was published."""
    published = read_all(stage.shop, stage.shop.topics.transitions)
    return [one.payload for one in published if one.header("ce_type") == "segment.transitioned"]


def more_partitions(stage: Stage) -> None:
    """Two partitions are too few."""
    stage.feed(stage.load(400))
    with stage.worker() as worker:
        stage.shop.wait_until_worked(LIMIT_S)
        stage.perform("more-partitions", f"{stage.shop.topics.app_id}-2", f"{stage.shop.topics.prefix}v2.", "6")
        assert worker.terminate() == 0
    names = Topics(f"{stage.shop.topics.prefix}v2.", f"{stage.shop.topics.app_id}-2")
    moved = Stage(Shop(stage.shop.bootstrap, names, 6), stage.folder / "moved", stage.environment, stage.transcript)
    moved.work()
    told = segue("verify", **shop_environment(moved.shop, moved.folder / "worker"))
    stage.transcript.append(f"\n> segue verify\n{told.stdout}{told.stderr}")
    assert told.returncode == 0, told.stderr
    assert _sizes(moved.shop) == _sizes(stage.shop)


def _sizes(shop: Shop) -> dict[str, str]:
    """Tell where each customer stands."""
    newest = {one.key: one.payload for one in read_all(shop, shop.topics.customer_segments) if one.value is not None}
    return {customer.decode(): told["segment"] for customer, told in newest.items() if customer is not None}


REHEARSALS: Final[dict[str, Callable[[Stage], None]]] = {
    "lag-grows": lag_grows,
    "dlq-grows": dlq_grows,
    "recovery-never-ends": recovery_never_ends,
    "replay-a-day": replay_a_day,
    "restore-from-nothing": restore_from_nothing,
    "change-the-policy": change_the_policy,
    "more-partitions": more_partitions,
}
"""On any broker; those of brokers themselves are in `broker_rehearsals`."""
