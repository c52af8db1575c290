"""Events in, what `segue simulate` makes of them out: as the command writes it."""

import csv
import io
import subprocess
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

from tests.kafka.shop_load import Event
from tests.kafka.worker_process import REPOSITORY, SEGUE, clean_environment

LIMIT_S = 120.0


@dataclass(frozen=True)
class Simulated:
    """The files of a result, read."""

    transitions: list[dict[str, Any]]
    brinks: list[dict[str, Any]]
    segments: dict[str, dict[str, str]]


def simulated(directory: Path, policy: str, events: Iterable[Event], as_of: int) -> Simulated:
    """Run the command in a directory of its own."""
    directory.mkdir()
    file, log, out = directory / "policy.yaml", directory / "events.ndjson", directory / "out"
    file.write_text(policy, "utf-8")
    log.write_bytes(b"".join(orjson.dumps(event) + b"\n" for event in events))
    asked = ("--policy", str(file), "--events", str(log), "--as-of", str(as_of), "--out", str(out))
    command = (*SEGUE, "simulate", *asked)
    done = subprocess.run(
        command, cwd=REPOSITORY, env=clean_environment({}), capture_output=True, text=True, check=False, timeout=LIMIT_S
    )
    assert done.returncode == 0, done.stderr
    rows = csv.DictReader(io.StringIO((out / "segments.csv").read_text("utf-8")))
    segments = {row["customer_id"]: row for row in rows}
    return Simulated(_lines(out / "transitions.ndjson"), _lines(out / "brinks.ndjson"), segments)


def _lines(file: Path) -> list[dict[str, Any]]:
    return [orjson.loads(line) for line in file.read_bytes().splitlines()]
