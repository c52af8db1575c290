"""What a worker tells Prometheus: named as its tools expect, right when partitions come and go."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.metrics import MetricWrapperBase

from agents.decisions.endings import Ending
from agents.work import Tally
from app.disk_metrics import DiskCollector
from app.metrics import Metrics
from tests.builders import SEED, TOPICS

PROMTOOL = shutil.which("promtool")
REQUIRED = "SEGUE_REQUIRE_KAFKA" in os.environ
"""Where nothing may be skipped, promtool is there too."""


def metrics() -> Metrics:
    return Metrics(CollectorRegistry(), SEED)


def test_every_metric_has_a_sample_and_promtool_finds_nothing_to_say() -> None:
    if PROMTOOL is None and not REQUIRED:
        pytest.skip("promtool is missing (Debian: prometheus)")
    assert PROMTOOL is not None
    shown = metrics()
    for metric in (*vars(shown).values(), *vars(shown.decided).values(), *vars(shown.partitions).values()):
        if isinstance(metric, MetricWrapperBase) and metric._labelnames:
            metric.labels(*["any"] * len(metric._labelnames))
    text = generate_latest(shown.registry)
    done = subprocess.run([PROMTOOL, "check", "metrics"], input=text, capture_output=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")
    bad = text + b"# TYPE segue_bad_count counter\nsegue_bad_count 1\n"
    assert subprocess.run([PROMTOOL, "check", "metrics"], input=bad, capture_output=True, check=False).returncode


def test_a_transaction_is_counted_by_closed_labels() -> None:
    shown = metrics()
    tally = Tally()
    tally.read[TOPICS.orders, "order_placed"] = 2
    tally.endings += [Ending.APPLIED, Ending.DUPLICATE]
    tally.rejected[TOPICS.engagement, "naive_time"] = 1
    tally.moved[None, "recent", "entry", "order"] = 1
    tally.rewarded["welcome", "granted"] = 1
    tally.late, tally.ancient, tally.retracted = 3, 1, 2
    tally.brinks.update(announced=4, cleared=1)
    shown.decided.count(tally)
    value = shown.registry.get_sample_value
    moved = {"from": "none", "to": "recent", "direction": "entry", "cause": "order"}
    assert value("segue_events_read_total", {"topic": TOPICS.orders, "type": "order_placed"}) == 2
    assert value("segue_events_duplicate_total") == 1
    assert value("segue_events_rejected_total", {"topic": TOPICS.engagement, "code": "naive_time"}) == 1
    assert value("segue_dlq_records_total", {"code": "naive_time"}) == 1
    assert value("segue_transitions_total", moved) == 1
    assert value("segue_rewards_total", {"rule": "welcome", "outcome": "granted"}) == 1
    assert (value("segue_events_late_total"), value("segue_events_beyond_horizon_total")) == (3, 1)
    assert value("segue_retractions_total") == 2
    assert [value("segue_brinks_total", {"outcome": name}) for name in ("announced", "cleared")] == [4, 1]


def test_customers_leave_with_the_partition_that_brought_them() -> None:
    shown = metrics()
    shown.decided.entered({"loyal": 3, "": 1})
    shown.decided.entered({"loyal": 2})
    shown.decided.entered({"loyal": 3, "": 1}, -1)
    value = shown.registry.get_sample_value
    assert value("segue_customers", {"segment": "loyal"}) == 2
    assert value("segue_customers", {"segment": "none"}) == 0


def test_what_is_left_of_the_disk_is_shown_while_the_directory_can_be_looked_at(tmp_path: Path) -> None:
    registry = CollectorRegistry()
    registry.register(DiskCollector(tmp_path / "state"))
    assert registry.get_sample_value("segue_disk_free_bytes") is None
    (tmp_path / "state").mkdir()
    free, size = (registry.get_sample_value(f"segue_disk_{what}_bytes") for what in ("free", "size"))
    assert free is not None
    assert size == shutil.disk_usage(tmp_path).total
    assert 0 < free < size
