"""`segue backfill`: the history that a shop has in files, onto the topics that its workers read."""

import sys
from functools import partial
from pathlib import Path
from typing import Annotated, Literal

import typer

from app.clear_errors import clear_errors, read_settings
from app.printing import print_lines, print_object

_FILES = "Files as `segue simulate` reads them: NDJSON (.gz, .zst), or orders as CSV or Parquet."
_RECORDED_AT = (
    "What records are stamped with. occurred: the file's recorded_at, else occurred_at, so that workers live the past "
    "as it was. now: the time of sending, for facts that a running deployment has missed; they come late."
)
_IGNORE = "Send though topics may drop old records: with a time of retention they are gone at once."


def backfill(
    files: Annotated[list[Path], typer.Argument(metavar="FILE", help=_FILES)],
    *,
    recorded_at: Annotated[Literal["occurred", "now"], typer.Option(help=_RECORDED_AT)] = "occurred",
    ignore_retention: Annotated[bool, typer.Option("--ignore-retention", help=_IGNORE)] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Read and check everything, send nothing.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object on stdout.")] = False,
) -> None:
    """Write a history to the input topics, sorted by time; run it before the first worker starts.

    Nothing is sent before every file has been read to its end; what is no fact is counted by code and not sent. What
    is too much for memory lies in TMPDIR meanwhile.

    Run again after it was interrupted it goes on where it stopped, if the files are the same and the topics hold
    nothing else. What is sent twice all the same is harmless: ids of orders, refunds and cancellations are remembered
    for ever, and engagement that comes again changes no segment and pays no reward twice.
    """
    from app.backfilling.program import Job, run_backfill  # noqa: PLC0415  # keeps other commands quick to start
    from app.backfilling.telling import telling, told  # noqa: PLC0415  # as above
    from app.simulate.progress import Progress  # noqa: PLC0415  # as above

    progress = Progress(sys.stderr)
    with clear_errors():
        job = Job(files=tuple(files), recorded_at=recorded_at, ignore_retention=ignore_retention, dry_run=dry_run)
        try:
            outcome = run_backfill(read_settings(), job, progress)
        finally:
            progress.clear()
    if as_json:
        print_object(told(outcome))
        return
    print_lines(partial(telling, outcome))
