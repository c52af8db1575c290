"""A command line in, what it said and how it ended out; always bounded."""

import subprocess
import sys
from collections.abc import Mapping, Sequence
from typing import Final

from tests.kafka.worker_process import REPOSITORY, SEGUE, clean_environment

LIMIT_S: Final = 90.0
FAUST: Final = (sys.executable, "-m", "faust", "-A", "app.main")


def segue(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run the segue command with these SEGUE_ settings and no others."""
    return _run([*SEGUE, *arguments], environment)


def faust(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run Faust's own command line on our application."""
    return _run([*FAUST, *arguments], environment)


def _run(command: Sequence[str], environment: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command,
        cwd=REPOSITORY,
        env=clean_environment(environment),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=LIMIT_S,
        check=False,
    )
