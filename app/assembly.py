"""Settings in, the Faust application out: one table, its agents, and the tasks that do their work."""

from typing import Any

import faust
from yarl import URL

from agents.customers import customers
from agents.engagement import engagement
from agents.orders import orders
from agents.receipts import receipts
from app.kafka_settings import KafkaSettings
from app.runtime.faust_hooks import CustomersTable, TaskTableManager
from app.runtime.kafka_security import security_options
from app.runtime.run_consumer import RunSchema, RunTransport
from app.runtime.tasks import PartitionTasks
from app.settings import Settings
from app.worker import SegueWorker
from schemas.topics import TABLE
from tables.rocks import RocksMemory


def _credentials(kafka: KafkaSettings) -> Any:
    """Say the same to Faust's consumer that `security_options` says to our own clients."""
    options = security_options(kafka)
    context = options.get("ssl_context")
    if not kafka.authenticated:
        return faust.SSLCredentials(context) if context else None
    return faust.SASLCredentials(
        username=options["sasl_plain_username"],
        password=options["sasl_plain_password"],
        mechanism=options["sasl_mechanism"],
        ssl_context=context,
    )


def _options(settings: Settings) -> dict[str, Any]:
    """Say how Faust is set up: its own commits, topics, replicas, recovery and web server stay out of the way."""
    # Nobody waits longer for a member that died while the group gathered. A request to join that gives up before the
    # group does is taken for one more member, and has partitions that nobody works on until its session ends.
    rebalance_seconds = max(20.0, settings.kafka.session_timeout_ms / 1000)
    return {
        "broker": [URL(f"kafka://{server}") for server in settings.kafka.bootstrap_servers.split(",")],
        "store": "rocksdb://",
        "datadir": settings.state.directory,
        "TableManager": TaskTableManager,
        "Table": CustomersTable,
        "Worker": SegueWorker,
        "autodiscover": False,
        "topic_allow_declare": False,
        "topic_disable_leader": True,
        "table_standby_replicas": 0,  # stock standbys replay slowly; a task restores faster than they catch up
        "stream_wait_empty": False,
        "stream_recovery_delay": 0.0,
        "stream_buffer_maxsize": 64,  # runs, not records
        "consumer_auto_offset_reset": "none",  # a gap is an alarm, not a reason to begin again
        "broker_session_timeout": settings.kafka.session_timeout_ms / 1000,
        "broker_heartbeat_interval": settings.kafka.session_timeout_ms / 4000,
        "broker_rebalance_timeout": rebalance_seconds,
        "broker_request_timeout": rebalance_seconds + 10.0,
        "broker_max_poll_interval": 300.0,
        "broker_check_crcs": settings.kafka.check_crcs,
        "broker_credentials": _credentials(settings.kafka),
        "web_enabled": False,
        "web_tables_enabled": False,
        "web_router_enabled": False,
        "web_stats_enabled": False,
        "web_graph_enabled": False,
        "web_metrics_enabled": False,
    }


def build_app(settings: Settings) -> faust.App:
    """Assemble; nothing is started and no broker is asked."""
    app: Any = faust.App(settings.app_id, **_options(settings))
    topics = settings.topics
    app.settings = settings
    app.rocks_memory = RocksMemory(settings.state.block_cache_mib, settings.state.write_buffers_mib)
    app.tasks = PartitionTasks(app, topics)
    app.transport = RunTransport(app.conf.broker_consumer, app)
    app.customers = app.Table(
        TABLE, key_type=bytes, value_type=bytes, partitions=settings.partitions, help="RFM state of every customer"
    )
    # acks=False alone keeps Faust from committing offsets: they go with our transactions.
    for topic, agent in (
        (topics.orders, orders),
        (topics.engagement, engagement),
        (topics.customers, customers),
        (topics.receipts, receipts),
    ):
        app.agent(app.topic(topic, acks=False, schema=RunSchema()), name=agent.__name__)(agent)
    built: faust.App = app
    return built
