"""`segue doctor`: whether this machine and the brokers are fit for a worker, and what to do where they are not."""

import asyncio
import logging
import sys
from typing import TYPE_CHECKING, Annotated

import typer

from app.clear_errors import clear_errors, read_settings
from app.printing import print_object

if TYPE_CHECKING:
    from app.doctor.finding import Finding


def doctor(
    *,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object on stdout.")] = False,
) -> None:
    """Look at brokers, topics, records, rights, clocks, policy, state and disk; exit code 1 if anything is an error.

    Each finding is ok, a warning (it works, and promises less) or an error (a worker does not start, or goes wrong),
    with what to do. Writes nothing, and may run beside workers; a broker that does not answer is told within ten
    seconds.
    """
    from app.doctor.finding import lines  # noqa: PLC0415  # keeps other commands quick to start

    with clear_errors():
        findings = _examined()
    if as_json:
        print_object({"findings": findings})
    else:
        sys.stdout.writelines(f"{line}\n" for line in lines(findings))
    raise typer.Exit(1 if any(one.level == "error" for one in findings) else 0)


def _examined() -> "list[Finding]":
    from app.doctor.program import examine  # noqa: PLC0415  # as above
    from app.logs import configure_logging  # noqa: PLC0415  # as above

    settings = read_settings()
    configure_logging(settings.model_copy(update={"log_level": "error", "log_format": "text"}))
    logging.getLogger("aiokafka").setLevel(logging.CRITICAL)  # what it says of brokers, a finding says better
    return asyncio.run(examine(settings))
