"""A topic in, what reading it without any work costs out: `python -m tests.bench.peers.raw_consumer CLIENT`.

A line of JSON for every pass; CLIENT is `aiokafka`, as Segue and Faust read, or `librdkafka`, as Quix Streams reads.
"""

import asyncio
import os
import sys
import time
from collections.abc import AsyncIterator

import orjson
from aiokafka import AIOKafkaConsumer, TopicPartition
from confluent_kafka import Consumer
from confluent_kafka import TopicPartition as Librdkafkas

ENVIRONMENT = os.environ
BOOTSTRAP = ENVIRONMENT["BENCH_BOOTSTRAP"]
ORDERS = ENVIRONMENT["BENCH_ORDERS"]
PARTITIONS = range(int(ENVIRONMENT["BENCH_PARTITIONS"]))
PASSES = int(ENVIRONMENT["BENCH_PASSES"])


async def aiokafka() -> AsyncIterator[int]:
    """Read to the end once in every step; gives the number of records."""
    all_of_it = [TopicPartition(ORDERS, partition) for partition in PARTITIONS]
    settings = {"bootstrap_servers": BOOTSTRAP, "enable_auto_commit": False, "auto_offset_reset": "earliest"}
    async with AIOKafkaConsumer(**settings) as consumer:
        # Not seek_to_beginning: that may cross the consumer's own search for where to begin.
        consumer.assign(all_of_it)
        wanted = sum((await consumer.end_offsets(all_of_it)).values())
        while True:
            read = 0
            while read < wanted:
                read += sum(map(len, (await consumer.getmany(timeout_ms=500)).values()))
            yield read
            for partition in all_of_it:
                consumer.seek(partition, 0)


async def librdkafka() -> AsyncIterator[int]:
    """Read to the end once in every step; gives the number of records."""
    settings = {"bootstrap.servers": BOOTSTRAP, "group.id": "bench-raw", "enable.auto.commit": False}
    consumer = Consumer({**settings, "auto.offset.reset": "error"})
    wanted = sum(consumer.get_watermark_offsets(Librdkafkas(ORDERS, partition), 10)[1] for partition in PARTITIONS)
    while True:
        consumer.assign([Librdkafkas(ORDERS, partition, 0) for partition in PARTITIONS])
        read = 0
        while read < wanted:
            read += len(consumer.consume(10_000, 0.5))
        yield read


async def main() -> None:
    """Read as often as asked to, then wait for SIGTERM."""
    passes = aiokafka() if sys.argv[1] == "aiokafka" else librdkafka()
    for _ in range(PASSES):
        began, cpu = time.perf_counter(), time.process_time()
        read = await anext(passes)
        seconds, used = time.perf_counter() - began, time.process_time() - cpu
        told = {"event": "read", "records": read, "seconds": seconds, "cpu_seconds": used}
        sys.stdout.write(orjson.dumps(told).decode() + "\n")
        sys.stdout.flush()
    await asyncio.sleep(3_600)  # its memory is still to be asked for


if __name__ == "__main__":
    asyncio.run(main())
