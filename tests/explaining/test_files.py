"""`segue explain` on files as a user calls it: text or one object out, or one line that says what is wrong."""

from pathlib import Path

import orjson
import pytest

from schemas.policy_file import load_policy
from tests.builders import DAY, T0
from tests.explaining.stage import ran, run
from tests.oracle.events import engaged, erasure, money, order, refund
from tests.simulate.files import csv_of, ndjson, simulated, written

EVENTS = [
    order("a", T0, 6_000),
    order("b", T0 + 10 * DAY, 7_000),
    order("z", T0 + 40 * DAY, 100, customer_id="zoe"),
]
FREEZING = """
version: 1
id: freezing
currency: GBP
scores: {monetary: {quantiles: [50%], initial: [1000.00]}}
cut_points: {refresh: 7d, min_customers: 2}
segments: [{id: more, label: More, cells: ["2"]}, {id: less, label: Less, cells: ["1"]}]
"""

STANDING = {
    "at": T0 + 10 * DAY,
    "customer_id": "ann",
    "cut_points_version": 0,
    "due_segment": None,
    "held_until": None,
    "measures": {
        "average_order_minor": 6_500,
        "f": 2,
        "frequency": 2,
        "m": 2,
        "monetary_minor": 13_000,
        "r": 3,
        "recency_ms": 0,
        "tenure_ms": 10 * DAY,
    },
    "next": {"at": T0 + 100 * DAY + 1, "to": "recent"},
    "points": 100,
    "policy": {"id": "seed", "version": 1},
    "rank": 2,
    "segment": "loyal",
    "sequence": 2,
}


@pytest.fixture
def events(tmp_path: Path) -> Path:
    return written(tmp_path / "events.ndjson.gz", ndjson(EVENTS))


def refused(*arguments: str | Path, **environment: str) -> str:
    """Run what must fail; gives its one line."""
    done = run(*arguments, **environment)
    assert (done.exit_code, done.stdout) == (1, "")
    (line,) = done.stderr.splitlines()
    assert line.startswith("error: ")
    return line.removeprefix("error: ")


def test_without_an_instant_the_newest_fact_of_anybody_is_looked_at(events: Path) -> None:
    done = run("ann", "--events", events)
    assert (done.exit_code, done.stderr) == (0, "")
    lines = done.stdout.splitlines()
    assert lines[0] == "Customer ann as of 2011-01-10 08:26 UTC, by seed 1"
    assert "Segment: Loyal (rank 2)" in lines
    assert "  recency 30d is within 90d, so r = 3 of 3" in lines


def test_several_files_stand_behind_one_option_or_each_has_its_own(tmp_path: Path, events: Path) -> None:
    row = {"customer_id": "ann", "order_id": "c", "occurred_at": T0 + 50 * DAY, "amount": "0.29"}
    table = written(tmp_path / "more.csv", csv_of([row]))
    for arguments in ((events, table), (events, "--events", table)):
        told = ran("ann", "--events", *arguments)
        assert [fact.get("total") for fact in told["facts"]] == [money(6_000), money(7_000), money(29)]
    assert run("ann", events).exit_code == 2
    assert run("ann", "--events", events, "--events", table, events).exit_code == 2


def test_the_object_has_where_she_stands_and_how_she_came_there(events: Path) -> None:
    told = ran("ann", "--events", events, "--as-of", str(T0 + 10 * DAY))
    assert told["standing"] == STANDING
    assert [(move["effective_at"], move["to"], move["silent"]) for move in told["transitions"]] == [
        (T0, "recent", False),
        (T0 + 10 * DAY, "loyal", False),
    ]
    assert (told["facts_later"], told["endings"], told["known"], told["erased_at"]) == (0, {"applied": 2}, True, None)


def test_the_object_has_what_comes_ahead_and_what_would_lift_her(events: Path) -> None:
    told = ran("ann", "--events", events, "--as-of", str(T0 + 10 * DAY))
    assert [(move["type"], move["effective_at"], move["to"]) for move in told["ahead"]] == [
        ("segment.transitioned", T0 + 100 * DAY + 1, "recent"),
        ("segment.transitioned", T0 + 160 * DAY + 1, "at_risk"),
    ]
    assert told["rule"]["cells"] == ["331", "322", "321", "233", "232"]
    assert told["lifts"] == [
        {
            "segment": "champions",
            "rank": 1,
            "orders": 1,
            "engagement": False,
            "least": 0,
            "most": None,
            "reached_at": T0 + 10 * DAY,
        }
    ]


def test_cut_points_are_frozen_as_a_simulation_of_the_same_files_does(tmp_path: Path) -> None:
    policy = written(tmp_path / "freezing.yaml", FREEZING.encode())
    many = [
        order(f"{name}{number}", T0 + number * 9 * DAY, 100 * (number + 1) * size, customer_id=name)
        for name, size in (("ann", 3), ("bob", 1), ("cyd", 2))
        for number in range(6)
    ]
    events = written(tmp_path / "many.ndjson", ndjson(many))
    as_of = T0 + 60 * DAY
    simulation = simulated(tmp_path / "out", events, policy=load_policy(str(policy)), as_of=as_of)
    moves = simulation.lines("transitions.ndjson")
    assert {move["cause"]["type"] for move in moves} >= {"order", "drift"}
    for name in ("ann", "bob", "cyd"):
        told = ran(name, "--events", events, "--policy", policy, "--as-of", str(as_of))
        theirs = [move for move in moves if move["customer_id"] == name]
        assert [{k: v for k, v in move.items() if k in theirs[0]} for move in told["transitions"]] == theirs
        assert told["standing"]["segment"] == simulation.segments[name]["segment"]
        again = ran(
            name, "--events", events, "--policy", policy, "--as-of", str(as_of),
            "--cut-points", tmp_path / "out" / "cut_points.json",
        )  # fmt: skip
        assert again == told


def test_the_policy_is_that_of_the_settings_unless_one_is_named(tmp_path: Path, events: Path) -> None:
    policy = written(tmp_path / "freezing.yaml", FREEZING.encode())
    assert ran("ann", "--events", events, SEGUE_POLICY=str(policy))["policy"]["id"] == "freezing"
    assert ran("ann", "--events", events, "--policy", "klaviyo", SEGUE_POLICY=str(policy))["policy"]["id"] == "klaviyo"


def test_rejected_records_are_noted(tmp_path: Path) -> None:
    events = written(tmp_path / "e.ndjson", ndjson([*EVENTS, order("c", T0, -1)]))
    done = run("ann", "--events", events)
    first = f"negative_amount 1, first at {events}:4: $.total.amount_minor: An amount is not negative"
    assert done.stdout.splitlines()[1] == f"  note: records rejected, of all customers: {first}"


def test_unknown_customers_are_refused(tmp_path: Path, events: Path) -> None:
    assert refused("nobody", "--events", events) == "customer nobody: the files hold no fact of such a customer"
    early = refused("zoe", "--events", events, "--as-of", "2010-12-02T00:00:00Z")
    assert early == "customer zoe: no fact up to 2010-12-02T00:00:00.000Z; the first one came later"
    gone = written(tmp_path / "gone.ndjson", ndjson([*EVENTS, erasure("x", T0 + 50 * DAY)]))
    assert refused("ann", "--events", gone).startswith("customer ann was erased at 2011-01-20T08:26:00.000Z")
    assert refused("a\nb", "--events", events).startswith("CUSTOMER: an id is ")


def test_files_policies_and_cut_points_that_cannot_be_read_are_named(tmp_path: Path, events: Path) -> None:
    missing = tmp_path / "none"
    assert refused("ann", "--events", missing) == f"{missing}: cannot be read: No such file or directory"
    assert refused("ann", "--events", events, "--policy", "sead") == "sead: no such pack, and no .yaml file"
    assert refused("ann", "--events", events, "--cut-points", missing).startswith(f"{missing}: cannot be read")
    torn = written(tmp_path / "torn.ndjson", ndjson(EVENTS)[:-9])
    assert refused("ann", "--events", torn) == f"{torn}:3: the file ends in the middle of a line"


@pytest.mark.parametrize("instant", ["yesterday", "2011-01-01T00:00:00", "1", "99999999999999999"])
def test_a_wrong_instant_is_a_wrong_use(events: Path, instant: str) -> None:
    done = run("ann", "--events", events, "--as-of", instant)
    assert done.exit_code == 2
    assert "--as-of" in done.stderr


def test_labels_and_currencies_of_any_country_are_told(tmp_path: Path) -> None:
    text = "version: 1\nid: kanji\ncurrency: JPY\nsegments: [{id: all, label: 顧客, otherwise: true}]\n"
    policy = written(tmp_path / "kanji.yaml", text.encode())
    yen = written(
        tmp_path / "yen.ndjson", ndjson([order("a", T0, 1_234, "JPY"), refund("r", None, T0, 34), engaged("e", T0)])
    )
    lines = run("ann", "--events", yen, "--policy", policy).stdout.splitlines()
    assert "  1 order, 1,234 JPY, 1,234 JPY on average" in lines
    assert orjson.loads(run("ann", "--events", yen, "--policy", policy, "--json").stdout)["currency"] == "JPY"
