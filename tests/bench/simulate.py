"""`python -m tests.bench.simulate`: the demo's year told again and again of other customers, simulated on one core."""

import argparse
import io
import itertools
import os
import resource
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import orjson

from app.demo.shop import events
from app.simulate.program import Job, run_simulation
from app.simulate.progress import Progress
from schemas.instants import parse_instant
from schemas.policy_file import load_policy

AS_OF: Final = int(parse_instant("2011-12-10T00:00:00Z"))
DONE: Final = "done"


class Stopwatch(Progress):
    """Takes the processor's time at which each part of the work is first told of: others may be at work here too."""

    def __init__(self) -> None:
        super().__init__(io.StringIO())
        self.began: dict[str, float] = {}

    def show(self, what: str, done: int, whole: int) -> None:
        self.began.setdefault(what, time.process_time())

    def parts(self) -> Iterator[tuple[str, float]]:
        """Give the seconds of each part, which the next one ends."""
        names = list(self.began)
        for name, following in itertools.pairwise(names):
            yield name, self.began[following] - self.began[name]


def main() -> int:
    """Measure, and print a line for each part."""
    options = _options()
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    with tempfile.TemporaryDirectory(prefix="segue-bench-") as directory:
        file = Path(directory) / "events.ndjson"
        _write(file, options.events, lines=options.lines)
        size = file.stat().st_size
        job = Job(policy=load_policy(options.policy), files=(file,), as_of=AS_OF, out=Path(directory) / "out")
        watch = Stopwatch()
        watch.show("reading", 0, 1)
        result = run_simulation(job, watch)
        watch.show(DONE, 0, 1)
        assert result.summary["events"]["accepted"] == options.events, "the bench writes good events"
    _tell(options, size, watch)
    return 0


def _tell(options: argparse.Namespace, size: int, watch: Stopwatch) -> None:
    whole = watch.began[DONE] - watch.began["reading"]
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    sys.stdout.write(f"{options.events:,} events, {size / 2**20:,.0f} MiB, policy {options.policy}, one core\n")
    for name, seconds in watch.parts():
        sys.stdout.write(f"  {name:<11} {seconds:>8.1f} s {seconds / options.events * 1e6:>7.2f} us an event\n")
    sys.stdout.write(
        f"  in all      {whole:>8.1f} s {options.events / whole:>10,.0f} events/s, {peak:,.0f} MiB at most\n"
    )


def _write(path: Path, number: int, *, lines: bool) -> None:
    """Write the year over and over, each time of customers with other ids."""
    year = [orjson.loads(event.payload) for event in events()]
    with path.open("wb") as file:
        for turn in range(-(-number // len(year))):
            for fact in year[: number - turn * len(year)]:
                told = fact | {"customer_id": f"{fact['customer_id']}-{turn}"}
                if not lines:
                    told.pop("lines", None)
                file.write(orjson.dumps(told) + b"\n")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.simulate", description=__doc__)
    parser.add_argument("--events", type=int, default=2_000_000, help="how many (default: %(default)s)")
    parser.add_argument("--policy", default="seed", help="a policy file or the name of a pack (default: %(default)s)")
    parser.add_argument("--lines", action="store_true", help="with the lines of the orders, 1.9 KB an event")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
