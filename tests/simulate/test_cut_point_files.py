"""`--cut-points` and `--refreeze`: whose cut points are in force, and which histories are refused."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import orjson
import pytest

from app.runtime.errors import SegueError
from schemas.policy import Refresh
from tests.builders import DAY, SEED, T0
from tests.oracle.events import order
from tests.simulate.files import AS_OF, SHOP, Results, ndjson, simulated, written

EVENTS = [order(f"{n}", T0 + n * DAY, 5_000 * (n + 1), customer_id=f"c{n % 7}") for n in range(30)]
DAILY = replace(SEED, refresh=Refresh(min_customers=3))
VERSION: dict[str, Any] = {
    "version": 1,
    "frozen_at": T0,
    "effective_at": T0 + 1,
    "recency": None,
    "frequency": [1, 2],
    "monetary": [100, 200],
}


@pytest.fixture
def events(tmp_path: Path) -> Path:
    return written(tmp_path / "events.ndjson", ndjson(EVENTS))


def outcome(results: Results) -> dict[str, bytes]:
    return {name: content for name, content in results.files.items() if name != "summary.json"}


def test_what_a_run_has_frozen_gives_the_same_run(tmp_path: Path, events: Path) -> None:
    frozen = simulated(tmp_path / "one", events, policy=DAILY)
    assert len(frozen.json("cut_points.json")) > 300
    history = written(tmp_path / "history.json", frozen.files["cut_points.json"])
    obeyed = simulated(tmp_path / "two", events, policy=DAILY, cut_points=history)
    assert obeyed.files == frozen.files


def test_a_published_history_is_obeyed(tmp_path: Path, events: Path) -> None:
    history = written(tmp_path / "history.json", orjson.dumps([VERSION]))
    results = simulated(tmp_path / "out", events, cut_points=history)
    assert results.json("cut_points.json") == [VERSION]
    assert {row["m"] for row in results.segments.values()} == {"3"}
    assert results.json("summary.json")["cut_points"] == {"versions": 1, "in_force": 1}


def test_with_too_few_customers_nothing_is_frozen(tmp_path: Path, events: Path) -> None:
    assert simulated(tmp_path / "out", events).json("cut_points.json") == []


def test_refreeze_adds_a_version_in_force_at_the_end(tmp_path: Path, events: Path) -> None:
    results = simulated(tmp_path / "out", events, refreeze=True)
    (version,) = results.json("cut_points.json")
    assert (version["version"], version["frozen_at"], version["effective_at"]) == (1, AS_OF, AS_OF)
    assert version["frequency"] == [4, 4]
    assert results.json("summary.json")["cut_points"]["in_force"] == 1
    drifted = [move for move in results.lines("transitions.ndjson") if move["cause"]["type"] == "drift"]
    assert {move["effective_at"] for move in drifted} <= {AS_OF}


def test_a_refreeze_takes_the_place_of_what_is_not_in_force_yet(tmp_path: Path, events: Path) -> None:
    """Frozen at this very midnight, the last version would come into force ten minutes later."""
    midnight = AS_OF // DAY * DAY
    plain = simulated(tmp_path / "plain", events, policy=DAILY, as_of=midnight).json("cut_points.json")
    again = simulated(tmp_path / "again", events, policy=DAILY, as_of=midnight, refreeze=True).json("cut_points.json")
    assert again == [*plain[:-1], {**plain[-1], "effective_at": midnight}]


def test_a_refreeze_comes_after_a_published_history(tmp_path: Path, events: Path) -> None:
    history = written(tmp_path / "history.json", orjson.dumps([VERSION | {"version": 7}]))
    results = simulated(tmp_path / "out", events, cut_points=history, refreeze=True)
    assert [version["version"] for version in results.json("cut_points.json")] == [7, 8]


def test_a_policy_without_quantiles_needs_no_cut_points(tmp_path: Path, events: Path) -> None:
    results = simulated(tmp_path / "out", events, policy=SHOP)
    assert results.json("cut_points.json") == []
    with pytest.raises(SegueError, match="no policy here has quantiles"):
        simulated(tmp_path / "out", events, policy=SHOP, refreeze=True)
    history = written(tmp_path / "history.json", orjson.dumps([VERSION]))
    with pytest.raises(SegueError, match="the policy shop has no quantiles"):
        simulated(tmp_path / "out", events, policy=SHOP, cut_points=history)


@pytest.mark.parametrize(
    ("history", "message"),
    [
        (b"", "no history of cut points"),
        (b"{}", "no history of cut points: Expected `array`, got `object`"),
        ([VERSION | {"frequency": ["a"]}], "no history of cut points"),
        ([{"version": 1}], "no history of cut points: Object missing required field `frozen_at`"),
        ([VERSION | {"version": 0}], "version 0: versions begin with 1"),
        ([VERSION, VERSION | {"effective_at": T0 + 2}], "version 1: comes after version 1"),
        ([VERSION, VERSION | {"version": 2}], "version 2: comes into force no later than version 1"),
        ([VERSION | {"effective_at": T0 - 1}], "version 1: comes into force before it is frozen"),
        ([VERSION | {"recency": [1, 2]}], "version 1: recency: the policy has no quantiles of it"),
        ([VERSION | {"frequency": [1]}], "version 1: frequency: the policy wants 2 cut points, here are 1"),
        ([VERSION | {"monetary": None}], "version 1: monetary: the policy wants 2 cut points, here are 0"),
        ([VERSION | {"monetary": [2, 1]}], "version 1: monetary: cut points ascend from 0 or more"),
    ],
)
def test_a_history_that_cannot_be_obeyed_is_refused(
    history: bytes | list[Any], message: str, tmp_path: Path, events: Path
) -> None:
    file = written(tmp_path / "history.json", history if isinstance(history, bytes) else orjson.dumps(history))
    with pytest.raises(SegueError) as caught:
        simulated(tmp_path / "out", events, cut_points=file)
    assert str(caught.value).startswith(f"{file}: {message}")
    assert not (tmp_path / "out").exists()


def test_a_missing_history_is_refused(tmp_path: Path, events: Path) -> None:
    with pytest.raises(SegueError, match="cannot be read: No such file"):
        simulated(tmp_path / "out", events, cut_points=tmp_path / "none.json")
