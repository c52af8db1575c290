"""Topics in, whether a history may be written to them out."""

import asyncio
from collections.abc import Collection, Mapping

import pytest

from app.backfilling import inputs
from app.backfilling.inputs import ANY_AGE, check_inputs, keeping_faults
from app.runtime.errors import SegueError
from app.settings import Settings

SETTINGS = Settings()
EQUAL = dict.fromkeys(SETTINGS.topics.inputs, 6)
FOREVER = {
    "cleanup.policy": "delete",
    "retention.ms": "-1",
    "retention.bytes": "-1",
    "message.timestamp.type": "CreateTime",
    "message.timestamp.before.max.ms": ANY_AGE,
}


@pytest.fixture
def brokers(monkeypatch: pytest.MonkeyPatch) -> dict[str, dict[str, str]]:
    """Brokers with all inputs as they should be; what a test changes here, they say."""
    configs = {name: dict(FOREVER) for name in SETTINGS.topics.inputs}
    having(monkeypatch, EQUAL)

    async def told(settings: Settings, wanted: Mapping[str, Collection[str]]) -> dict[str, dict[str, str]]:
        return {name: configs[name] for name in wanted}

    monkeypatch.setattr(inputs, "topic_configs", told)
    return configs


def having(monkeypatch: pytest.MonkeyPatch, counts: Mapping[str, int]) -> None:
    async def counted(settings: Settings) -> dict[str, int]:
        return dict(counts)

    monkeypatch.setattr(inputs, "partition_counts", counted)


def check(settings: Settings = SETTINGS, *, must_keep: bool = True) -> int:
    return asyncio.run(check_inputs(settings, must_keep=must_keep))


def test_topics_that_keep_everything_are_fit(brokers: dict[str, dict[str, str]]) -> None:
    assert check() == 6


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("retention.ms", "604800000"),
        ("retention.bytes", "1073741824"),
        ("cleanup.policy", "compact"),
        ("cleanup.policy", "compact,delete"),
        ("message.timestamp.type", "LogAppendTime"),
        ("message.timestamp.before.max.ms", "86400000"),
        ("message.timestamp.difference.max.ms", "86400000"),
    ],
)
def test_a_topic_that_would_lose_old_records_is_refused(
    name: str, value: str, brokers: dict[str, dict[str, str]]
) -> None:
    topic = SETTINGS.topics.engagement
    brokers[topic][name] = value
    (fault,) = keeping_faults(topic, brokers[topic])
    assert fault.startswith(f"{topic} has {name} {value}, expected ")
    with pytest.raises(SegueError, match="would not keep a history") as refused:
        check()
    assert fault in str(refused.value)
    assert "nothing was sent" in str(refused.value)
    assert "--keep-forever" in str(refused.value)
    assert check(must_keep=False) == 6


def test_missing_topics_are_named_whatever_is_ignored(monkeypatch: pytest.MonkeyPatch) -> None:
    having(monkeypatch, {SETTINGS.topics.orders: 6})
    with pytest.raises(
        SegueError,
        match=r"missing: commerce\.engagement\.v1, commerce\.customers\.v1, loyalty\.receipts\.v1; nothing was",
    ):
        check(must_keep=False)


def test_unequal_partitions_are_refused_whatever_is_ignored(monkeypatch: pytest.MonkeyPatch) -> None:
    having(monkeypatch, EQUAL | {SETTINGS.topics.customers: 4})
    with pytest.raises(SegueError, match=r"commerce\.customers\.v1 has 4, expected 6; nothing was sent"):
        check(must_keep=False)
    having(monkeypatch, EQUAL)
    with pytest.raises(SegueError, match="expected 12; nothing was sent"):
        check(Settings(partitions=12), must_keep=False)
