"""`segue lift`: what rewards did, from what was published and what customers ordered then."""

import sys
import time
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NamedTuple

import typer

from app.clear_errors import clear_errors, read_settings
from app.instant_option import instant_option
from app.printing import print_lines, print_object
from app.runtime.errors import ExtraMissing
from schemas.durations import parse_duration

if TYPE_CHECKING:
    from app.settings import Settings
    from schemas.policy import Policy

_POLICY = "A policy file, or the name of a pack; else, of topics, what is in force."
_EVENTS = (
    "A file of events, or several: NDJSON (.gz, .zst), or orders as CSV or Parquet; without it the topics are read."
)
_REWARDS = "The values of the topic of rewards, one a line, as kcat or kafka-console-consumer.sh print them."
_AS_OF = "Up to this instant all events are there: RFC 3339 with an offset, or epoch ms. Of topics: now."


class Asked(NamedTuple):
    """What the command line says."""

    policy: str | None
    events: tuple[Path, ...]
    rewards: tuple[Path, ...]
    as_of: int
    horizon_ms: int


def lift(
    *,
    policy: Annotated[str | None, typer.Option(help=_POLICY)] = None,
    events: Annotated[list[Path] | None, typer.Option(metavar="F", help=_EVENTS)] = None,
    rewards: Annotated[list[Path] | None, typer.Option(metavar="F", help=_REWARDS)] = None,
    as_of: Annotated[str | None, typer.Option(metavar="T", help=_AS_OF)] = None,
    horizon: Annotated[str, typer.Option(metavar="AGE", help="How long to look at each customer.")] = "90d",
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object on stdout.")] = False,
) -> None:
    """Compare customers who were given a reward with those who were held out, with intervals.

    For each rule with a hold-out, its variants and the moves that occasioned it: orders per customer, average order
    value, and how many ordered again. Without files it reads the topics of the deployment. It needs the extra `lab`.
    """
    if bool(events) != bool(rewards):
        raise typer.BadParameter("--events and --rewards go together: without both the topics are read")
    if events and (policy is None or as_of is None):
        raise typer.BadParameter("files need --policy and --as-of: nobody knows how far they go")
    until = instant_option("--as-of", as_of) if as_of is not None else int(time.time() * 1000)
    try:
        horizon_ms = parse_duration(horizon)
    except ValueError as error:
        raise typer.BadParameter(f"--horizon {horizon}: {error}") from error
    with clear_errors():
        _run(Asked(policy, tuple(events or ()), tuple(rewards or ()), until, horizon_ms), as_json=as_json)


def _run(asked: Asked, *, as_json: bool) -> None:
    try:
        from app.experiments.lift import Job, measure_lift  # noqa: PLC0415  # scipy is of the extra `lab`
    except ImportError as error:
        raise ExtraMissing("segue lift", "scipy", "lab") from error
    from app.experiments.files import Written  # noqa: PLC0415  # keeps other commands quick to start
    from app.experiments.telling import telling, told_as_object  # noqa: PLC0415  # as above
    from app.experiments.topics import Deployed  # noqa: PLC0415  # as above
    from app.simulate.progress import Progress  # noqa: PLC0415  # as above

    progress = Progress(sys.stderr)
    try:
        settings = None if asked.events else read_settings()
        policy = _policy(asked.policy, settings)
        source = (
            Deployed(settings, progress)
            if settings is not None
            else Written(asked.events, asked.rewards, policy.currency, progress)
        )
        told = measure_lift(Job(policy=policy, as_of=asked.as_of, horizon_ms=asked.horizon_ms), source)
    finally:
        progress.clear()
    if as_json:
        print_object(told_as_object(told))
        return
    print_lines(partial(telling, told))


def _policy(named: str | None, settings: "Settings | None") -> "Policy":
    """Read the policy that is named, else the newest of the deployment, else the one that it would begin with."""
    from app.control.documents import compiled  # noqa: PLC0415  # as above
    from app.gathering import deployed_view  # noqa: PLC0415  # as above
    from schemas.policy_file import load_policy  # noqa: PLC0415  # as above

    if named is not None:
        return load_policy(named)
    assert settings is not None, "files need a policy"
    view = deployed_view(settings)
    if view is None or not view.policies:
        return load_policy(settings.first_policy)
    return compiled(view.policies[-1])
