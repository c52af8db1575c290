"""The directory that a result is to have in, a place to make it out: what stands there is complete or as it was."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final, NamedTuple

from app.runtime.errors import SegueError

TRANSITIONS: Final = "transitions.ndjson"
BRINKS: Final = "brinks.ndjson"
REWARDS: Final = "rewards.ndjson"
SEGMENTS: Final = "segments.csv"
REJECTED: Final = "rejected.ndjson"
CUT_POINTS: Final = "cut_points.json"
SUMMARY: Final = "summary.json"
COMPARE: Final = "compare.json"
REPORT: Final = "report.html"
RESULTS: Final = frozenset({TRANSITIONS, BRINKS, REWARDS, SEGMENTS, REJECTED, CUT_POINTS, SUMMARY, COMPARE, REPORT})
"""All that a result can consist of; a directory with anything else in it is not replaced."""


class Workplace(NamedTuple):
    """Where a result is made."""

    result: Path
    """Becomes the target when all is done."""
    scratch: Path
    """For temporary files, on the same disk."""


def refuse(target: Path) -> None:
    """Raise SegueError if something is there that is not ours to replace."""
    if not target.exists():
        return
    if not target.is_dir():
        raise SegueError(f"{target}: is there already and is no directory")
    found = {entry.name for entry in target.iterdir()}
    if found and not (SUMMARY in found and found <= RESULTS):
        raise SegueError(f"{target}: is not empty and not an earlier result of simulate; choose another --out")


@contextmanager
def made_aside(target: Path) -> Iterator[Workplace]:
    """Give a place beside the target; when the block ends well it takes the target's name, else nothing is left.

    An earlier result is moved away first: between the two renames there is none, and if the second fails the earlier
    one comes back.
    """
    target = target.resolve()
    refuse(target)
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        aside = Path(tempfile.mkdtemp(prefix=f".{target.name}.", dir=target.parent))
    except OSError as error:
        raise SegueError(f"{target}: cannot be made: {error.strerror}") from error
    try:
        place = Workplace(aside / "result", aside / "scratch")
        place.result.mkdir()
        yield place
        refuse(target)
        _replace(target, place.result, aside / "earlier")
    except OSError as error:
        raise SegueError(f"{target}: cannot be written: {error.strerror or error}") from error
    finally:
        shutil.rmtree(aside, ignore_errors=True)


def _replace(target: Path, result: Path, earlier: Path) -> None:
    with suppress(FileNotFoundError):
        target.rename(earlier)
    try:
        result.rename(target)
    except OSError:
        with suppress(FileNotFoundError):
            earlier.rename(target)
        raise
