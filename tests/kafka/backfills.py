"""`segue backfill` as it is typed, in a process of its own: run to its end, or killed on the way."""

import subprocess
from collections.abc import Callable, Mapping
from pathlib import Path
from tempfile import TemporaryFile

from tests.app.commands import segue
from tests.kafka.waiting import wait_for
from tests.kafka.worker_process import REPOSITORY, SEGUE, clean_environment, start


def backfill(environment: Mapping[str, str], *arguments: str) -> subprocess.CompletedProcess[str]:
    return segue("backfill", *arguments, **environment)


def killed_backfill(environment: Mapping[str, str], events: Path, far_enough: Callable[[], bool]) -> None:
    """Begin to send a history, and kill it as soon as it has come far enough."""
    command = (*SEGUE, "backfill", str(events))
    with TemporaryFile() as said:
        sending = start(command, REPOSITORY, clean_environment(environment), said, said)
    try:
        wait_for(far_enough, 60, "records of the backfill", 0.005)
    finally:
        sending.kill()
        sending.wait()
