"""`segue topics`: what a deployment needs of its brokers, compared, made right, or written down for others to make."""

import asyncio
import sys
from typing import TYPE_CHECKING, Annotated

import typer

from app.clear_errors import clear_errors, read_settings
from app.printing import print_object
from app.topic_export import Format, Layout
from app.topic_export import export as exported

if TYPE_CHECKING:
    from app.topic_apply import Applied

DIFFERENCES = 3

topics = typer.Typer(help="The topics of a deployment.", no_args_is_help=True)

KeepForever = Annotated[
    bool, typer.Option(help="No retention by time: for replays of history, whose records are old at once.")
]


@topics.command("plan")
def plan(
    *,
    keep_forever: KeepForever = False,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object on stdout.")] = False,
) -> None:
    """Show which topics are there, missing or wrong; exit code 3 unless all are right."""
    from app.topic_apply import plan_topics  # noqa: PLC0415  # keeps other commands quick to start

    with clear_errors():
        findings = asyncio.run(plan_topics(read_settings(), keep_forever=keep_forever))
    if as_json:
        print_object(findings)
    else:
        for finding in findings:
            sys.stdout.write(f"{finding.state:8} {finding.name}  {finding.detail}".rstrip() + "\n")
    raise typer.Exit(0 if all(finding.state == "present" for finding in findings) else DIFFERENCES)


@topics.command("apply")
def apply(
    *,
    partitions: Annotated[
        int | None,
        typer.Option(min=1, help="Of topics that are created; none = as many as are there, 12 in a new deployment."),
    ] = None,
    keep_forever: KeepForever = False,
    dry_run: Annotated[bool, typer.Option(help="Only say what would be done.")] = False,
) -> None:
    """Create the topics that are missing and set the settings that are wrong; exit code 3 if differences are left.

    Deletes nothing, adds no partitions to topics that are there, and sets nothing that would let brokers throw
    records away: that is left to you, and told.
    """
    with clear_errors():
        done = asyncio.run(
            _would_apply(keep_forever=keep_forever) if dry_run else _apply(partitions, keep_forever=keep_forever)
        )
    created, altered, left = ("would create", "would set", "would leave") if dry_run else ("created", "set", "left")
    sys.stdout.writelines(f"{created} {name}\n" for name in done.created)
    sys.stdout.writelines(f"{altered} {what}\n" for what in done.altered)
    sys.stdout.writelines(f"{left} {what}\n" for what in done.left)
    raise typer.Exit(DIFFERENCES if done.left else 0)


@topics.command("export")
def export(
    *,
    how: Annotated[Format, typer.Option("--format", help="kafka-topics commands, or KafkaTopic resources.")] = "kafka",
    partitions: Annotated[
        int | None, typer.Option(min=1, help="Of inputs, outputs and changelog; none = SEGUE_PARTITIONS, or 12.")
    ] = None,
    replicas: Annotated[int, typer.Option(min=1, help="Copies of each record.")] = 3,
    keep_forever: KeepForever = False,
    cluster: Annotated[str, typer.Option(help="The Strimzi cluster that has the topics.")] = "kafka",
) -> None:
    """Write what creates the topics, where Segue's user may not: a shell script, or YAML for Strimzi 0.49 or newer."""
    from app.topic_apply import PARTITIONS  # noqa: PLC0415  # as above

    with clear_errors():
        settings = read_settings()
    layout = Layout(partitions or settings.partitions or PARTITIONS, replicas, keep_forever)
    sys.stdout.write(exported(settings.topics, layout, how, cluster))


@topics.command("dump")
def dump() -> None:
    """Write the facts of the input topics as lines of JSON, as `segue simulate` and `segue backfill` read them.

    Each has the time of its record as `recorded_at`; orders keep their `lines`. What was rejected is left out, and so
    is what is never read of a fact (context). These are personal data: handle the file as such.
    """
    with clear_errors():
        asyncio.run(_dump())


async def _dump() -> None:
    from app.topic_dump import dump as lines  # noqa: PLC0415  # as above

    async for line in lines(read_settings()):
        sys.stdout.buffer.write(line)


async def _apply(partitions: int | None, *, keep_forever: bool) -> "Applied":
    from app.topic_apply import apply_topics  # noqa: PLC0415  # as above

    return await apply_topics(read_settings(), partitions, keep_forever=keep_forever)


async def _would_apply(*, keep_forever: bool) -> "Applied":
    from app.topic_apply import plan_topics, would_apply  # noqa: PLC0415  # as above

    return would_apply(await plan_topics(read_settings(), keep_forever=keep_forever))
