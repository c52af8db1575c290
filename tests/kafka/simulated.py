"""Events in, what `segue simulate` makes of them out: as the command writes it."""

import csv
import io
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

from tests.app.commands import run
from tests.kafka.reading import Read
from tests.kafka.shop_load import Event
from tests.kafka.worker_process import SEGUE

LIMIT_S = 240.0
Stand = tuple[str, str, str]
"""Segment, next instant and next segment, as a row of CSV has them."""


@dataclass(frozen=True)
class Simulated:
    """The files of a result, read."""

    transitions: list[dict[str, Any]]
    brinks: list[dict[str, Any]]
    stands: dict[str, Stand]
    cut_points: list[dict[str, Any]]
    compared: dict[str, Any]
    """With the other policy, if there is one."""


def simulated(
    directory: Path, policy: Path, events: Iterable[Event], as_of: int, *, compare: Path | None = None
) -> Simulated:
    """Run the command on a file of events, in a directory of its own."""
    directory.mkdir()
    log, out = directory / "events.ndjson", directory / "out"
    log.write_bytes(b"".join(orjson.dumps(event) + b"\n" for event in events))
    asked = ("--policy", str(policy), "--events", str(log), "--as-of", str(as_of), "--out", str(out))
    other = ("--compare", str(compare)) if compare is not None else ()
    done = run(*SEGUE, "simulate", *asked, *other, limit_s=LIMIT_S)
    assert done.returncode == 0, done.stderr
    rows = csv.DictReader(io.StringIO((out / "segments.csv").read_text("utf-8")))
    stands = {row["customer_id"]: (row["segment"], row["next_at"], row["next_to"]) for row in rows}
    return Simulated(
        _lines(out / "transitions.ndjson"),
        _lines(out / "brinks.ndjson"),
        stands,
        orjson.loads((out / "cut_points.json").read_bytes()),
        orjson.loads((out / "compare.json").read_bytes()) if other else {},
    )


def published_stands(standings: Iterable[Read]) -> dict[str, Stand]:
    """Spell the newest standing of each customer in the same way."""
    return {told["customer_id"]: _stand(told) for told in (one.payload for one in standings)}


def _stand(told: dict[str, Any]) -> Stand:
    ahead = told["next"]
    return told["segment"] or "", str(ahead["at"]) if ahead else "", ahead["to"] if ahead else ""


def _lines(file: Path) -> list[dict[str, Any]]:
    return [orjson.loads(line) for line in file.read_bytes().splitlines()]
