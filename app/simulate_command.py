"""`segue simulate`: what would have become of your customers, from files of their events."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from app.clear_errors import clear_errors
from app.instant_option import instant_option
from app.printing import print_lines

if TYPE_CHECKING:
    from app.simulate.program import Job

_EVENTS = "A file of events, or several: NDJSON (.gz, .zst), or orders as CSV or Parquet."
_OUT = "The directory for the results; an earlier result there is replaced."


def simulate(
    more: Annotated[list[Path] | None, typer.Argument(metavar="F", help="More files of events.")] = None,
    *,
    policy: Annotated[str, typer.Option(help="A policy file, or the name of a pack.")],
    events: Annotated[list[Path], typer.Option(metavar="F", help=_EVENTS)],
    as_of: Annotated[str, typer.Option(metavar="T", help="The last instant: RFC 3339 with an offset, or epoch ms.")],
    out: Annotated[Path, typer.Option(metavar="DIR", help=_OUT)],
    refreeze: Annotated[
        bool, typer.Option("--refreeze", help="Freeze cut points once more at as-of, and apply them.")
    ] = False,
    cut_points: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Obey a published history of cut points.")
    ] = None,
    compare: Annotated[str | None, typer.Option(metavar="POLICY", help="Run this policy too and compare.")] = None,
    html: Annotated[bool, typer.Option("--html", help="Add report.html, a page that needs no network.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print summary.json.")] = False,
) -> None:
    """Simulate a policy on files of events, in full knowledge of all of them: nothing is ever late.

    Without `recorded_at` in them, records are taken in the order of the files.
    """
    if len(events) > 1 and more:
        raise typer.BadParameter("give --events once with all files behind it, or once for every file")
    until = instant_option("--as-of", as_of)
    from app.simulate.program import Job  # noqa: PLC0415  # keeps other commands quick to start
    from schemas.policy_file import load_policy  # noqa: PLC0415  # as above

    with clear_errors():
        job = Job(
            policy=load_policy(policy),
            files=(*events, *(more or ())),
            as_of=until,
            out=out,
            other=load_policy(compare) if compare else None,
            cut_points=cut_points,
            refreeze=refreeze,
            html=html,
        )
        _run(job, as_json=as_json)


def _run(job: "Job", *, as_json: bool) -> None:
    """Simulate, and print what there is to tell."""
    from app.simulate.program import run_simulation  # noqa: PLC0415  # keeps other commands quick to start
    from app.simulate.progress import Progress  # noqa: PLC0415  # as above
    from app.simulate.target import SUMMARY  # noqa: PLC0415  # as above
    from app.simulate.telling import telling  # noqa: PLC0415  # as above

    progress = Progress(sys.stderr)
    try:
        result = run_simulation(job, progress)
    finally:
        progress.clear()
    if as_json:
        sys.stdout.write((job.out / SUMMARY).read_text("utf-8"))
        return
    print_lines(lambda style: (*telling(result, style), "", f"Written to {job.out}"))
