"""What is good enough, what only works, and what does not."""

from collections.abc import Mapping

import pytest

from app.doctor.cluster import Cluster, Copies
from app.doctor.features import FeaturesResponse, metadata_level, release
from app.doctor.finding import Finding, Level
from app.doctor.judging import (
    broker_findings,
    clock_finding,
    key_finding,
    replication_findings,
    rights_findings,
    topic_findings,
    worker_finding,
)
from app.rights import Right
from app.settings import Settings
from app.topic_apply import TopicFinding

SOUND = {
    "transaction.state.log.replication.factor": "3",
    "transaction.state.log.min.isr": "2",
    "offsets.topic.replication.factor": "3",
    "unclean.leader.election.enable": "false",
    "transaction.partition.verification.enable": "true",
    "transaction.max.timeout.ms": "900000",
}
NOW = 1_800_000_000_000


def judged(level: int | None = 30, settings: Mapping[str, str] = SOUND) -> list[Finding]:
    return [one for one in broker_findings(Cluster(3, level, settings), Settings()) if one.level != "ok"]


def test_a_sound_cluster_has_nothing_to_do() -> None:
    assert broker_findings(Cluster(3, 30, SOUND), Settings()) == [
        Finding("broker", "ok", "3 brokers, Apache Kafka 4.3")
    ]


@pytest.mark.parametrize(
    ("name", "value", "level"),
    [
        ("transaction.state.log.replication.factor", "2", "warning"),
        ("transaction.state.log.min.isr", "1", "warning"),
        ("offsets.topic.replication.factor", "1", "warning"),
        ("unclean.leader.election.enable", "true", "warning"),
        ("transaction.partition.verification.enable", "false", "warning"),
        ("transaction.max.timeout.ms", "9999", "error"),
    ],
)
def test_every_setting_that_a_promise_rests_upon_is_looked_at(name: str, value: str, level: Level) -> None:
    (found,) = judged(settings=SOUND | {name: value})
    assert found.level == level
    assert f"{name} is {value}" in found.told
    assert found.action


@pytest.mark.parametrize(
    ("level", "name"), [(14, "3.6"), (15, "3.7"), (19, "3.7"), (25, "4.0"), (30, "4.3"), (31, "4.3 or newer")]
)
def test_a_level_of_metadata_names_a_release_and_old_ones_are_warned_of(level: int, name: str) -> None:
    assert release(level) == name
    assert bool(judged(level)) == (level < 15)


def test_a_broker_that_does_not_tell_its_release_is_warned_of() -> None:
    assert [one.level for one in judged(None)] == ["warning"]


def test_the_features_of_a_broker_are_read_from_the_tag_of_the_protocol() -> None:
    name = b"metadata.version"
    feature = bytes([len(name) + 1]) + name + (30).to_bytes(2) + (7).to_bytes(2) + b"\0"
    assert metadata_level(FeaturesResponse(0, [], 0, {2: b"\2" + feature})) == 30
    assert metadata_level(FeaturesResponse(0, [], 0, {})) is None


def test_copies_are_judged_by_fault_with_all_topics_that_have_it() -> None:
    assert [one.level for one in replication_findings({"a": Copies(3, 3, 2)})] == ["ok"]
    found = replication_findings({"a": Copies(1, 1, 1), "b": Copies(1, 1, 1), "c": Copies(3, 2, 2)})
    assert {one.level for one in found} == {"warning"}
    assert [one.told for one in found] == [
        "replication factor 1, expected 3: a, b",
        "min.insync.replicas 1, expected 2: a, b",
        "2 of 3 replicas in sync: c",
    ]


def test_what_this_user_may_not_look_at_is_warned_of_and_says_what_it_would_need() -> None:
    brokers = broker_findings(Cluster(3, 30, None), Settings())
    copies = replication_findings({"a": Copies(3, 3, None), "b": Copies(1, 1, None)})
    assert [one.level for one in brokers] == ["ok", "warning"]
    assert [one.level for one in copies] == ["warning", "warning"]
    for hidden in (brokers[-1], copies[-1]):
        assert "needs DescribeConfigs" in hidden.told
        assert "`segue acls doctor`" in hidden.action


def test_each_right_that_a_worker_would_lack_is_an_error() -> None:
    assert [one.level for one in rights_findings([])] == ["ok"]
    (lacking,) = rights_findings([Right("topic", "a", ("Write",), "what it publishes")])
    assert (lacking.level, lacking.told) == ("error", "this user lacks Write on topic a: what it publishes")
    assert "segue acls worker" in lacking.action


def test_topics_that_are_missing_or_wrong_are_errors() -> None:
    here, gone = TopicFinding("a", "present", ""), TopicFinding("b", "missing", "")
    wrong = TopicFinding("c", "wrong", "cleanup.policy is delete, expected compact")
    assert [one.level for one in topic_findings([here])] == ["ok"]
    assert [(one.level, one.told) for one in topic_findings([here, gone, wrong])] == [
        ("error", "c: cleanup.policy is delete, expected compact"),
        ("error", "missing: b"),
    ]


def test_more_than_32_partitions_for_one_worker_are_warned_of() -> None:
    assert worker_finding(32, 0).level == "ok"
    assert worker_finding(33, 1).level == "warning"
    assert "run 4 workers or more" in worker_finding(128, 3).action
    assert worker_finding(128, 4).level == "ok"


def test_records_from_the_future_tell_of_clocks_that_differ() -> None:
    assert clock_finding({}, NOW).level == "ok"
    assert clock_finding({"a": NOW + 1_000, "b": NOW - 5}, NOW).level == "ok"
    assert clock_finding({"a": NOW + 1_001}, NOW).level == "warning"
    far = clock_finding({"a": NOW, "b": NOW + 90_000}, NOW)
    assert (far.level, far.told) == ("error", "the newest record of b is 90.0 s ahead of this machine's clock")


def test_keys_that_lie_astray_or_are_missing_are_errors() -> None:
    assert key_finding("a", 20, 0, {}).level == "ok"
    wrong = key_finding("a", 20, 1, {3: 2})
    assert wrong.level == "error"
    assert wrong.told == "a: of 20 records 2 in another partition than murmur2 of their key says and 1 without a key"
