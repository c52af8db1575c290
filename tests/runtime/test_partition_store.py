"""A rebalance on a disk that takes nothing in; tasks that meet it, each by itself, out."""

import asyncio
from pathlib import Path
from typing import Any

import pytest
from faust.types import TP

from app.assembly import build_app
from app.runtime.faust_hooks import PartitionStore
from app.settings import Settings
from tables.unreadable import is_of_the_store


@pytest.fixture
def store(tmp_path: Path) -> PartitionStore:
    """The store of a worker's table; where partition 0 should have a directory is a file, so it cannot be opened."""
    app: Any = build_app(Settings.model_validate({"state": {"directory": tmp_path}}))
    made: PartitionStore = app.customers.data
    made.partition_path(0).touch()
    return made


def test_a_rebalance_opens_no_store_so_a_disk_that_takes_nothing_cannot_end_it(store: PartitionStore) -> None:
    table: Any = store.table
    given = {TP(topic, 0) for topic in table.changelog_topic.topics}
    assert given
    asyncio.run(store.on_rebalance(given, set(), given, 1))
    with pytest.raises(Exception, match="File exists") as raised:
        store.database(0)
    assert is_of_the_store(raised.value), "the task that opens it is answered as for any failure of its disk"
