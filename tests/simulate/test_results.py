"""What a result says: every file of a small example, letter by letter, and what does not change it."""

from pathlib import Path

import pytest

from tests.builders import DAY, T0
from tests.oracle.events import cancellation, engaged, erasure, order, refund
from tests.simulate.files import SHOP, Results, ndjson, simulated, written

GOLDEN = Path(__file__).parent / "golden"
EVENTS = [
    order("1", T0, 1_000),
    order("2", T0 + DAY, 2_550),
    order("1", T0, 1_000),
    order("2", T0 + DAY, 9_999),
    order("b1", T0 + 2 * DAY, 500, customer_id='bob, "the builder"'),
    cancellation("b1", T0 + 3 * DAY, customer_id='bob, "the builder"'),
    order("c1", T0 + 2 * DAY, 700, customer_id="cid"),
    order("c2", T0 + 24 * DAY, 700, customer_id="cid"),
    refund("r1", "c2", T0 + 24 * DAY, 700, customer_id="cid"),
    order("d1", T0 + 2 * DAY, 700, customer_id="dan"),
    erasure("x1", T0 + 5 * DAY, customer_id="dan"),
    order("2999", T0 + 300 * DAY, 1, customer_id="eve"),
    engaged("e1", T0, "dreamt", customer_id="fay"),
    order("3", T0 + 26 * DAY, 1),
    {"type": "order_dreamt"},
]
"""Up, down, entry, exit; announced, cleared, come true; duplicate, conflict, unknown kind, erased, in the future."""
AS_OF = T0 + 150 * DAY
FILES = ["brinks.ndjson", "cut_points.json", "rejected.ndjson", "segments.csv", "summary.json", "transitions.ndjson"]


@pytest.fixture
def events(tmp_path: Path) -> Path:
    return written(tmp_path / "events.ndjson", ndjson(EVENTS))


@pytest.fixture
def results(tmp_path: Path, events: Path) -> Results:
    return simulated(tmp_path / "out", events, policy=SHOP, as_of=AS_OF)


@pytest.mark.parametrize("name", FILES)
def test_every_file_is_the_golden_one(name: str, results: Results, tmp_path: Path) -> None:
    assert results.text(name).replace(f"{tmp_path}/", "") == (GOLDEN / name).read_text("utf-8")


def test_nothing_else_is_written(results: Results) -> None:
    assert list(results.files) == FILES


def test_the_example_moves_as_it_must(results: Results) -> None:
    told = [
        (move["customer_id"][:3], move["from"], move["to"], move["direction"], (move["effective_at"] - T0) // DAY)
        for move in results.lines("transitions.ndjson")
    ]
    assert told == [
        ("ann", None, "good", "entry", 0),
        ("ann", "good", "best", "up", 1),
        ("bob", None, "good", "entry", 2),
        ("cid", None, "good", "entry", 2),
        ("dan", None, "good", "entry", 2),
        ("bob", "good", None, "exit", 3),
        ("dan", "good", None, "exit", 5),
        ("cid", "good", "gone", "down", 32),
        ("ann", "best", "good", "down", 56),
        ("ann", "good", "gone", "down", 116),
    ]


def test_announcements_come_a_week_before_and_are_cleared_by_orders(results: Results) -> None:
    told = [
        (brink["customer_id"], brink["type"], (brink["effective_at"] - T0) // DAY)
        for brink in results.lines("brinks.ndjson")
    ]
    assert told == [
        ("ann", "segment.brink", 24),
        ("cid", "segment.brink", 25),
        ("ann", "segment.brink_cleared", 26),
        ("ann", "segment.brink", 49),
        ("ann", "segment.brink", 109),
    ]


def test_a_result_as_of_earlier_is_the_beginning_of_a_later_one(tmp_path: Path, events: Path, results: Results) -> None:
    for day in (0, 2, 5, 26, 60):
        early = simulated(tmp_path / f"{day}", events, policy=SHOP, as_of=T0 + day * DAY)
        for name in ("transitions.ndjson", "brinks.ndjson"):
            assert results.text(name).startswith(early.text(name))


def test_limits_of_memory_change_nothing(tmp_path: Path, events: Path, results: Results) -> None:
    for limit in (1, 2, 3, 5):
        again = simulated(tmp_path / f"{limit}", events, policy=SHOP, as_of=AS_OF, facts_held=limit, lines_held=limit)
        assert again.files == results.files


def test_a_run_into_the_future_tells_what_silence_brings(tmp_path: Path, events: Path) -> None:
    far = simulated(tmp_path / "far", events, policy=SHOP, as_of=T0 + 9_000 * DAY)
    assert {row["segment"] for row in far.segments.values()} == {"gone", ""}
    assert far.json("summary.json")["events"]["after_as_of"] == 0
