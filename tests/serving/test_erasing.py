"""Erasures among published records in, a view that knows nothing of the erased out, in whatever order they are read."""

from collections.abc import Callable

import pytest

from app.serving import looking_up
from app.serving.view import View
from schemas.transitions import Next
from tests.serving.telling import BEGIN, DAY, TOPICS, Log

OUTPUTS = (TOPICS.transitions, TOPICS.rewards, TOPICS.customer_segments)


def rows_with(view: View, customer: str) -> list[bytes]:
    """Find rows in which an id stands, as key or value."""
    name = customer.encode()
    rows = [(bytes(key), bytes(value)) for key, value in view.db.items()]  # type: ignore[arg-type]  # raw mode: bytes
    return [key for key, value in rows if name in key or name in value]


def lived(log: Log) -> None:
    """Let somebody live, and be erased."""
    log.move("somebody", None, "recent", BEGIN)
    log.move("somebody", "recent", "loyal", BEGIN + DAY, ahead=Next(BEGIN + 9 * DAY, "at_risk"))
    log.grant("somebody", "welcome", BEGIN, 100)


def erased_by_tombstone(log: Log) -> None:
    log.erase("somebody", BEGIN + 2 * DAY)


def erased_by_exit(log: Log) -> None:
    """Compaction has taken standings and tombstone away: only the exit is left."""
    log.waiting = [record for record in log.waiting if record.topic != TOPICS.customer_segments]
    log.move("somebody", "loyal", None, BEGIN + 2 * DAY, cause="erasure", stands=False)


@pytest.mark.parametrize("erased", [erased_by_tombstone, erased_by_exit])
@pytest.mark.parametrize("order", [OUTPUTS, OUTPUTS[::-1]], ids=["moves first", "standings first"])
def test_nothing_is_left_of_the_erased(
    view: View, log: Log, erased: Callable[[Log], None], order: tuple[str, ...]
) -> None:
    lived(log)
    erased(log)
    for topic in order:
        records = [record for record in log.waiting if record.topic == topic]
        if records:
            view.apply(topic, 0, records, records[-1].offset + 1)
    assert looking_up.customer(view, b"somebody") is None
    assert rows_with(view, "somebody") == []
    assert view.sizes.total() == 0


def test_a_new_life_shows_nothing_of_the_old_one(view: View, log: Log) -> None:
    lived(log)
    log.move("somebody", "loyal", None, BEGIN + 2 * DAY, cause="erasure", stands=False)
    log.erase("somebody", BEGIN + 2 * DAY)
    log.move("somebody", None, "recent", BEGIN + 3 * DAY)
    log.stand("somebody", "recent", BEGIN + 3 * DAY, points=7)
    log.flush()
    found = looking_up.customer(view, b"somebody")
    assert found is not None
    assert (found.segment, found.since, found.points) == ("recent", BEGIN + 3 * DAY, 7)
    assert len(looking_up.told(view, b"somebody", None, 50).transitions) == 1
