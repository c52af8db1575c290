"""Events and a policy in; what `segue explain` makes of them out, as an object and as a user sees it."""

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import orjson
import typer
from typer.testing import CliRunner, Result

from app.demo.style import Style
from app.explain_command import explain as explain_command
from app.explaining.evidence import Evidence
from app.explaining.explanation import Explanation, explain
from app.explaining.telling import telling
from schemas.cut_points import CutPoints
from schemas.policy import Policy
from schemas.policy_file import parse_policy
from tests.builders import SEED, fact_of

COMMAND: Final = typer.Typer(pretty_exceptions_enable=False)
COMMAND.command()(explain_command)
PLAIN: Final = Style()


def explained(
    events: Sequence[Mapping[str, Any]],
    as_of: int,
    policy: Policy = SEED,
    cut_points: Sequence[CutPoints] = (),
) -> Explanation:
    """Explain ann."""
    facts = [fact_of(event) for event in events]
    return explain("ann", Evidence(facts, as_of, list(cut_points), []), policy)


def lines(told: Explanation) -> list[str]:
    return list(telling(told, PLAIN))


def part(told: Explanation, heading: str) -> list[str]:
    """Give the lines of a part of the text, without those that are empty."""
    text = lines(told)
    start = next(number for number, line in enumerate(text) if line.startswith(heading))
    end = text.index("", start) if "" in text[start:] else len(text)
    return [line.removeprefix("  ") for line in text[start + 1 : end]]


def policy_of(text: str) -> Policy:
    """Read a policy of which only what matters is given."""
    return parse_policy(f"version: 1\nid: small\ncurrency: GBP\n{text}", "small.yaml")


def run(*arguments: str | Path, **environment: str) -> Result:
    """Run the command with these SEGUE_ settings and no others."""
    unset: dict[str, str | None] = {name: None for name in os.environ if name.startswith("SEGUE_")}
    return CliRunner().invoke(COMMAND, [str(argument) for argument in arguments], env=unset | environment)


def ran(*arguments: str | Path, **environment: str) -> dict[str, Any]:
    """Run it for its object."""
    done = run(*arguments, "--json", **environment)
    assert done.exit_code == 0, done.stderr
    told: dict[str, Any] = orjson.loads(done.stdout)
    return told
