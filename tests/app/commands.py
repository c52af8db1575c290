"""A command line in, what it said and how it ended out; always bounded."""

import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryFile
from typing import Final

from tests.kafka.worker_process import REPOSITORY, SEGUE, clean_environment, start

LIMIT_S: Final = 90.0
FAUST: Final = (sys.executable, "-m", "faust", "-A", "app.main")


def segue(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run the segue command with these SEGUE_ settings and no others."""
    return run(*SEGUE, *arguments, around=environment)


def faust(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run Faust's own command line on our application."""
    return run(*FAUST, *arguments, around=environment)


def run(
    *command: str | Path, cwd: Path = REPOSITORY, around: Mapping[str, str] = {}, limit_s: float = LIMIT_S
) -> subprocess.CompletedProcess[str]:
    """Run any command in our environment, with what is around it besides and no SEGUE_ settings but those."""
    with TemporaryFile() as out, TemporaryFile() as err:
        process = start(tuple(map(str, command)), cwd, clean_environment(around), out, err)
        try:
            code = process.wait(limit_s)
        finally:
            process.kill()
            process.wait()
        out.seek(0)
        err.seek(0)
        return subprocess.CompletedProcess(command, code, out.read().decode(), err.read().decode())
