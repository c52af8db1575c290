"""`segue backfill` as it is typed, in a process of its own: run to its end, or killed on the way."""

import subprocess
from collections.abc import Callable, Mapping
from pathlib import Path

from tests.app.commands import segue
from tests.kafka.waiting import wait_for
from tests.kafka.worker_process import REPOSITORY, SEGUE, clean_environment


def backfill(environment: Mapping[str, str], *arguments: str) -> subprocess.CompletedProcess[str]:
    return segue("backfill", *arguments, **environment)


def killed_backfill(environment: Mapping[str, str], events: Path, far_enough: Callable[[], bool]) -> None:
    """Begin to send a history, and kill it as soon as it has come far enough."""
    sending = subprocess.Popen(
        [*SEGUE, "backfill", str(events)],
        cwd=REPOSITORY,
        env=clean_environment(environment),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        wait_for(far_enough, 60, "records of the backfill", 0.005)
    finally:
        sending.kill()
        sending.wait()
