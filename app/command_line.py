"""The `segue` command: data to stdout, talk to stderr; exit codes 0 ok, 1 error, 2 usage, 3 differences."""

import os
import sys
from importlib.metadata import version
from pathlib import Path
from typing import Annotated

import typer

from app.acl_command import acls
from app.backfill_command import backfill
from app.bridge_command import bridge
from app.clear_errors import clear_errors, read_settings
from app.config_command import config
from app.dead_letter_commands import dead_letters
from app.doctor_command import doctor
from app.explain_command import explain
from app.export_command import export
from app.lift_command import lift
from app.policy_commands import policy
from app.promotion_commands import history, promote, rollback
from app.rewards_command import rewards
from app.scenarios_command import test_policy
from app.serve_command import serve, token
from app.settings_file import VARIABLE
from app.simulate_command import simulate
from app.topic_commands import topics
from app.verify_command import verify

segue = typer.Typer(
    name="segue",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)
segue.add_typer(topics, name="topics")
segue.add_typer(dead_letters, name="dlq")
segue.add_typer(policy, name="policy")
segue.add_typer(token, name="token")
segue.command("serve")(serve)
segue.add_typer(rewards, name="rewards")
segue.command("simulate")(simulate)
segue.command("explain")(explain)
segue.command("lift")(lift)
segue.command("verify")(verify)
segue.command("doctor")(doctor)
segue.command("config")(config)
segue.command("backfill")(backfill)
segue.command("acls")(acls)
segue.command("export")(export)
segue.command("bridge")(bridge)
policy.command("test")(test_policy)
policy.command("promote")(promote)
policy.command("rollback")(rollback)
policy.command("history")(history)


def main() -> None:
    """Run the command; what goes wrong is one line on stderr."""
    segue()


def _tell_version(asked: bool) -> None:  # noqa: FBT001  # Typer calls it so
    if asked:
        sys.stdout.write(f"segue {version('segue')}\n")
        raise typer.Exit


@segue.callback()
def options(
    *,
    config_file: Annotated[
        Path | None, typer.Option("--config", help=f"A TOML file with settings; as {VARIABLE}.", show_default=False)
    ] = None,
    _version: Annotated[
        bool, typer.Option("--version", callback=_tell_version, is_eager=True, help="Print the version and end.")
    ] = False,
) -> None:
    """Keep every customer's segment, and tell of each move, exactly once, on Kafka.

    Settings come from the environment (SEGUE_*), then from a file, then from defaults; `segue config` shows them.
    Exit codes: 0 done, 1 an error (told on stderr), 2 wrong usage, 3 differences.
    """
    if config_file is not None:
        os.environ[VARIABLE] = str(config_file)


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


if __name__ == "__main__":
    main()
