"""What the README shows of the roastery is what its commands print."""

import re
from pathlib import Path

import pytest
from ruamel.yaml import YAML
from typer.testing import CliRunner

from app.command_line import segue

ROOT = Path(__file__).parents[2]
ROASTERY = ROOT / "deploy" / "examples" / "roastery"
README = (ROOT / "README.md").read_text("utf-8")
JOB = ["--policy", str(ROASTERY / "roastery.yaml"), "--events", str(ROASTERY / "orders.csv")]
AS_OF = ["--as-of", "2026-06-30T00:00:00Z"]


def block(beginning: str) -> str:
    """Give the one code block of the README that begins so."""
    (found,) = (text for text in re.findall(r"```\w*\n(.*?)```", README, re.DOTALL) if text.startswith(beginning))
    return str(found)


def run(*words: str) -> list[str]:
    result = CliRunner().invoke(segue, list(words))
    assert result.exit_code == 0, result.output
    return result.stdout.splitlines()


def test_the_policy_of_the_readme_is_that_of_the_examples() -> None:
    yaml = YAML(typ="safe")
    assert yaml.load(block("version: 1\nid: roastery")) == yaml.load(ROASTERY / "roastery.yaml")


def test_simulate_prints_what_the_readme_shows(tmp_path: Path) -> None:
    printed = run("simulate", *JOB, *AS_OF, "--out", str(tmp_path / "result"), "--html")
    shown = block("Where 4 customers stand").splitlines()
    assert [line for line in shown if line not in printed] == []
    assert "<html" in (tmp_path / "result" / "report.html").read_text("utf-8")


def test_explain_prints_what_the_readme_shows() -> None:
    printed = run("explain", "ada", *JOB, *AS_OF)
    shown = block("Segment: Drifting away").splitlines()
    assert [line for line in shown if line not in printed and line != "..."] == []


@pytest.mark.parametrize("command", ["lint", "diff", "schema", "test", "promote", "rollback", "history"])
def test_every_command_of_policies_is_there(command: str) -> None:
    assert run("policy", command, "--help")


def test_the_journeys_of_the_examples_go_as_their_scenarios_say_and_nothing_is_odd_about_them() -> None:
    journeys = ROOT / "deploy" / "examples" / "journeys"
    assert run("policy", "test", str(journeys / "scenarios.yaml"))[-1] == "9 scenarios: 9 ok, 0 failed"
    assert not [line for line in run("policy", "lint", str(journeys / "journeys.yaml")) if line.startswith("warning")]


def test_the_offers_of_the_examples_go_as_their_scenarios_say_and_nothing_is_odd_about_them() -> None:
    offers = ROOT / "deploy" / "examples" / "offers"
    assert run("policy", "test", str(offers / "scenarios.yaml"))[-1] == "3 scenarios: 3 ok, 0 failed"
    assert not [line for line in run("policy", "lint", str(offers / "offers.yaml")) if line.startswith("warning")]


def test_the_scenarios_to_start_from_all_hold() -> None:
    assert (
        run("policy", "test", str(ROOT / "deploy" / "examples" / "scenarios.yaml"))[-1] == "5 scenarios: 5 ok, 0 failed"
    )
