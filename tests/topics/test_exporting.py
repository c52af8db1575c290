"""The plan as kafka-topics commands and as resources of Strimzi: golden files, and what they say when they are read."""

from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from app.topic_apply import new_topic
from app.topic_export import Format, Layout, export
from app.topic_settings import Change
from schemas.topics import Topics
from tests.app.commands import segue

GOLDEN = Path(__file__).parent / "golden"
TOPICS = Topics("Shop_1.", "segue")


@pytest.mark.parametrize(("how", "file"), [("kafka", "topics.sh"), ("strimzi", "topics.yaml")])
def test_an_export_is_the_golden_file(how: Format, file: str) -> None:
    assert export(TOPICS, Layout(12, keep_forever=True), how, "main") == (GOLDEN / file).read_text("utf-8")


def test_resources_of_strimzi_have_every_topic_under_a_name_that_kubernetes_takes() -> None:
    read: list[dict[str, Any]] = list(YAML(typ="safe").load_all(export(TOPICS, Layout(6), "strimzi", "main")))
    assert [one["spec"].get("topicName", one["metadata"]["name"]) for one in read] == [
        plan.name for plan in TOPICS.plan()
    ]
    assert read[0]["metadata"]["name"] == "shop-1.commerce.orders.v1"
    settings = {key for one in read for key in one["spec"]["config"].values()}
    assert all(isinstance(value, str) for value in settings)


def test_the_command_exports_without_a_broker() -> None:
    done = segue("topics", "export", "--partitions", "3", "--replicas", "1", SEGUE_KAFKA__BOOTSTRAP_SERVERS="nowhere:1")
    assert done.returncode == 0, done.stderr
    assert done.stdout.count("--create --if-not-exists") == len(TOPICS.plan())
    assert "min.insync.replicas" not in done.stdout


def test_three_copies_of_which_a_write_needs_two_where_there_are_brokers_for_them() -> None:
    plan = TOPICS.plan()[0]
    assert new_topic(plan, Layout(3, 3)).topic_configs["min.insync.replicas"] == "2"
    assert "min.insync.replicas" not in new_topic(plan, Layout(3, 1)).topic_configs


@pytest.mark.parametrize(
    ("setting", "found", "wanted", "safe"),
    [
        ("cleanup.policy", "delete", "compact", True),
        ("cleanup.policy", "compact", "delete", False),
        ("cleanup.policy", "compact,delete", "delete", False),
        ("retention.ms", "604800000", "-1", True),
        ("retention.ms", "-1", "172800000", False),
        ("retention.ms", "604800000", "172800000", False),
        ("retention.ms", "1000", "172800000", True),
        ("delete.retention.ms", "86400000", "604800000", True),
        ("min.cleanable.dirty.ratio", "0.5", "0.3", True),
    ],
)
def test_what_would_let_brokers_throw_records_away_is_not_set(
    setting: str, found: str, wanted: str, *, safe: bool
) -> None:
    assert Change(setting, found, wanted).loses_nothing == safe
