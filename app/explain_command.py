"""`segue explain`: where one customer stands and why, what is ahead of her, what would lift her."""

import asyncio
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import orjson
import typer

from app.clear_errors import clear_errors, read_settings
from app.instant_option import instant_option
from app.runtime.errors import SegueError

if TYPE_CHECKING:
    from app.control.view import ControlView
    from app.explaining.evidence import Evidence
    from app.settings import Settings
    from schemas.policy import Policy

_EVENTS = "A file of events, or several, as for simulate; without it the input topics are read."
_AS_OF = "The instant: RFC 3339 with an offset, or epoch ms. Now, or of files the newest fact."
_CUT_POINTS = (
    "A published history of cut points. Without it files are frozen as simulate does; of topics those on the control "
    "topic hold, or with --policy the initial."
)


def explain(
    customer: Annotated[str, typer.Argument(metavar="CUSTOMER", help="The customer's id.")],
    more: Annotated[list[Path] | None, typer.Argument(metavar="[F]...", help="More files of events.")] = None,
    *,
    events: Annotated[list[Path] | None, typer.Option(metavar="F", help=_EVENTS)] = None,
    policy: Annotated[
        str | None,
        typer.Option(help="A policy file, or a pack; else of topics what is in force, of files SEGUE_POLICY or seed."),
    ] = None,
    as_of: Annotated[str | None, typer.Option(metavar="T", help=_AS_OF)] = None,
    cut_points: Annotated[Path | None, typer.Option(metavar="FILE", help=_CUT_POINTS)] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object on stdout.")] = False,
) -> None:
    """Explain one customer: facts, measures, scores, the rule that matches, every move so far, and what comes next.

    What would lift her is found by living her again with one engagement or up to 10 more orders at that instant.
    Nothing is ever late here: all facts are known.
    """
    if more and (not events or len(events) > 1):
        raise typer.BadParameter("files stand behind one --events, or each has its own")
    instant = instant_option("--as-of", as_of) if as_of is not None else None
    from app.demo.style import Style  # noqa: PLC0415  # keeps other commands quick to start
    from app.explaining.explanation import explain as explained  # noqa: PLC0415  # as above
    from app.explaining.telling import telling  # noqa: PLC0415  # as above
    from app.explaining.told import told_as_object  # noqa: PLC0415  # as above
    from schemas.policy_file import load_policy  # noqa: PLC0415  # as above

    with clear_errors():
        settings = read_settings()
        files = (*(events or ()), *(more or ()))
        view = deployed_view(settings) if policy is None and not files else None
        if view is not None and view.policies:
            evidence, read = deployed_evidence(customer, view, settings, as_of=instant, cut_points=cut_points)
        else:
            read = load_policy(policy if policy is not None else settings.first_policy)
            evidence = given_evidence(customer, files, read, settings, as_of=instant, cut_points=cut_points)
        told = explained(customer, evidence, read)
    if as_json:
        sys.stdout.write(orjson.dumps(told_as_object(told)).decode() + "\n")
        return
    style = Style.of(sys.stdout)
    sys.stdout.writelines(style.fit(f"{line}\n", sys.stdout) for line in telling(told, style))


def deployed_view(settings: "Settings") -> "ControlView | None":
    """Read the control topic; None where there is none yet."""
    from app.logs import configure_logging  # noqa: PLC0415  # as above
    from app.policies.rollout import history  # noqa: PLC0415  # as above
    from app.topic_check import partition_counts  # noqa: PLC0415  # as above

    if settings.topics.control not in asyncio.run(partition_counts(settings)):
        return None
    configure_logging(settings.model_copy(update={"log_level": "error", "log_format": "text"}))
    return asyncio.run(history(settings))


def deployed_evidence(
    customer: str, view: "ControlView", settings: "Settings", *, as_of: int | None, cut_points: Path | None
) -> "tuple[Evidence, Policy]":
    """Take policies and cut points from the control topic, unless cut points are given."""
    from app.control.documents import rollout  # noqa: PLC0415  # as above

    first, *later = map(rollout, view.policies)
    evidence = given_evidence(customer, (), first.policy, settings, as_of=as_of, cut_points=cut_points)
    if cut_points is None:
        evidence = evidence._replace(cut_points=[one.cut_points for one in view.cut_points])
    return evidence._replace(rollouts=tuple(later)), first.policy


def given_evidence(
    customer: str,
    files: tuple[Path, ...],
    policy: "Policy",
    settings: "Settings",
    *,
    as_of: int | None,
    cut_points: Path | None,
) -> "Evidence":
    """Read what is known of a customer from files, or without any from the input topics."""
    from app.explaining.files import evidence_of_files  # noqa: PLC0415  # as above
    from app.explaining.topics import evidence_of_topics  # noqa: PLC0415  # as above
    from app.simulate.cut_point_file import read_history  # noqa: PLC0415  # as above
    from app.simulate.progress import Progress  # noqa: PLC0415  # as above
    from schemas.checking import is_id  # noqa: PLC0415  # as above

    if not is_id(customer):
        raise SegueError("CUSTOMER: an id is 1 to 128 bytes of UTF-8 without control characters")
    progress = Progress(sys.stderr)
    try:
        if files:
            return evidence_of_files(customer, files, policy, progress, as_of=as_of, cut_points=cut_points)
        history = read_history(cut_points, policy) if cut_points else []
        now = int(time.time() * 1000) if as_of is None else as_of
        return asyncio.run(evidence_of_topics(customer, settings, progress, as_of=now, cut_points=history))
    finally:
        progress.clear()
