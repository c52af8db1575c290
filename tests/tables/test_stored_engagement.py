"""Engagements that acted on a timeline: read by the instants at which they acted, from memory and database alike."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from schemas.instants import DAY_MS
from schemas.rows import EngagedDayRow
from tables.codec import encode
from tables.keys import ENGAGED_DAY, engaged_day, engaged_day_key, nested_prefix
from tables.partition_table import PartitionTable
from tables.position import Position
from tables.stored_customer import EngagedAt, StoredCustomer
from tests.builders import MEMORY, T0

MIDNIGHT = T0 // DAY_MS * DAY_MS
COUNTING = frozenset({"review_posted"})
FIRST, SECOND, LATE, OTHER = (
    (MIDNIGHT - 1, MIDNIGHT - 1, "e-1", "review_posted"),
    (MIDNIGHT, MIDNIGHT, "e-2", "review_posted"),
    (MIDNIGHT + 5, MIDNIGHT - 9, "e-3", "review_posted"),
    (MIDNIGHT + DAY_MS, MIDNIGHT + DAY_MS, "e-4", "survey_answered"),
)
DAYS = {-1: [FIRST], 0: [SECOND, LATE], 1: [OTHER]}


@pytest.fixture(params=["in the draft", "committed", "in the database", "half and half"])
def ann(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[StoredCustomer]:
    """The same days, wherever they stand."""
    db = MEMORY.open(tmp_path / "db")
    table = PartitionTable(db)
    draft = table.begin()
    for day, acted in DAYS.items():
        if day == 1 and request.param == "half and half":
            table.apply(draft, Position(1, T0))
            table.flush()
            draft = table.begin()
        draft.rows[engaged_day_key(b"ann", MIDNIGHT // DAY_MS + day)] = encode(EngagedDayRow(acted))
        draft.rows[engaged_day_key(b"an", 7)] = encode(EngagedDayRow([(T0 + 9 * DAY_MS, T0, "x", "review_posted")]))
    if request.param in ("committed", "in the database"):
        table.apply(draft, Position(1, T0))
        draft = table.begin()
    if request.param == "in the database":
        table.flush()
    yield StoredCustomer(draft, b"ann", COUNTING)
    db.close()


@pytest.mark.parametrize(
    ("at", "acted"),
    [
        (MIDNIGHT - DAY_MS, [FIRST, SECOND, LATE, OTHER]),
        (MIDNIGHT - 1, [FIRST, SECOND, LATE, OTHER]),
        (MIDNIGHT, [SECOND, LATE, OTHER]),
        (MIDNIGHT + 5, [LATE, OTHER]),
        (MIDNIGHT + 6, [OTHER]),
        (MIDNIGHT + DAY_MS + 1, []),
    ],
)
def test_what_acted_at_an_instant_or_later_is_given_in_order(
    ann: StoredCustomer, at: int, acted: list[EngagedAt]
) -> None:
    assert ann.engaged_from(at) == acted


@pytest.mark.parametrize(
    ("at", "newest"),
    [
        (MIDNIGHT - 1, 0),
        (MIDNIGHT, MIDNIGHT - 1),
        (MIDNIGHT + 1, MIDNIGHT),
        (MIDNIGHT + 6, MIDNIGHT),  # what acted last occurred earlier
        (MIDNIGHT + 2 * DAY_MS, MIDNIGHT),  # an answer to a survey does not count
    ],
)
def test_the_newest_that_counts_is_found_among_those_that_had_acted(ann: StoredCustomer, at: int, newest: int) -> None:
    assert ann.engaged_before(at) == newest


def test_the_days_of_a_customer_ascend_in_the_order_of_their_keys() -> None:
    days = [0, 1, 255, 256, 20_000]
    keys = [engaged_day_key(b"ann", day) for day in days]
    assert keys == sorted(keys)
    assert [engaged_day(key, b"ann") for key in keys] == days
    assert all(key.startswith(nested_prefix(ENGAGED_DAY, b"ann")) for key in keys)
