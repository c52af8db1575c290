"""Settings in, a worker's environment out, and the same settings back."""

from pathlib import Path

import pytest
from pydantic import SecretStr

from app.demo.deployment import demo_settings, environment
from app.kafka_settings import KafkaSettings
from app.settings import Settings, TransactionSettings


def test_the_worker_reads_back_the_same_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SEGUE_LOG_LEVEL", "debug")
    monkeypatch.setenv("SEGUE_HTTP__HOST", "0.0.0.0")  # noqa: S104  # must not reach the worker
    kafka = KafkaSettings(
        security_protocol="SASL_SSL", sasl_username="ann", sasl_password=SecretStr("s3cret"), ssl_cafile=Path("ca.pem")
    )
    given = Settings(
        policy="mine.yaml", customer_segments=False, kafka=kafka, transactions=TransactionSettings(records=7)
    )
    settings = demo_settings(given, "broker:9092", Path("state"), "demo-1", embedded=True)
    for name, value in environment(settings).items():
        monkeypatch.setenv(name, value)
    read = Settings()
    assert read == settings
    assert (read.log_level, read.http.host, read.http.port) == ("info", "127.0.0.1", 0)
    assert (read.policy, read.customer_segments, read.transactions.records) == ("mine.yaml", False, 7)


def test_a_run_has_names_of_its_own() -> None:
    settings = demo_settings(Settings(), "broker:9092", Path("state"), "demo-1", embedded=False)
    assert {plan.name.removeprefix("demo-1") for plan in settings.topics.plan()} == {
        ".commerce.orders.v1",
        ".commerce.engagement.v1",
        ".commerce.customers.v1",
        ".loyalty.receipts.v1",
        "-customers-changelog",
        ".loyalty.segment-transitions.v1",
        ".loyalty.customer-segments.v1",
        ".loyalty.rewards.v1",
        ".loyalty.messages.v1",
        ".loyalty.alerts.v1",
        ".segue.dlq.v1",
        ".segue.budgets.v1",
        ".segue.control.v1",
        ".segue.freezes.v1",
    }
    assert (settings.serving.host, settings.serving.port, settings.serving.tokens) == ("127.0.0.1", 0, None)
    assert (settings.clock, settings.kafka.check_crcs) == ("stream", True)
