"""`segue lift`: what rewards did, from what was published and what customers ordered then."""

import sys
from pathlib import Path
from typing import Annotated

import orjson
import typer

from app.clear_errors import clear_errors
from app.instant_option import instant_option
from app.runtime.errors import SegueError
from schemas.durations import parse_duration

_EVENTS = "A file of events, or several: NDJSON (.gz, .zst), or orders as CSV or Parquet."
_REWARDS = "The values of the topic of rewards, one a line, as kcat or kafka-console-consumer.sh print them."
_AS_OF = "Up to this instant all events are there: RFC 3339 with an offset, or epoch ms."


def lift(
    *,
    policy: Annotated[str, typer.Option(help="A policy file, or the name of a pack.")],
    events: Annotated[list[Path], typer.Option(metavar="F", help=_EVENTS)],
    rewards: Annotated[list[Path], typer.Option(metavar="F", help=_REWARDS)],
    as_of: Annotated[str, typer.Option(metavar="T", help=_AS_OF)],
    horizon: Annotated[str, typer.Option(metavar="AGE", help="How long to look at each customer.")] = "90d",
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object on stdout.")] = False,
) -> None:
    """Compare customers who were given a reward with those who were held out, with intervals.

    For each rule with a hold-out, its variants and the moves that occasioned it: orders per customer, average order
    value, and how many ordered again. It needs the extra `lab`.
    """
    until = instant_option("--as-of", as_of)
    try:
        horizon_ms = parse_duration(horizon)
    except ValueError as error:
        raise typer.BadParameter(f"--horizon {horizon}: {error}") from error
    with clear_errors():
        _run(policy, (tuple(events), tuple(rewards)), until, horizon_ms, as_json=as_json)


def _run(
    policy: str, files: tuple[tuple[Path, ...], tuple[Path, ...]], until: int, horizon_ms: int, *, as_json: bool
) -> None:
    try:
        from app.experiments.lift import Job, measure_lift  # noqa: PLC0415  # scipy is of the extra `lab`
    except ImportError as error:
        raise SegueError("lift needs scipy, which comes with the extra: segue[lab]") from error
    from app.demo.style import Style  # noqa: PLC0415  # keeps other commands quick to start
    from app.experiments.telling import telling, told_as_object  # noqa: PLC0415  # as above
    from app.simulate.progress import Progress  # noqa: PLC0415  # as above
    from schemas.policy_file import load_policy  # noqa: PLC0415  # as above

    progress = Progress(sys.stderr)
    try:
        job = Job(policy=load_policy(policy), events=files[0], rewards=files[1], as_of=until, horizon_ms=horizon_ms)
        told = measure_lift(job, progress)
    finally:
        progress.clear()
    if as_json:
        sys.stdout.write(orjson.dumps(told_as_object(told)).decode() + "\n")
        return
    style = Style.of(sys.stdout)
    sys.stdout.writelines(style.fit(f"{line}\n", sys.stdout) for line in telling(told, style))
