"""The `segue` command: data to stdout, talk to stderr; exit codes 0 ok, 1 error, 2 usage, 3 differences."""

import asyncio
import sys
from collections.abc import Iterator
from typing import Annotated

import orjson
import typer

from app.acl_command import acls
from app.backfill_command import backfill
from app.clear_errors import clear_errors, read_settings
from app.dead_letter_commands import dead_letters
from app.explain_command import explain
from app.export_command import export
from app.policy_commands import policy
from app.promotion_commands import history, promote, rollback
from app.scenarios_command import test_policy
from app.serve_command import serve, token
from app.simulate_command import simulate
from app.verify_command import verify

DIFFERENCES = 3

segue = typer.Typer(
    name="segue",
    help="Streaming segment transitions on Kafka.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)
topics = typer.Typer(help="The topics of a deployment.", no_args_is_help=True)
segue.add_typer(topics, name="topics")
segue.add_typer(dead_letters, name="dlq")
segue.add_typer(policy, name="policy")
segue.add_typer(token, name="token")
segue.command("serve")(serve)
segue.command("simulate")(simulate)
segue.command("explain")(explain)
segue.command("verify")(verify)
segue.command("backfill")(backfill)
segue.command("acls")(acls)
segue.command("export")(export)
policy.command("test")(test_policy)
policy.command("promote")(promote)
policy.command("rollback")(rollback)
policy.command("history")(history)

AsJson = Annotated[bool, typer.Option("--json", help="One JSON object on stdout.")]


def main() -> None:
    """Run the command; what goes wrong is one line on stderr."""
    segue()


@segue.command()
def worker() -> None:
    """Run a worker: the orders agent and the partition tasks that the group gives it."""
    from app.runtime.kafka_security import security_options  # noqa: PLC0415  # keeps other commands quick to start

    with clear_errors():
        security_options(read_settings().kafka)
    # Faust's own command line stays the way in: it reads sys.argv and ends the process.
    sys.argv = ["segue", "--loop", "uvloop", "--quiet", "--app", "app.main", "worker", "--without-web"]
    from faust.cli.faust import cli  # noqa: PLC0415  # half a second that no other command should pay

    cli()


@segue.command()
def demo(
    kafka: Annotated[str | None, typer.Option(envvar="KAFKA", help="host:port; none = an embedded broker.")] = None,
    *,
    leave: Annotated[bool, typer.Option("--exit", help="End with the summary, on a terminal too.")] = False,
) -> None:
    """Stream a real shop's year through a worker, show it on a page, and tell what became of its customers.

    On a terminal the page stays until Ctrl-C.
    """
    from app.demo.program import run_demo  # noqa: PLC0415  # needs the demo extra

    with clear_errors():
        run_demo(read_settings(), kafka or None, stay=sys.stdout.isatty() and not leave)


@segue.command()
def config(*, as_json: AsJson = False) -> None:
    """Print the settings in force; secrets are masked."""
    with clear_errors():
        shown = read_settings().model_dump(mode="json")
    if as_json:
        sys.stdout.write(orjson.dumps(shown, option=orjson.OPT_SORT_KEYS | orjson.OPT_INDENT_2).decode() + "\n")
        return
    for name, value in _flat("SEGUE", shown):
        sys.stdout.write(f"{name}={'' if value is None else value}\n")


@topics.command("plan")
def topics_plan(*, as_json: AsJson = False) -> None:
    """Show which topics are there, missing or wrong; exit code 3 unless all are right."""
    from app.topic_apply import plan_topics  # noqa: PLC0415  # keeps other commands quick to start

    with clear_errors():
        plan = asyncio.run(plan_topics(read_settings()))
    if as_json:
        sys.stdout.write(orjson.dumps(plan).decode() + "\n")
    else:
        for finding in plan:
            sys.stdout.write(f"{finding.state:8} {finding.name}  {finding.detail}".rstrip() + "\n")
    raise typer.Exit(0 if all(finding.state == "present" for finding in plan) else DIFFERENCES)


@topics.command("apply")
def topics_apply(
    *,
    partitions: Annotated[int, typer.Option(min=1, help="Partitions of topics that are created.")] = 12,
    keep_forever: Annotated[
        bool, typer.Option(help="No retention by time: for replays of history, whose records are old at once.")
    ] = False,
    dry_run: Annotated[bool, typer.Option(help="Only say what would be created.")] = False,
) -> None:
    """Create the topics that are missing; never alters one."""
    from app.topic_apply import apply_topics, plan_topics  # noqa: PLC0415  # as above

    with clear_errors():
        if dry_run:
            plan = asyncio.run(plan_topics(read_settings()))
            created = [finding.name for finding in plan if finding.state == "missing"]
        else:
            created = asyncio.run(apply_topics(read_settings(), partitions, keep_forever=keep_forever))
    for name in created:
        sys.stdout.write(f"{'would create' if dry_run else 'created'} {name}\n")


def _flat(prefix: str, value: object) -> Iterator[tuple[str, object]]:
    """Spell nested settings as their environment variables."""
    if not isinstance(value, dict):
        yield prefix, value
        return
    separator = "_" if prefix == "SEGUE" else "__"
    for name, inner in value.items():
        yield from _flat(f"{prefix}{separator}{str(name).upper()}", inner)


if __name__ == "__main__":
    main()
