"""What a process still does when it leaves: what it has said is said, and nothing else runs."""

import subprocess
import sys
from pathlib import Path
from typing import Final

REPOSITORY: Final = Path(__file__).resolve().parents[2]
LEAVING: Final = """\
import atexit
from app.runtime.ending import leave
atexit.register(print, "what a library does last")
print("done")
leave(3)
"""


def test_who_leaves_has_said_everything_and_runs_nothing_that_libraries_keep_for_the_end() -> None:
    done = subprocess.run([sys.executable, "-c", LEAVING], cwd=REPOSITORY, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (3, "done\n", "")
