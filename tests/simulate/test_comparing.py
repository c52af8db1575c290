"""`--compare`: the same customers under two policies."""

import io
from pathlib import Path

import pytest

from app.demo.style import Style
from app.simulate.flaps import Flaps
from app.simulate.program import Job, run_simulation
from app.simulate.progress import Progress
from app.simulate.telling import telling
from schemas.policy_file import parse_policy
from tests.builders import DAY, SEED, T0
from tests.oracle.events import erasure, order
from tests.simulate.files import AS_OF, SHOP, Results, ndjson, simulated, written
from tests.simulate.moves import move

HARSH = parse_policy(
    """
version: 1
id: harsh
currency: GBP
scores: {recency: {within: [10d]}}
segments:
  - {id: good, cells: ["2"]}
  - {id: gone, otherwise: true}
""",
    "harsh.yaml",
)
EVENTS = [
    order("1", T0, 1_000),
    order("2", T0 + 20 * DAY, 1_000),
    order("b1", T0 + 25 * DAY, 70_000, customer_id="bob"),
    order("b2", T0 + 29 * DAY, 70_000, customer_id="bob"),
    order("c1", T0 + 39 * DAY, 1_000, customer_id="cid"),
    order("d1", T0, 1_000, customer_id="dan"),
    erasure("x", T0 + DAY, customer_id="dan"),
]
END = T0 + 40 * DAY


@pytest.fixture
def events(tmp_path: Path) -> Path:
    return written(tmp_path / "events.ndjson", ndjson(EVENTS))


@pytest.fixture
def results(tmp_path: Path, events: Path) -> Results:
    return simulated(tmp_path / "out", events, policy=SHOP, other=HARSH, as_of=END)


def test_both_policies_are_told_side_by_side(results: Results) -> None:
    told = results.json("compare.json")
    assert told["policy"]["customers"] == {"best": 2, "good": 1, "gone": 0, "": 0}
    assert told["other"]["customers"] == {"good": 1, "gone": 2, "": 0}
    assert told["other"]["transitions"] == {"->good": 4, "good->gone": 3, "good->": 1, "gone->good": 1}
    assert told["customers"] == {
        "same": 1,
        "moved": 2,
        "policy->other": {"best->gone": 2, "good->good": 1},
    }


def test_the_most_affected_come_first_and_of_equals_who_spent_most(results: Results) -> None:
    assert results.json("compare.json")["most_affected"] == [
        {"customer_id": "bob", "segment": "best", "other_segment": "gone"},
        {"customer_id": "ann", "segment": "best", "other_segment": "gone"},
    ]


def test_flaps_are_counted_under_both(results: Results) -> None:
    """Under `harsh`, ann is gone after ten days, back with her order ten days later, and gone ten days after that."""
    told = results.json("compare.json")
    assert (told["policy"]["flaps"], told["policy"]["flap_rate"]) == (0, 0.0)
    assert (told["other"]["moves"], told["other"]["flaps"], told["other"]["flap_rate"]) == (9, 2, 0.222222)


def test_the_other_files_are_those_of_the_first_policy_alone(tmp_path: Path, events: Path, results: Results) -> None:
    alone = simulated(tmp_path / "alone", events, policy=SHOP, as_of=END)
    assert {name: content for name, content in results.files.items() if name != "compare.json"} == alone.files


def test_each_policy_freezes_its_own_cut_points(tmp_path: Path, events: Path) -> None:
    results = simulated(tmp_path / "out", events, policy=SHOP, other=SEED, refreeze=True, as_of=AS_OF)
    assert results.json("cut_points.json") == []
    assert results.json("compare.json")["other"]["causes"].get("drift", 0) > 0


def test_the_comparison_is_printed(tmp_path: Path, events: Path) -> None:
    job = Job(policy=SHOP, other=HARSH, files=(events,), as_of=END, out=tmp_path / "out")
    text = "\n".join(telling(run_simulation(job, Progress(io.StringIO())), Style()))
    for line in ("Against harsh 1", "2 of 3 customers stand elsewhere", "best -> gone: 2", "bob: best -> gone"):
        assert line in text


@pytest.mark.parametrize(
    ("days", "flaps"),
    [((0, 30), 1), ((0, 31), 0)],
)
def test_a_flap_comes_back_within_thirty_days(days: tuple[int, int], flaps: int) -> None:
    counted = Flaps()
    counted.count([move(None, "a", 0), move("a", "b", days[0]), move("b", "a", days[1])])
    assert (counted.moves, counted.flaps, counted.rate) == (3, flaps, flaps / 3)


def test_leaving_altogether_is_no_flap_but_coming_back_is() -> None:
    counted = Flaps()
    counted.count([move(None, "a", 0), move("a", None, 1), move(None, "a", 2)])
    assert counted.flaps == 1


def test_a_return_after_another_move_is_no_flap() -> None:
    counted = Flaps()
    counted.count([move("a", "b", 0), move("b", "c", 1), move("c", "a", 2)])
    assert counted.flaps == 0


def test_silent_moves_are_no_flaps_but_say_where_she_was() -> None:
    counted = Flaps()
    counted.count([move("a", "b", 0, silent=True), move("b", "a", 1), move("a", "b", 2, silent=True)])
    assert (counted.moves, counted.flaps) == (1, 1)


def test_no_move_at_all_is_no_flap() -> None:
    assert Flaps().rate == 0
