"""The text of a file of scenarios in; what `segue policy test` says of it out."""

import textwrap
from pathlib import Path
from typing import Any, Final

import orjson
import typer
from typer.testing import CliRunner, Result

from app import scenarios_command

COMMAND: Final = typer.Typer(pretty_exceptions_enable=False)
COMMAND.command()(scenarios_command.test_policy)


class Desk:
    """Where a marketer writes: a directory of files."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self.path = directory / "s.yaml"

    def write(self, name: str, text: str) -> Path:
        path = self._directory / name
        path.write_text(textwrap.dedent(text), "utf-8")
        return path

    def run(self, text: str, *options: str) -> Result:
        """Write the file of scenarios and test it."""
        return run(self.write("s.yaml", text), *options)

    def play(self, scenario: str, policy: str = "seed") -> dict[str, str]:
        """Play one scenario; gives the differences, as `expected, got X`."""
        text = textwrap.indent(textwrap.dedent(scenario).strip(), "    ")
        done = self.run(f"policy: {policy}\nscenarios:\n  - name: it\n{text}\n", "--json")
        assert done.exit_code in {0, 3}, done.stderr
        (told,) = orjson.loads(done.stdout)["scenarios"]
        assert told["ok"] == (done.exit_code == 0) == (not told["differences"])
        return {one["path"]: f"{one['expected']}, got {one['got']}" for one in told["differences"]}

    def mistakes(self, text: str) -> list[str]:
        """Test a file with mistakes; gives them without the name of the file."""
        done = self.run(text)
        assert (done.exit_code, done.stdout) == (1, "")
        lines = done.stderr.removeprefix("error: ").splitlines()
        assert [line for line in lines if not line.startswith(f"{self.path}:")] == []
        return [line.removeprefix(f"{self.path}:") for line in lines]


def run(path: Path, *options: str) -> Result:
    return CliRunner().invoke(COMMAND, [str(path), *options])


def object_of(done: Result) -> dict[str, Any]:
    told: dict[str, Any] = orjson.loads(done.stdout)
    return told
