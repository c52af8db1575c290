"""A worker of two partitions, as far as its metrics tell of it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aiohttp import web
from aiohttp.test_utils import TestServer
from prometheus_client import CollectorRegistry
from prometheus_client.exposition import generate_latest

from app.metrics import Metrics
from app.serving.worker_told import WorkerTold
from schemas.policy_file import load_policy

TOLD = WorkerTold(2, 12, 3, 1, 1_700_000_000_500)


def metrics_text() -> str:
    """Write what a worker of two partitions writes."""
    metrics = Metrics(CollectorRegistry(), load_policy("seed"))
    for partition, clock in (("0", 1_700_000_000.5), ("1", 1_700_000_009.0)):
        metrics.partitions.clock.labels(partition).set(clock)
        metrics.partitions.lag.labels("orders", partition).set(5)
        metrics.partitions.lag.labels("engagement", partition).set(1)
    metrics.partitions.recovery_remaining.labels("2").set(3)
    metrics.partitions.due_overdue.labels("1").set(1)
    return generate_latest(metrics.registry).decode()


@asynccontextmanager
async def shown_worker() -> AsyncIterator[TestServer]:
    """Show its metrics for the length of the block."""

    async def metrics(_: web.Request) -> web.Response:
        return web.Response(text=metrics_text())

    app = web.Application()
    app.router.add_get("/metrics", metrics)
    server = TestServer(app)
    await server.start_server()
    try:
        yield server
    finally:
        await server.close()
