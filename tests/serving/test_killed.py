"""A copy whose process is killed holds a beginning of the logs, with the position behind it."""

from pathlib import Path

from app.serving import looking_up
from app.serving.view import View
from tables.rocks import RocksMemory
from tests.builders import left_by_a_kill
from tests.serving.telling import BEGIN, TOPICS, Log


def left_behind(view: View, directory: Path) -> View:
    """Open what a kill at this moment would leave: files as they are, nothing flushed."""
    return View(left_by_a_kill(directory / "view", directory / "left"), TOPICS, RocksMemory(8, 8))


def test_until_all_was_read_once_rows_are_lost_with_their_position(view: View, log: Log, tmp_path: Path) -> None:
    log.stand("a", "loyal", BEGIN)
    log.flush()
    left = left_behind(view, tmp_path)
    assert looking_up.customer(left, b"a") is None
    assert (left.positions, +left.sizes) == ({}, {})
    left.close()


def test_from_then_on_nothing_is_lost(view: View, log: Log, tmp_path: Path) -> None:
    log.stand("a", "loyal", BEGIN)
    log.flush()
    view.caught_up()
    log.stand("b", "loyal", BEGIN)
    log.flush()
    left = left_behind(view, tmp_path)
    assert looking_up.customer(left, b"a") is not None
    assert looking_up.customer(left, b"b") is not None
    assert (left.positions, left.sizes) == (view.positions, view.sizes)
    left.close()


def test_who_begins_anew_logs_nothing_until_all_was_read_again(view: View) -> None:
    view.caught_up()
    view.forget()
    assert not view.logged
