"""Dashboards and rules against a real worker, scraped by a real Prometheus: each of their questions has an answer."""

import asyncio
import os
import time
import uuid
from pathlib import Path
from typing import Final

import aiohttp
import pytest
from prometheus_client import CollectorRegistry
from prometheus_client.parser import text_string_to_metric_families

from app.control.first_policy import first_record
from app.control.publishing import Publisher
from app.demo.topics import make_topics
from app.demo.worker_process import WorkerProcess
from app.kafka_settings import KafkaSettings
from app.serving.metrics import ServingMetrics
from app.settings import HttpSettings, Settings, StateSettings
from app.transactional_ids import control_id
from deploy.grafana.__main__ import FOLDER
from deploy.grafana.building import as_json
from deploy.grafana.pages import PAGES
from schemas.control import CutPointsRecord
from tests.deploy.asked import Asked, metrics_of, panel_queries, rule_queries
from tests.deploy.lively_shop import LivelyShop
from tests.deploy.prometheus_process import PROMETHEUS, PrometheusProcess

POLICY: Final = Path(__file__).parent / "quick.yaml"
LIMIT_S: Final = 30.0
ROUND_S: Final = 0.25
REQUIRED: Final = "SEGUE_REQUIRE_KAFKA" in os.environ
"""Where nothing may be skipped, Prometheus is there too."""


def test_the_committed_dashboards_are_those_that_the_code_makes() -> None:
    committed = {path.name: path.read_text("utf-8") for path in FOLDER.iterdir()}
    assert committed == {f"{page.uid}.json": as_json(page) for page in PAGES}


async def test_every_panel_has_data_and_every_name_is_on_metrics(embedded_broker: str, tmp_path: Path) -> None:
    if PROMETHEUS is None and not REQUIRED:
        pytest.skip("prometheus is missing (Debian: prometheus)")
    settings = await new_deployment(embedded_broker, tmp_path)
    async with WorkerProcess(settings, tmp_path / "log") as worker:
        await worker.ready()
        port = worker._port()
        assert port is not None
        with PrometheusProcess(tmp_path / "prometheus", port) as prometheus:
            shop = LivelyShop(embedded_broker, settings.topics)
            assert await without_data(prometheus, shop) == []
            assert prometheus.broken_rules() == []
            shop.end()
            shown = await names_on_metrics(port)
        assert metrics_of(panel_queries() + rule_queries()) - shown - names_of_the_read_side() == set()
        await worker.stop()


async def without_data(prometheus: PrometheusProcess, shop: LivelyShop) -> list[str]:
    """Let the shop go on until every panel has shown something; name those that have not in the end."""
    missing, ends = panel_queries(), time.monotonic() + LIMIT_S
    while missing and time.monotonic() < ends:
        shop.go_on()
        if prometheus.ready():
            missing = [asked for asked in missing if not prometheus.values(as_grafana_asks(asked))]
        await asyncio.sleep(ROUND_S)  # the pace of the shop
    return [asked.whose for asked in missing]


def as_grafana_asks(asked: Asked) -> str:
    """Put in what Grafana puts in."""
    given = {"$job": "segue", "$__rate_interval": "5s", "$__range": "1m"}
    expr = asked.expr
    for name, value in given.items():
        expr = expr.replace(name, value)
    assert "$" not in expr
    return expr


async def new_deployment(bootstrap: str, directory: Path) -> Settings:
    """Make topics, and cut points that have been frozen a minute ago."""
    name = f"t{uuid.uuid4().hex[:8]}"
    settings = Settings(
        app_id=name,
        topic_prefix=f"{name}.",
        policy=str(POLICY),
        kafka=KafkaSettings(bootstrap_servers=bootstrap, check_crcs=False),
        state=StateSettings(directory=directory / "state", unwritten_seconds=1),
        stall_seconds=30,
        http=HttpSettings(port=0),
    )
    await make_topics(settings, 4, embedded=True)
    frozen_at = time.time_ns() // 1_000_000 - 60_000
    version = CutPointsRecord(1, frozen_at, frozen_at + 1, None, (1,), None, customers=100, policy=1)
    publisher = Publisher(settings, control_id(settings.app_id))
    await publisher.start()
    try:
        await publisher.publish([first_record(str(POLICY)), version])
    finally:
        await publisher.stop()
    return settings


def names_of_the_read_side() -> set[str]:
    """Name what `segue serve` shows."""
    shown = ServingMetrics(CollectorRegistry()).registry.collect()
    return {sample.name for family in shown for sample in family.samples}


async def names_on_metrics(port: int) -> set[str]:
    """Read the names of all samples that the worker shows."""
    async with aiohttp.ClientSession() as http, http.get(f"http://127.0.0.1:{port}/metrics") as answer:
        text = await answer.text()
    return {sample.name for family in text_string_to_metric_families(text) for sample in family.samples}
