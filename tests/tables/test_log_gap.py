"""A list of tables that has lost its end is told from one whose writer crashed."""

import shutil
from pathlib import Path

import pytest

from tables.log_gap import is_behind
from tests.builders import MEMORY, left_by_a_kill

ROUNDS, EACH = 3, 50
CUTS = range(0, 700, 20)


@pytest.fixture(scope="module")
def killed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database as a kill leaves it: three tables, and rows in the log; `last` counts all rows."""
    directory = tmp_path_factory.mktemp("killed")
    db = MEMORY.open(directory / "open")
    for row in range(ROUNDS * EACH):
        db.put(b"%d" % row, b"value")
        db.put(b"last", b"%d" % row)
        if row % EACH == EACH - 1 and row < ROUNDS * EACH - 1:
            db.flush()
    db.put(b"last", b"%d" % (ROUNDS * EACH - 1))
    left_by_a_kill(directory / "open", directory / "killed")
    db.close()
    return directory / "killed"


def test_a_kill_loses_nothing_and_a_place_without_a_database_has_nothing_to_lose(killed: Path, tmp_path: Path) -> None:
    assert not is_behind(killed)
    assert not is_behind(tmp_path)
    assert not is_behind(tmp_path / "nowhere")


def test_wherever_the_list_is_cut_it_is_told_or_refused_or_no_row_is_missing(killed: Path, tmp_path: Path) -> None:
    told = 0
    for cut in CUTS:
        copy = tmp_path / str(cut)
        shutil.copytree(killed, copy)
        manifest = next(copy.glob("MANIFEST-*"))
        content = manifest.read_bytes()
        manifest.write_bytes(content[: max(0, len(content) - cut)])
        behind = is_behind(copy)
        told += behind
        assert behind or missing(copy) == []
    assert told > len(CUTS) // 3


def missing(database: Path) -> list[int]:
    """Name the rows that a database should hold by what it says of itself; none where it cannot be opened."""
    try:
        db = MEMORY.open(database)
    except Exception:  # noqa: BLE001  # rocksdict raises nothing more exact
        return []
    last = db.get(b"last")
    found = [row for row in range(int(last or b"-1") + 1) if db.get(b"%d" % row) is None]
    db.close()
    return found


def test_a_list_that_is_longer_than_one_block_is_read_to_its_end(tmp_path: Path) -> None:
    db = MEMORY.open(tmp_path / "open")
    for row in range(200):
        db.put(b"%d" % row * 100, b"value")  # long keys stand in the list
        db.flush()
    db.put(b"last", b"199")
    left_by_a_kill(tmp_path / "open", tmp_path / "killed")
    db.close()
    assert next((tmp_path / "killed").glob("MANIFEST-*")).stat().st_size > 40_000
    assert not is_behind(tmp_path / "killed")
