"""`segue policy test` as a marketer calls it: a line for each scenario, what differs, counts, the exit code."""

from pathlib import Path

from tests.kafka.worker_process import REPOSITORY
from tests.scenarios.stage import Desk, object_of, run

EXAMPLE = REPOSITORY / "deploy" / "examples" / "scenarios.yaml"
TWO = """
policy: seed
scenarios:
  - name: One order makes her recent
    given: [{day: 0, order: 10.00}]
    then: {segment: recent}
  - name: She is a champion at once
    given: [{day: 0, order: 10.00}]
    then: {segment: champions, measures: {monetary: 10.5, frequency: 1}}
"""


def test_the_example_passes_scenario_by_scenario() -> None:
    done = run(EXAMPLE)
    *lines, last = done.stdout.splitlines()
    assert (done.exit_code, done.stderr) == (0, "")
    assert [line for line in lines if not line.startswith("ok      ")] == []
    assert last == f"{len(lines)} scenarios: {len(lines)} ok, 0 failed"


def test_what_differs_is_told_under_its_scenario_and_the_exit_code_is_3(desk: Desk) -> None:
    done = desk.run(TWO)
    assert (done.exit_code, done.stderr) == (3, "")
    assert done.stdout.splitlines() == [
        "ok      One order makes her recent",
        "FAILED  She is a champion at once",
        "        segment",
        "          expected champions",
        "          got      recent",
        "        measures.monetary",
        "          expected 10.50",
        "          got      10.00",
        "2 scenarios: 1 ok, 1 failed",
    ]


def test_the_object_has_the_same(desk: Desk) -> None:
    done = desk.run(TWO, "--json")
    assert done.exit_code == 3
    assert object_of(done) == {
        "policy": "seed",
        "ok": 1,
        "failed": 1,
        "scenarios": [
            {"name": "One order makes her recent", "line": 4, "ok": True, "differences": []},
            {
                "name": "She is a champion at once",
                "line": 7,
                "ok": False,
                "differences": [
                    {"path": "segment", "expected": "champions", "got": "recent"},
                    {"path": "measures.monetary", "expected": "10.50", "got": "10.00"},
                ],
            },
        ],
    }


def test_a_policy_is_found_beside_the_file(desk: Desk) -> None:
    desk.write("mine.yaml", "version: 1\nid: mine\ncurrency: JPY\nsegments: [{id: all, otherwise: true}]\n")
    text = "policy: mine.yaml\nscenarios: [{name: a, given: [{day: 0, order: 7}], then: {segment: all}}]\n"
    assert desk.run(text).exit_code == 0


def test_a_file_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    done = run(tmp_path / "none.yaml")
    assert (done.exit_code, done.stdout) == (1, "")
    assert done.stderr == f"error: {tmp_path / 'none.yaml'}: cannot be read: No such file or directory\n"
