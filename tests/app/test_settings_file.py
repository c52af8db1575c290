"""Settings from a TOML file: below the environment, above defaults, and every mistake with its line."""

from pathlib import Path
from subprocess import CompletedProcess

import orjson
import pytest

from tests.app.commands import segue

SECRET = "canary-31aa"  # noqa: S105  # it is the secret that must not come out
FILE = f"""\
app_id = "corner-shop"
partitions = 6

[kafka]
bootstrap_servers = "till:9092"
sasl_username = "till"
sasl_password = "{SECRET}"

[transactions]
records = 77
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "segue.toml"
    path.write_text(FILE)
    return path


def sources(done: CompletedProcess[str]) -> dict[str, str]:
    """Say for each setting under which comment it stands."""
    found, source = {}, ""
    for line in done.stdout.splitlines():
        if line.startswith("# "):
            source = line[2:]
        else:
            found[line] = source
    return found


def test_the_environment_wins_over_the_file_and_the_file_over_defaults(file: Path) -> None:
    around = {"SEGUE_CONFIG": str(file), "SEGUE_PARTITIONS": "3", "SEGUE_KAFKA__SASL_USERNAME": "desk"}
    done = segue("config", **around)
    assert done.returncode == 0, done.stderr
    told = sources(done)
    assert told["SEGUE_PARTITIONS=3"] == "environment"
    assert told["SEGUE_KAFKA__SASL_USERNAME=desk"] == "environment"
    assert told["SEGUE_APP_ID=corner-shop"] == str(file)
    assert told["SEGUE_KAFKA__BOOTSTRAP_SERVERS=till:9092"] == str(file)
    assert told["SEGUE_TRANSACTIONS__RECORDS=77"] == str(file)
    assert told["SEGUE_TRANSACTIONS__IN_FLIGHT=3"] == "default"
    assert SECRET not in done.stdout + done.stderr


def test_the_option_wins_over_the_variable_and_json_tells_sources_too(file: Path, tmp_path: Path) -> None:
    done = segue("--config", str(file), "config", "--json", SEGUE_CONFIG=str(tmp_path / "another.toml"))
    assert done.returncode == 0, done.stderr
    shown = orjson.loads(done.stdout)
    assert shown["app_id"] == "corner-shop"
    assert shown["sources"]["SEGUE_APP_ID"] == str(file)
    assert shown["sources"]["SEGUE_CLOCK"] == "default"


def test_every_mistake_of_a_file_is_told_with_its_line_and_without_its_value(file: Path) -> None:
    file.write_text(
        FILE.replace("partitions = 6", "partitions = -1").replace("records", "recrods") + "[kafak]\nx = 1\n"
    )
    done = segue("config", SEGUE_CONFIG=str(file), SEGUE_CLOCK="canary")
    assert (done.returncode, done.stdout) == (1, "")
    (line,) = done.stderr.splitlines()
    assert f"{file}:2: partitions: " in line
    assert f"{file}:10: transactions.recrods: there is no such setting" in line
    assert f"{file}:11: kafak: there is no such setting" in line
    assert "SEGUE_CLOCK: " in line
    assert SECRET not in line
    assert "canary" not in line


@pytest.mark.parametrize(("text", "told"), [("app_id = \n", "line 1"), (None, "No such file")])
def test_a_file_that_cannot_be_read_is_one_clear_error(tmp_path: Path, text: str | None, told: str) -> None:
    path = tmp_path / "segue.toml"
    if text is not None:
        path.write_text(text)
    done = segue("--config", str(path), "config")
    assert (done.returncode, done.stdout) == (1, "")
    (line,) = done.stderr.splitlines()
    assert line.startswith(f"error: the settings file {path} cannot be read: ")
    assert told in line
    assert "Operator action" in line
