"""A store that is not to be used any more: it is out of the way before the next one begins, or the worker stops."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from rocksdict import Rdict

from app.runtime.errors import StateRefused
from app.runtime.faust_hooks import PartitionStore
from tables.keys import POSITION
from tests.builders import MEMORY


class Stores(PartitionStore):
    """The worker's stores in a directory, without a worker."""

    def __init__(self, directory: Path) -> None:
        self._dbs = {}
        self.directory = directory

    def partition_path(self, partition: int) -> Path:
        """Give where a partition's database is."""
        return self.directory / f"customers-{partition}.db"

    def _open_for_partition(self, partition: int) -> Rdict:
        return MEMORY.open(self.partition_path(partition))


@pytest.fixture
def stores(tmp_path: Path) -> Stores:
    """Stores of which that of partition 3 has come somewhere."""
    made = Stores(tmp_path)
    made.database(3).put(POSITION, b"old")
    return made


def test_a_wiped_store_begins_empty_and_leaves_nothing(stores: Stores) -> None:
    assert stores.wipe(3).get(POSITION) is None
    assert [path.name for path in stores.directory.iterdir()] == ["customers-3.db"]


def test_a_store_that_cannot_be_deleted_is_out_of_the_way_all_the_same(
    stores: Stores, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shutil, "rmtree", lambda path, ignore_errors: None)
    assert stores.wipe(3).get(POSITION) is None
    assert {path.name for path in stores.directory.iterdir()} == {"customers-3.db", "customers-3.db.unreadable-1"}


@pytest.mark.parametrize("leave", [Stores.wipe, Stores.set_aside])
def test_a_store_that_stays_where_it_is_stops_the_worker(
    stores: Stores, monkeypatch: pytest.MonkeyPatch, leave: Callable[[Stores, int], object]
) -> None:
    def denied(path: Path, target: Path) -> Path:
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(Path, "rename", denied)
    with pytest.raises(
        StateRefused, match=r"customers-3\.db .*: Permission denied\. Operator action: let the worker's user"
    ):
        leave(stores, 3)
