"""`segue policy`: data on stdout, mistakes on stderr, and exit codes that scripts can trust."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from app.policy_commands import policy
from tests.schemas.test_policy_file import SEED_TEXT


def run(*arguments: str) -> Result:
    return CliRunner().invoke(policy, arguments)


@pytest.fixture
def wrong(tmp_path: Path) -> str:
    file = tmp_path / "wrong.yaml"
    file.write_text(SEED_TEXT.replace("90d", "90x").replace("points: 100", "points: 0"))
    return str(file)


@pytest.fixture
def slower(tmp_path: Path) -> str:
    file = tmp_path / "slower.yaml"
    file.write_text(SEED_TEXT.replace("90d", "100d"))
    return str(file)


def test_schema_prints_one_that_says_which_it_is() -> None:
    done = run("schema")
    assert done.exit_code == 0
    assert json.loads(done.stdout)["$schema"].endswith("2020-12/schema")


def test_lint_of_a_pack_says_what_is_proven_and_warns_with_exit_code_0() -> None:
    done = run("lint", "seed")
    assert done.exit_code == 0
    lines = done.stdout.splitlines()
    assert lines[0] == "seed: 6 segments, 27 cells; everyone has exactly one segment, every segment can be reached"
    assert "  champions -> recent after 90d -> needs_attention after 150d  (f2m3)" in lines
    assert [line for line in lines if line.startswith("warning")] == [
        "warning: a higher f lowers the rank: 221 needs_attention (4) -> 231 at_risk (5)"
    ]


def test_lint_as_json_is_one_object() -> None:
    told = json.loads(run("lint", "seed", "--json").stdout)
    assert (told["cells"], told["reachable"], len(told["warnings"])) == (27, True, 1)
    assert told["decay"][0]["steps"][1] == {"segment": "loyal", "measure": "recency", "value": 7_776_000_001}


def test_lint_of_a_wrong_file_tells_every_mistake_on_stderr(wrong: str) -> None:
    done = run("lint", wrong)
    assert (done.exit_code, done.stdout) == (1, "")
    assert f"{wrong}:6:24: scores.recency.within.0: a duration is written like" in done.stderr
    assert "rewards.0.give.points: Input should be greater than or equal to 1" in done.stderr


def test_diff_of_the_same_is_silent_with_exit_code_0() -> None:
    done = run("diff", "seed", "seed")
    assert (done.exit_code, done.stdout) == (0, "")
    assert json.loads(run("diff", "seed", "seed", "--json").stdout) == {"differences": []}


def test_diff_says_what_is_another_with_exit_code_3(slower: str) -> None:
    done = run("diff", "seed", slower)
    assert (done.exit_code, done.stdout) == (3, "recency scores change after: 90d, 150d -> 100d, 150d\n")
    told = run("diff", "seed", slower, "--json")
    assert told.exit_code == 3
    assert json.loads(told.stdout)["differences"] == [
        {"path": "scores.recency.within", "before": "90d, 150d", "after": "100d, 150d", "cells": []}
    ]


def test_diff_tells_the_mistakes_of_both_files(wrong: str) -> None:
    done = run("diff", wrong, "nobody")
    assert (done.exit_code, done.stdout) == (1, "")
    assert "90d" in done.stderr
    assert "nobody: no such pack, and no .yaml file" in done.stderr


@pytest.mark.parametrize("arguments", [("lint",), ("diff", "seed"), ("lint", "seed", "--jsn"), ("praise", "seed")])
def test_a_wrong_call_ends_with_exit_code_2(arguments: tuple[str, ...]) -> None:
    assert run(*arguments).exit_code == 2
