"""Sources of Faust and aiokafka that the runtime overrides or uses privately in, their hashes out.

`python -m tests.runtime.pins` writes the hashes anew: only after reading what an upgrade has changed.
"""

import hashlib
import inspect
import json
import pkgutil
import sys
from pathlib import Path

RECORDED = Path(__file__).with_name("pins.json")

PINNED = (
    # overridden
    "faust.transport.drivers.aiokafka:AIOKafkaConsumerThread.on_start",
    "faust.transport.drivers.aiokafka:AIOKafkaConsumerThread._create_worker_consumer",
    "faust.transport.drivers.aiokafka:AIOKafkaConsumerThread._fetch_records",
    "faust.transport.drivers.aiokafka:AIOKafkaConsumerThread.verify_event_path",
    "faust.transport.drivers.aiokafka:Consumer._new_consumer_thread",
    "faust.transport.consumer:Consumer.perform_seek",
    "faust.transport.consumer:Consumer.commit",
    "faust.transport.consumer:Consumer._get_active_partitions",
    "faust.transport.consumer:Consumer.getmany",
    "faust.serializers.schemas:Schema.compile",
    "faust.tables.recovery:Recovery._restart_recovery",
    "faust.tables.recovery:Recovery._slurp_changelogs",
    "faust.tables.manager:TableManager.recovery",
    "faust.tables.manager:TableManager.on_start",
    "faust.tables.manager:TableManager.on_stop",
    "faust.tables.base:Collection._new_store_by_url",
    "faust.stores.rocksdb:Store._open_for_partition",
    "faust.stores.rocksdb:Store.assign_partitions",
    "faust.worker:Worker.__init__",
    "mode.worker:Worker.execute_from_commandline",
    "mode.worker:Worker._schedule_shutdown",
    "aiokafka.consumer.fetcher:Fetcher._proc_fetch_request",
    "aiokafka.consumer.fetcher:PartitionRecords._consumer_record",
    "aiokafka.producer.message_accumulator:BatchBuilder.append",
    "aiokafka.consumer.group_coordinator:GroupCoordinator._send_req",
    # used, or relied upon in their order of steps
    "faust.transport.drivers.aiokafka:AIOKafkaConsumerThread._ensure_consumer",
    "faust.transport.consumer:Consumer._drain_messages",
    "faust.transport.consumer:Consumer._set_active_tps",
    "faust.transport.consumer:Consumer.pause_partitions",
    "faust.transport.consumer:Consumer.resume_partitions",
    "faust.transport.consumer:Consumer.on_partitions_revoked",
    "faust.transport.consumer:ThreadDelegateConsumer._getmany",
    "faust.tables.recovery:Recovery.on_rebalance",
    "faust.tables.recovery:Recovery._resume_streams",
    "faust.tables.manager:TableManager.on_rebalance",
    "faust.tables.manager:TableManager._update_channels",
    "faust.stores.rocksdb:Store._db_for_partition",
    "faust.stores.rocksdb:Store.partition_path",
    "faust.stores.rocksdb:Store.revoke_partitions",
    "faust.app.base:App._on_partitions_revoked",
    "faust.app.base:App._on_partitions_assigned",
    "faust.app.base:App._stop_consumer",
    "faust.cli.worker:worker._init_worker_options",
    "aiokafka.consumer.consumer:AIOKafkaConsumer.start",
    "aiokafka.consumer.group_coordinator:GroupCoordinator._maybe_leave_group",
    "aiokafka.consumer.group_coordinator:GroupCoordinator._do_heartbeat",
    "aiokafka.protocol.group:JoinGroupRequest",
    "aiokafka.protocol.group:SyncGroupRequest",
    "aiokafka.protocol.group:HeartbeatRequest",
    "aiokafka.consumer.fetcher:FetchResult.getall",
    "aiokafka.consumer.fetcher:FetchResult._update_position",
    "aiokafka.consumer.fetcher:PartitionRecords._unpack_records",
    "aiokafka.record.default_records:_DefaultRecordBatchPy._read_msg",
    "aiokafka.record.memory_records:_MemoryRecordsPy",
    "aiokafka.consumer.fetcher:Fetcher.fetched_records",
    "aiokafka.consumer.fetcher:Fetcher.seek_to",
    "aiokafka.consumer.subscription_state:TopicPartitionState",
    "aiokafka.producer.producer:AIOKafkaProducer.send_batch",
    "aiokafka.producer.producer:AIOKafkaProducer.commit_transaction",
    "aiokafka.producer.producer:AIOKafkaProducer.abort_transaction",
    "aiokafka.producer.sender:Sender._maybe_do_transactional_request",
    "aiokafka.producer.sender:AddPartitionsToTxnHandler",
    "aiokafka.producer.transaction_manager:TransactionManager.maybe_add_partition_to_txn",
    "aiokafka.producer.transaction_manager:TransactionManager.fatal_error",
    "aiokafka.producer.message_accumulator:MessageBatch.failure",
    "aiokafka.producer.message_accumulator:MessageAccumulator.fail_all",
)


def fingerprint(name: str) -> str:
    """Hash the source of a method or class: the stock one, also where the runtime has put its own in its place."""
    module, _, path = name.partition(":")
    target = pkgutil.resolve_name(module)
    for part in path.split("."):
        target = getattr(target, part)
        if isinstance(target, type):
            target = next((each for each in target.__mro__ if each.__module__ == module), target)
    if isinstance(target, property):
        target = target.fget
    target = getattr(target, "fun", target)  # mode wraps service tasks
    return hashlib.sha256(inspect.getsource(target).encode()).hexdigest()


if __name__ == "__main__":
    RECORDED.write_text(json.dumps({name: fingerprint(name) for name in PINNED}, indent=1) + "\n")
    sys.stdout.write(f"{len(PINNED)} sources pinned in {RECORDED.name}\n")
