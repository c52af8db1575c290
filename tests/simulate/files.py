"""Events in, files of them and what a simulation makes of those out."""

import csv
import gzip
import io
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import orjson
import pyarrow as pa
from pyarrow import parquet

from app.simulate.program import Job, run_simulation
from app.simulate.progress import Progress
from schemas.policy import Policy
from schemas.policy_file import parse_policy
from tests.builders import DAY, SEED, T0

Event = Mapping[str, Any]
AS_OF: Final = T0 + 400 * DAY
SHOP: Final = parse_policy(
    """
version: 1
id: shop
currency: GBP
scores: {recency: {within: [30d, 90d]}, frequency: {at_least: [2]}}
segments:
  - {id: best, label: "Best, or <b>better</b>", cells: ["32"]}
  - {id: good, label: Good, cells: ["31", "22"]}
  - {id: gone, label: Gone, otherwise: true}
brink: [7d]
""",
    "shop.yaml",
)
"""Without quantiles; its moves can be told by heart."""


@dataclass(frozen=True)
class Results:
    """The files of a result, as text and as what they say."""

    directory: Path

    def text(self, name: str) -> str:
        return (self.directory / name).read_text("utf-8")

    def lines(self, name: str) -> list[dict[str, Any]]:
        return [orjson.loads(line) for line in self.text(name).splitlines()]

    def json(self, name: str) -> Any:
        return orjson.loads(self.text(name))

    @property
    def segments(self) -> dict[str, dict[str, str]]:
        return {row["customer_id"]: row for row in csv.DictReader(io.StringIO(self.text("segments.csv")))}

    @property
    def files(self) -> dict[str, bytes]:
        return {path.name: path.read_bytes() for path in sorted(self.directory.iterdir())}


def simulated(out: Path, *files: Path, policy: Policy = SEED, as_of: int = AS_OF, **more: Any) -> Results:
    """Simulate, and read what was written."""
    run_simulation(Job(policy=policy, files=files, as_of=as_of, out=out, **more), Progress(io.StringIO()))
    return Results(out)


def ndjson(events: Iterable[Event]) -> bytes:
    return b"".join(orjson.dumps(event) + b"\n" for event in events)


def zstd(content: bytes) -> bytes:
    packed: bytes = pa.Codec("zstd").compress(content, asbytes=True)
    return packed


def written(path: Path, content: bytes) -> Path:
    """Write a file, packed as its name says."""
    packers: dict[str, Callable[[bytes], bytes]] = {".gz": gzip.compress, ".zst": zstd}
    path.write_bytes(packers.get(path.suffix, bytes)(content))
    return path


def csv_of(rows: Sequence[Mapping[str, Any]]) -> bytes:
    text = io.StringIO(newline="")
    table = csv.DictWriter(text, list(rows[0]), lineterminator="\n")
    table.writeheader()
    table.writerows(rows)
    return text.getvalue().encode()


def parquet_file(path: Path, columns: Mapping[str, Any]) -> Path:
    parquet.write_table(pa.table(dict(columns)), path)
    return path
