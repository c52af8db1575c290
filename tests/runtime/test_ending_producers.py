"""However a producer ends, nothing of it is left behind."""

import asyncio
import gc
from contextlib import suppress
from typing import Any

import pytest
from aiokafka import AIOKafkaProducer, TopicPartition
from aiokafka.errors import InvalidProducerEpoch, KafkaConnectionError, KafkaError, ProducerFenced
from aiokafka.protocol.produce import ProduceRequest
from aiokafka.protocol.transaction import AddPartitionsToTxnRequest, AddPartitionsToTxnResponse_v0

from app.runtime import ending_producers
from app.runtime.clients import Clients
from app.runtime.ending_producers import end_producer
from app.runtime.opening import start_producer
from app.runtime.sending import send_all
from app.settings import Settings
from tests.brokers.apache import free_port


async def started(bootstrap: str) -> AIOKafkaProducer:
    producer = AIOKafkaProducer(bootstrap_servers=bootstrap, transactional_id="ending", enable_idempotence=True)
    await producer.start()
    await producer.begin_transaction()
    return producer


def others(before: set["asyncio.Task[Any]"]) -> set["asyncio.Task[Any]"]:
    """The tasks that were not there before."""
    return asyncio.all_tasks() - before


async def all_end(before: set["asyncio.Task[Any]"]) -> None:
    """Wait for them: a connection that is closed needs a turn of the loop to end its own."""
    if others(before):
        await asyncio.wait(others(before), timeout=5)
    assert not others(before)


async def test_a_producer_that_can_stop_leaves_no_task(embedded_broker: str) -> None:
    before = asyncio.all_tasks()
    await end_producer(await started(embedded_broker))
    await all_end(before)


def fall_silent(producer: AIOKafkaProducer, monkeypatch: pytest.MonkeyPatch) -> asyncio.Event:
    """Answer no produce request any more; gives what is set when one has been sent."""
    answered, asked = producer.client.send, asyncio.Event()

    async def send(node: int, request: Any, **options: Any) -> Any:
        if not isinstance(request, ProduceRequest):
            return await answered(node, request, **options)
        asked.set()
        return await asyncio.Event().wait()

    monkeypatch.setattr(producer.client, "send", send)
    monkeypatch.setattr(ending_producers, "STOP_SECONDS", 0.05)
    return asked


@pytest.fixture
async def complaints() -> list[dict[str, Any]]:
    """What asyncio complains of."""
    found: list[dict[str, Any]] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, context: found.append(context))
    return found


async def test_one_whose_broker_answers_nothing_more_leaves_no_task(
    embedded_broker: str, monkeypatch: pytest.MonkeyPatch, complaints: list[dict[str, Any]]
) -> None:
    before = asyncio.all_tasks()
    producer = await started(embedded_broker)
    await producer.partitions_for("ending")
    asked = fall_silent(producer, monkeypatch)
    unsent = await producer.send("ending", b"value")
    await asyncio.wait_for(asked.wait(), 5)
    batches = producer._message_accumulator
    batches.reenqueue(next(iter(batches._pending_batches)))  # as when its answer has not come in time
    await end_producer(producer)
    with pytest.raises(KafkaConnectionError):
        await asyncio.wait_for(unsent, 5)
    await all_end(before)
    gc.collect()
    await asyncio.sleep(0)
    assert not complaints


async def test_one_whose_ending_is_cancelled_leaves_no_task(
    embedded_broker: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = asyncio.all_tasks()
    producer = await started(embedded_broker)
    await producer.partitions_for("ending")
    asked = fall_silent(producer, monkeypatch)
    monkeypatch.setattr(ending_producers, "STOP_SECONDS", 60.0)
    unsent = await producer.send("ending", b"value")
    await asyncio.wait_for(asked.wait(), 5)
    ending = asyncio.ensure_future(end_producer(producer))
    await asyncio.sleep(0)
    ending.cancel()
    with pytest.raises(asyncio.CancelledError):
        await ending
    with pytest.raises(KafkaConnectionError):
        await asyncio.wait_for(unsent, 5)
    await all_end(before)


async def test_one_with_a_connection_that_cannot_be_closed_leaves_no_task(
    embedded_broker: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = asyncio.all_tasks()
    producer = await started(embedded_broker)
    asked = fall_silent(producer, monkeypatch)
    sending = asyncio.ensure_future(send_all(producer, {TopicPartition("ending", 0): [(b"k", b"v", [], None)]}))
    await asked.wait()
    gone, *others_open = producer.client._conns.values()
    assert others_open, "the coordinator has a connection of its own"

    def refuse(**_: Any) -> None:
        raise RuntimeError("unable to perform operation on <TCPTransport closed=True>; the handler is closed")

    close = gone.close
    monkeypatch.setattr(gone, "close", refuse)
    await end_producer(producer)
    with pytest.raises(KafkaConnectionError):
        await sending
    assert not any(connection.connected() for connection in others_open)
    close()
    await all_end(before)


async def test_sends_that_were_given_up_leave_no_complaint(
    embedded_broker: str, monkeypatch: pytest.MonkeyPatch, complaints: list[dict[str, Any]]
) -> None:
    producer = await started(embedded_broker)
    await producer.partitions_for("ending")
    asked = fall_silent(producer, monkeypatch)
    sending = asyncio.ensure_future(
        send_all(producer, {TopicPartition("ending", number): [(None, b"value", [], None)] for number in (0, 1)})
    )
    await asyncio.wait_for(asked.wait(), 5)
    sending.cancel()
    await asyncio.wait([sending])
    await end_producer(producer)
    del sending
    await asyncio.sleep(0.01)  # a shield hears of its inner future in the turn after
    gc.collect()
    assert not complaints


async def test_sends_given_up_before_the_sender_ends_by_itself_leave_no_complaint(
    embedded_broker: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    producer = await started(embedded_broker)
    await producer.partitions_for("ending")
    asked, looked, lost = fall_silent(producer, monkeypatch), asyncio.Event(), asyncio.Event()

    async def find_no_coordinator(*_: Any) -> int:
        looked.set()
        await lost.wait()
        raise KafkaError("the connection was closed")

    sending = asyncio.ensure_future(send_all(producer, {TopicPartition("ending", 0): [(None, b"value", [], None)]}))
    await asyncio.wait_for(asked.wait(), 5)
    monkeypatch.setattr(producer._sender, "_find_coordinator", find_no_coordinator)
    more = asyncio.ensure_future(send_all(producer, {TopicPartition("ending", 1): [(None, b"value", [], None)]}))
    await asyncio.wait_for(looked.wait(), 5)
    in_flight = [batch.future for batch in producer._message_accumulator._pending_batches]
    assert in_flight
    sending.cancel()
    more.cancel()
    await asyncio.wait([sending, more])
    lost.set()
    await asyncio.wait([producer._sender.sender_task], timeout=5)
    await end_producer(producer)
    assert [repr(future.exception()) for future in in_flight if future._log_traceback] == []


async def test_an_ending_that_is_itself_given_up_leaves_no_complaint(
    embedded_broker: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    producer = await started(embedded_broker)
    looked, lost = asyncio.Event(), asyncio.Event()

    async def find_no_coordinator(*_: Any) -> int:
        looked.set()
        while not lost.is_set():
            with suppress(asyncio.CancelledError):
                await lost.wait()
        raise KafkaError("the connection was closed")

    monkeypatch.setattr(producer._sender, "_find_coordinator", find_no_coordinator)
    sending = asyncio.ensure_future(send_all(producer, {TopicPartition("ending", 0): [(None, b"value", [], None)]}))
    await asyncio.wait_for(looked.wait(), 5)
    sending.cancel()
    await asyncio.wait([sending])
    ending = asyncio.ensure_future(end_producer(producer))
    while not ending.done():
        await asyncio.sleep(0)
        ending.cancel()
    assert not producer._sender.sender_task.done(), "the test has lost its point"
    (batch,) = producer._message_accumulator._batches[TopicPartition("ending", 0)]
    left = [batch.future, batch._drain_waiter, producer._txn_manager._transaction_waiter]
    lost.set()
    await asyncio.wait(left, timeout=5)
    await asyncio.sleep(0)  # those who hear of it do so in the turn after
    assert [repr(future.exception()) for future in left if future._log_traceback] == []


async def test_one_that_was_fenced_before_its_commit_leaves_no_complaint(
    embedded_broker: str, complaints: list[dict[str, Any]]
) -> None:
    producer = await started(embedded_broker)
    producer._txn_manager.fatal_error(ProducerFenced())
    await end_producer(producer)
    del producer
    gc.collect()
    await asyncio.sleep(0)
    assert not complaints


async def test_one_that_was_fenced_with_a_batch_in_hand_leaves_no_complaint(
    embedded_broker: str, monkeypatch: pytest.MonkeyPatch, complaints: list[dict[str, Any]]
) -> None:
    producer = await started(embedded_broker)
    await producer.partitions_for("ending")
    answered = producer.client.send

    async def send(node: int, request: Any, **options: Any) -> Any:
        if not isinstance(request, AddPartitionsToTxnRequest):
            return await answered(node, request, **options)
        return AddPartitionsToTxnResponse_v0(0, [("ending", [(0, InvalidProducerEpoch.errno)])])

    monkeypatch.setattr(producer.client, "send", send)
    with pytest.raises(ProducerFenced):
        await send_all(producer, {TopicPartition("ending", 0): [(None, b"value", [], None)]})
    await end_producer(producer)
    monkeypatch.undo()
    del producer
    gc.collect()
    await asyncio.sleep(0)
    assert not complaints


async def test_one_that_finds_no_broker_leaves_no_complaint(complaints: list[dict[str, Any]]) -> None:
    settings = Settings.model_validate({"kafka": {"bootstrap_servers": f"127.0.0.1:{free_port()}"}})
    with pytest.raises(KafkaConnectionError):
        await start_producer(Clients(), settings, 0)
    gc.collect()
    await asyncio.sleep(0)
    assert not complaints
