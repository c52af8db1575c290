"""`segue simulate` as it is typed."""

import os
import signal
import subprocess
from pathlib import Path

import orjson
import pytest
import typer
from typer.testing import CliRunner, Result

from app.simulate_command import simulate
from tests.app.commands import LIMIT_S
from tests.builders import DAY, T0
from tests.kafka.waiting import wait_for
from tests.kafka.worker_process import REPOSITORY, clean_environment
from tests.kafka.worker_process import SEGUE as COMMAND
from tests.oracle.events import order
from tests.simulate.files import csv_of, ndjson, written

SEGUE = typer.Typer()
SEGUE.command()(simulate)
EVENTS = [order("1", T0, 1_000), order("2", T0 + DAY, 1_000, customer_id="bob")]


@pytest.fixture
def events(tmp_path: Path) -> str:
    return str(written(tmp_path / "events.ndjson", ndjson(EVENTS)))


def run(tmp_path: Path, *arguments: str, as_of: str = "2011-12-01T00:00:00+01:00", policy: str = "seed") -> Result:
    out = str(tmp_path / "out")
    return CliRunner().invoke(SEGUE, ["--policy", policy, "--as-of", as_of, "--out", out, *arguments])


def test_a_summary_is_printed_and_the_files_are_there(tmp_path: Path, events: str) -> None:
    done = run(tmp_path, "--events", events)
    assert done.exit_code == 0, done.stderr
    assert done.stdout.startswith("seed 1 as of 2011-11-30T23:00:00.000Z\n  2 events read, 0 duplicates, 0 rejected\n")
    assert f"Written to {tmp_path / 'out'}" in done.stdout.replace("\n", "")
    assert done.stderr == ""
    assert (tmp_path / "out" / "segments.csv").is_file()


def test_json_prints_the_summary_file_and_nothing_else(tmp_path: Path, events: str) -> None:
    done = run(tmp_path, "--events", events, "--json")
    assert done.stdout == (tmp_path / "out" / "summary.json").read_text()
    assert orjson.loads(done.stdout)["customers"]["inactive"] == 2


def test_all_files_may_stand_behind_events(tmp_path: Path, events: str) -> None:
    row = {"customer_id": "cid", "order_id": "1", "occurred_at": T0, "amount": "1"}
    table = str(written(tmp_path / "orders.csv", csv_of([row])))
    for arguments in (("--events", events, table), ("--events", events, "--events", table)):
        done = run(tmp_path, *arguments, "--json")
        assert orjson.loads(done.stdout)["events"]["read"] == 3


def test_files_in_no_clear_order_are_a_usage_error(tmp_path: Path, events: str) -> None:
    done = run(tmp_path, "--events", events, events, "--events", events)
    assert done.exit_code == 2
    assert "give --events once" in done.stderr


@pytest.mark.parametrize("as_of", ["1322697600000", "2011-12-01T00:00:00Z"])
def test_an_instant_is_rfc_3339_or_epoch_milliseconds(as_of: str, tmp_path: Path, events: str) -> None:
    done = run(tmp_path, "--events", events, "--json", as_of=as_of)
    assert orjson.loads(done.stdout)["as_of"] == 1_322_697_600_000


@pytest.mark.parametrize("as_of", ["yesterday", "2011-12-01T00:00:00", "2011-12-01", "0", "99999999999999999"])
def test_another_instant_is_a_usage_error(as_of: str, tmp_path: Path, events: str) -> None:
    done = run(tmp_path, "--events", events, as_of=as_of)
    assert done.exit_code == 2
    assert "--as-of" in done.stderr


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("--events", "none.ndjson"), "none.ndjson: cannot be read"),
        (("--compare", "nonesuch"), "nonesuch: no such pack"),
        (("--cut-points", "none.json"), "none.json: cannot be read"),
    ],
)
def test_what_cannot_be_done_is_one_line(arguments: tuple[str, ...], told: str, tmp_path: Path, events: str) -> None:
    done = run(tmp_path, "--events", events, *arguments)
    assert done.exit_code == 1
    assert done.stdout == ""
    assert done.stderr.startswith(f"error: {told}")
    assert len(done.stderr.splitlines()) == 1


def test_all_options_go_together(tmp_path: Path, events: str) -> None:
    done = run(tmp_path, "--events", events, "--compare", "klaviyo", "--refreeze", "--html")
    assert done.exit_code == 0, done.stderr
    assert {path.name for path in (tmp_path / "out").iterdir()} >= {"compare.json", "report.html"}
    assert "Against klaviyo 1" in done.stdout


@pytest.mark.parametrize("shell", [(), ("sh", "-c", "trap '' INT; exec \"$@\"", "sh")], ids=["alone", "in background"])
def test_whoever_ends_it_is_told_so_and_finds_nothing_half_made(shell: tuple[str, ...], tmp_path: Path) -> None:
    never_ends, out = tmp_path / "events.ndjson", tmp_path / "made" / "out"
    os.mkfifo(never_ends)
    arguments = ("--policy", "seed", "--events", str(never_ends), "--as-of", "2011-12-01T00:00:00Z", "--out", str(out))
    command = (*shell, *COMMAND, "simulate", *arguments)
    with subprocess.Popen(command, cwd=REPOSITORY, stderr=subprocess.PIPE, env=clean_environment({})) as running:
        wait_for(lambda: [*out.parent.glob(".out.*/result/*")], LIMIT_S, "begun")
        running.send_signal(signal.SIGTERM)
        _, told = running.communicate(timeout=LIMIT_S)
    assert (running.returncode, told) == (1, b"error: stopped\n")
    assert list(out.parent.iterdir()) == []
