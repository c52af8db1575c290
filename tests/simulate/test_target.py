"""Where a result goes: it is complete or not there at all, and nothing but an earlier result is ever replaced."""

import stat
from pathlib import Path

import pytest

from app.runtime.errors import SegueError
from app.simulate.target import made_aside
from tests.builders import T0
from tests.oracle.events import order
from tests.simulate.files import ndjson, simulated, written


@pytest.fixture
def events(tmp_path: Path) -> Path:
    return written(tmp_path / "events.ndjson", ndjson([order("1", T0, 1_000)]))


def test_an_earlier_result_is_replaced_as_a_whole(tmp_path: Path, events: Path) -> None:
    out = tmp_path / "deep" / "er" / "out"
    first = simulated(out, events, html=True)
    assert "report.html" in first.files
    again = simulated(out, events)
    assert "report.html" not in again.files
    assert [path.name for path in out.parent.iterdir()] == ["out"]


def test_an_empty_directory_is_taken(tmp_path: Path, events: Path) -> None:
    (tmp_path / "out").mkdir()
    assert simulated(tmp_path / "out", events).segments.keys() == {"ann"}


@pytest.mark.parametrize("names", [("notes.txt",), ("summary.json", "notes.txt"), ("transitions.ndjson",)])
def test_a_directory_with_anything_else_is_refused(names: tuple[str, ...], tmp_path: Path, events: Path) -> None:
    out = tmp_path / "out"
    out.mkdir()
    for name in names:
        (out / name).write_text("mine")
    with pytest.raises(SegueError, match="is not empty and not an earlier result"):
        simulated(out, events)
    assert {path.name: path.read_text() for path in out.iterdir()} == dict.fromkeys(names, "mine")


def test_a_file_in_the_way_is_refused(tmp_path: Path, events: Path) -> None:
    with pytest.raises(SegueError, match="is no directory"):
        simulated(events, events)


def test_what_fails_leaves_the_earlier_result_as_it_was(tmp_path: Path, events: Path) -> None:
    before = simulated(tmp_path / "out", events).files
    with pytest.raises(SegueError):
        simulated(tmp_path / "out", events, written(tmp_path / "cut.ndjson", b'{"type":'))
    assert simulated(tmp_path / "other", events).files == before
    assert {path.name: path.read_bytes() for path in (tmp_path / "out").iterdir()} == before


def test_what_comes_while_it_is_made_is_not_replaced(tmp_path: Path) -> None:
    out = tmp_path / "out"

    def make() -> None:
        with made_aside(out) as place:
            (place.result / "summary.json").write_text("{}")
            out.mkdir()
            (out / "notes.txt").write_text("mine")

    with pytest.raises(SegueError, match="not an earlier result"):
        make()
    assert (out / "notes.txt").read_text() == "mine"
    assert list(tmp_path.iterdir()) == [out]


def test_a_result_can_be_read_by_whom_the_umask_allows(tmp_path: Path, events: Path) -> None:
    simulated(tmp_path / "out", events)
    (tmp_path / "usual").mkdir()
    modes = {stat.S_IMODE((tmp_path / name).stat().st_mode) for name in ("out", "usual")}
    assert len(modes) == 1


def test_a_link_to_a_directory_stays_one(tmp_path: Path, events: Path) -> None:
    (tmp_path / "there").mkdir()
    (tmp_path / "out").symlink_to(tmp_path / "there")
    simulated(tmp_path / "out", events)
    assert (tmp_path / "out").is_symlink()
    assert (tmp_path / "there" / "summary.json").is_file()
