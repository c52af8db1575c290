"""The control topic as every worker reads it: committed records, all of them, or an end with an instruction."""

import asyncio
import time

import orjson
import pytest
from confluent_kafka.admin import AdminClient
from confluent_kafka.cimpl import NewTopic

from app.control.reader import ControlReader, ControlRefused
from schemas.control import FreezesRecord
from tests.builders import DAY, T0
from tests.control.records import SEED_TEXT, policy, version
from tests.control.writing import FLUSH_S, control, transaction, write
from tests.kafka.shop import Shop

pytestmark = pytest.mark.kafka
LIMIT_S = 30.0


def now() -> int:
    return int(time.time() * 1000)


def delete(shop: Shop) -> AdminClient:
    """Delete the control topic; gives whoever could create it again."""
    admin = AdminClient({"bootstrap.servers": shop.bootstrap})
    admin.delete_topics([shop.topics.control])[shop.topics.control].result(LIMIT_S)
    return admin


async def loaded(reader: ControlReader) -> None:
    await asyncio.wait_for(reader.loaded(), LIMIT_S)


async def refused(reader: ControlReader) -> str:
    """Wait until the reader refuses to go on; gives what it says."""
    with pytest.raises(ControlRefused) as error:
        await asyncio.wait_for(reader.until(lambda view: False), 90)
    assert "Operator action" in str(error.value)
    return str(error.value)


async def test_everything_committed_is_known_and_up_to_when(shop: Shop, reader: ControlReader) -> None:
    write(shop, shop.topics.control, control(policy(1, 0), version(1, T0), FreezesRecord(T0)))
    before = now()
    await asyncio.wait_for(reader.level(before), LIMIT_S)
    assert [one.number for one in reader.view.policies] == [1]
    assert (len(reader.view.cut_points), reader.view.decided) == (1, T0)
    assert before + 30_000 <= reader.view.known_until <= now() + 30_000
    write(shop, shop.topics.control, control(version(2, T0 + DAY)))
    await asyncio.wait_for(reader.until(lambda view: len(view.cut_points) == 2), LIMIT_S)


async def test_an_empty_topic_is_known_to_be_empty(reader: ControlReader) -> None:
    await loaded(reader)
    assert (reader.view.policies, reader.view.cut_points, reader.view.decided) == ((), (), 0)


async def test_aborted_records_are_not_there_and_an_open_transaction_holds_what_is_known(
    shop: Shop, reader: ControlReader
) -> None:
    write(shop, shop.topics.control, control(policy(1, 0)))
    with transaction(shop) as producer:
        ((key, value),) = control(policy(2, T0))
        producer.produce(shop.topics.control, value, key, partition=0)
        producer.produce(shop.topics.control, b"junk", b"junk", partition=0)
        producer.flush(FLUSH_S)
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(reader.level(now()), 3)
        producer.abort_transaction(FLUSH_S)
    await asyncio.wait_for(reader.level(now()), LIMIT_S)
    assert [one.number for one in reader.view.policies] == [1]


@pytest.mark.parametrize(
    ("key", "value", "reason"),
    [
        (b"freezes", b'{"format":2,"kind":"freezes","decided":1}', "has format 2"),
        (b"\xff", b"junk", "malformed"),
        (*control(policy(2, T0))[0], "policy/1 is due"),
        (b"policy/1", orjson.dumps({"format": 1, "kind": "policy", "number": 1, "effective_at": 0, "silent": False,
                                    "fingerprint": "f", "id": "x", "version": 1, "document": "version: 9"}),
         "cannot be read by this version of Segue"),
        (*control(policy(1, 0, document=SEED_TEXT))[0][:1], control(policy(1, 0))[0][1].replace(b"Champions", b"Best"),
         "not the one that was published"),
    ],
)  # fmt: skip
async def test_a_record_that_cannot_be_understood_is_refused_with_its_place(
    key: bytes, value: bytes, reason: str, shop: Shop, reader: ControlReader
) -> None:
    write(shop, shop.topics.control, [(key, value)])
    told = await refused(reader)
    assert f"{shop.topics.control}[0] offset 0" in told
    assert reason in told


async def test_a_topic_that_was_created_again_is_refused(shop: Shop, reader: ControlReader) -> None:
    write(shop, shop.topics.control, control(policy(1, 0), version(1, T0)))
    await loaded(reader)
    admin = delete(shop)
    await asyncio.sleep(1)
    admin.create_topics([NewTopic(shop.topics.control, 1, 1)])[shop.topics.control].result(LIMIT_S)
    assert "created again" in await refused(reader)


async def test_a_topic_that_was_deleted_is_refused(
    shop: Shop, reader: ControlReader, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.control.reader.SILENT_SECONDS", 1.0)
    write(shop, shop.topics.control, control(policy(1, 0)))
    await loaded(reader)
    delete(shop)
    assert "has been deleted" in await refused(reader)
