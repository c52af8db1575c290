#!/usr/bin/env python3
# /// script
# requires-python = ">=3.11"
# dependencies = ["aiokafka>=0.14", "aiohttp>=3.14"]
# ///
"""Requested messages in (`loyalty.messages.v1`), one POST to a webhook for each out.

A call is a CloudEvent in binary mode: the JSON value as body, `ce-*` headers, and `ce_id` once more as
`Idempotency-Key`. Offsets are committed after the receiver has said yes, so nothing is lost; calls come **at least
once**. What was delivered is remembered by `ce_id`, but only the newest of them and in memory: after a restart, a crash
or a rebalance between a call and its commit the same message is sent again, with the same key. A receiver that must
not act twice keeps the keys.

It waits for a receiver that fails (5xx, 429, no answer, but also 401 and 404: somebody will repair that), and skips a
message that the receiver says is wrong in itself (REFUSED), with an error in the log.
"""

import argparse
import asyncio
import logging
import os
import signal
from contextlib import suppress

import aiohttp
from aiokafka import AIOKafkaConsumer, ConsumerRecord, TopicPartition
from aiokafka.errors import CommitFailedError

REFUSED = {400, 409, 410, 413, 415, 422}
REMEMBERED = 100_000
FIRST_PAUSE_S, LONGEST_PAUSE_S = 0.1, 30.0
CALL_LIMIT_S = 10.0
log = logging.getLogger("messages_to_webhook")


class Webhook:
    """Delivers messages to one URL, each `ce_id` once as far as it is remembered."""

    def __init__(self, http: aiohttp.ClientSession, url: str, stopping: asyncio.Event) -> None:
        self._http, self._url, self._stopping = http, url, stopping
        self._delivered: dict[str, None] = {}

    async def deliver(self, record: ConsumerRecord) -> bool:
        """Return when the receiver has the message; False when told to stop before."""
        event = {name: value.decode() for name, value in record.headers}
        ce_id = event.get("ce_id", "")
        if event.get("ce_type") != "message.requested" or not ce_id or ce_id in self._delivered:
            return True
        headers = {name.replace("_", "-"): value for name, value in event.items()} | {"Idempotency-Key": ce_id}
        pause = FIRST_PAUSE_S
        while not self._stopping.is_set():
            if await self._accepted(record.value, headers):
                self._remember(ce_id)
                return True
            with suppress(TimeoutError):
                await asyncio.wait_for(self._stopping.wait(), pause)
            pause = min(2 * pause, LONGEST_PAUSE_S)
        return False

    def _remember(self, ce_id: str) -> None:
        self._delivered[ce_id] = None
        if len(self._delivered) > REMEMBERED:
            del self._delivered[next(iter(self._delivered))]

    async def _accepted(self, body: bytes, headers: dict[str, str]) -> bool:
        try:
            async with self._http.post(self._url, data=body, headers=headers, allow_redirects=False) as answer:
                status = answer.status
        except (aiohttp.ClientError, TimeoutError) as error:
            log.warning("no answer, will call again: %r", error)
            return False
        if status in REFUSED:
            log.error("message %s refused with %d, skipped", headers["Idempotency-Key"], status)
        elif not 200 <= status < 300:
            log.warning("answered %d, will call again", status)
        return status in REFUSED or 200 <= status < 300


async def deliver_all(consumer: AIOKafkaConsumer, webhook: Webhook, stopping: asyncio.Event) -> None:
    """Deliver until told to stop; commits what was delivered, whatever ends it."""
    while not stopping.is_set():
        runs = await consumer.getmany(timeout_ms=500, max_records=500)
        done: dict[TopicPartition, int] = {}
        try:
            # Partitions side by side, the messages of one partition in their order.
            async with asyncio.TaskGroup() as group:
                for tp, run in runs.items():
                    group.create_task(deliver_run(webhook, tp, run, done))
        finally:
            await commit(consumer, done)


async def deliver_run(
    webhook: Webhook, tp: TopicPartition, run: list[ConsumerRecord], done: dict[TopicPartition, int]
) -> None:
    """Deliver a partition's messages one after the other; notes in `done` how far it came."""
    for record in run:
        if not await webhook.deliver(record):
            return
        done[tp] = record.offset + 1


async def commit(consumer: AIOKafkaConsumer, done: dict[TopicPartition, int]) -> None:
    """Commit, unless a rebalance came first: then somebody else has the partitions and calls again."""
    try:
        if done:
            await consumer.commit(done)
    except CommitFailedError:
        log.warning("partitions were lost before the commit: their newest messages are sent again")


async def run(options: argparse.Namespace) -> None:
    """Consume until SIGTERM or Ctrl-C."""
    stopping = asyncio.Event()
    for how in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(how, stopping.set)
    consumer = AIOKafkaConsumer(
        options.topic,
        bootstrap_servers=options.bootstrap,
        group_id=options.group,
        isolation_level="read_committed",
        auto_offset_reset="earliest",
        enable_auto_commit=False,
        check_crcs=not options.no_check_crcs,
    )
    await consumer.start()
    try:
        async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=CALL_LIMIT_S)) as http:
            await deliver_all(consumer, Webhook(http, options.url, stopping), stopping)
    finally:
        await consumer.stop()


def options() -> argparse.Namespace:
    """Read the command line; what is not there comes from the environment."""
    parser = argparse.ArgumentParser(description="POST every requested message to a webhook, at least once.")
    given = os.environ.get
    parser.add_argument("--bootstrap", default=given("KAFKA", "127.0.0.1:9092"), help="brokers (KAFKA)")
    parser.add_argument("--topic", default=given("TOPIC", "loyalty.messages.v1"), help="what to read (TOPIC)")
    parser.add_argument("--group", default=given("GROUP", "messages-to-webhook"), help="consumer group (GROUP)")
    url = given("WEBHOOK_URL")
    parser.add_argument("--url", default=url, required=url is None, help="whom to call (WEBHOOK_URL)")
    parser.add_argument("--no-check-crcs", action="store_true", help="for the embedded broker of Segue's demo only")
    return parser.parse_args()


if __name__ == "__main__":
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    asyncio.run(run(options()))
