"""An upgrade of Faust or aiokafka cannot change unseen what the runtime bends."""

import json

import pytest
from aiokafka.consumer import fetcher

from app.runtime.fetched import FetchedRecords
from tests.runtime.pins import PINNED, RECORDED, fingerprint

recorded: dict[str, str] = json.loads(RECORDED.read_text())


@pytest.mark.parametrize("name", PINNED)
def test_the_source_is_the_one_the_runtime_was_written_against(name: str) -> None:
    assert fingerprint(name) == recorded[name], "read what has changed, then `make pins`"


def test_a_class_that_the_runtime_has_replaced_is_pinned_as_it_came(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fetcher, "PartitionRecords", FetchedRecords)
    name = "aiokafka.consumer.fetcher:PartitionRecords._unpack_records"
    assert fingerprint(name) == recorded[name]


def test_nothing_is_recorded_that_is_not_pinned() -> None:
    assert set(recorded) == set(PINNED)
