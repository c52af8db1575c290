"""`python -m tests.bench.peers`: measures Segue and its peers in interleaved rounds and prints one table."""

import os
import shutil
import signal
import sys
import tempfile
from pathlib import Path

from tests.bench.broker import Broker
from tests.bench.peers import conditions, rounds
from tests.bench.peers.bench import Bench
from tests.bench.peers.judgement import faults, notes
from tests.bench.peers.options import Options, options
from tests.bench.peers.plan import Plan
from tests.bench.peers.table import table
from tests.bench.processes import core
from tests.brokers.apache import ApacheKafka, available


def main() -> int:
    """Measure; 0 if every peer has kept its promise, 1 if not or if it cannot run here."""
    asked = options()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that what was started is stopped
    if asked.report is not None:
        return _report(rounds.read(asked.report))
    reason = available()
    if reason is not None:
        sys.stderr.write(f"error: {reason}\n")
        return 1
    return _report(_measured(asked))


def _measured(asked: Options) -> rounds.Document:
    _keep_to_other_cores()
    with tempfile.TemporaryDirectory(prefix="segue-peers-") as folder:
        directory = Path(folder)
        try:
            with ApacheKafka(directory / "kafka") as kafka:
                return Plan(Bench(Broker(kafka.bootstrap), directory, directory / "kafka" / "data"), asked).run()
        finally:
            _save(directory, asked.logs)


def _save(directory: Path, folder: Path | None) -> None:
    """Copy all workers' logs; their states stay behind, for the next run must not find them."""
    if folder is not None:
        folder.mkdir(parents=True, exist_ok=True)
        for log in directory.glob("*.log"):
            shutil.copy(log, folder)


def _keep_to_other_cores() -> None:
    """Leave the workers' core to them: the broker and all other processes inherit this."""
    workers = core()
    if workers is not None:
        os.sched_setaffinity(0, os.sched_getaffinity(0) - {workers})


def _report(document: rounds.Document) -> int:
    sys.stdout.write(f"{table(document.rounds)}\n\n{conditions.told(document.conditions)}")
    broken = list(faults(document.rounds))
    for line in notes(document.rounds):
        sys.stdout.write(f"- note: {line}\n")
    for line in broken:
        sys.stdout.write(f"- FAULT: {line}\n")
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
