"""`segue acls`: the table of rights in, the commands that grant them out."""

import sys
from collections.abc import Iterator
from typing import Annotated, Final

import typer

from app.clear_errors import clear_errors, read_settings
from app.rights import PROCESSES, Kind, Process, Right, rights_of
from schemas.topics import Topics

OPTION: Final[dict[Kind, str]] = {
    "topic": "--topic",
    "group": "--group",
    "transactional-id": "--transactional-id",
    "cluster": "--cluster",
}


def acls(
    process: Annotated[str | None, typer.Argument(metavar="[PROCESS]", help=", ".join(PROCESSES))] = None,
    *,
    user: Annotated[str | None, typer.Option(help="The principal; else one named like the process.")] = None,
) -> None:
    """Print what grants each process the rights it needs, and no others, under the names of this deployment.

    Lines for the shell: kafka-acls.sh, with $BROKERS and $ADMIN (a file of an administrator's credentials).
    """
    if process is not None and process not in PROCESSES:
        raise typer.BadParameter(f"no such process; there are {', '.join(PROCESSES)}", param_hint="PROCESS")
    with clear_errors():
        topics = read_settings().topics
    for name in PROCESSES:
        if process in (None, name):
            sys.stdout.writelines(f"{line}\n" for line in commands(name, topics, user or name))


def commands(process: Process, topics: Topics, user: str) -> Iterator[str]:
    """Give one command per right, under a line that says whose they are."""
    yield f"# {PROCESSES[process].what}"
    for right in rights_of(process, topics):
        yield f"{command(right, user)}  # {right.why}"


def command(right: Right, user: str) -> str:
    """Write the command that grants a right to a user."""
    operations = " ".join(f"--operation {operation}" for operation in right.operations)
    named = "" if right.kind == "cluster" else f" {right.name}"  # there is one only
    pattern = " --resource-pattern-type prefixed" if right.prefixed else ""
    return (
        "kafka-acls.sh --bootstrap-server $BROKERS --command-config $ADMIN --add "
        f"--allow-principal User:{user} {operations} {OPTION[right.kind]}{named}{pattern}"
    )
