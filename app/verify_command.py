"""`segue verify`: whether everything that was published is right, and nothing is missing."""

import sys
from functools import partial
from typing import TYPE_CHECKING, Annotated

import typer

from app.clear_errors import clear_errors, read_settings
from app.printing import print_lines, print_object

if TYPE_CHECKING:
    from app.verifying.account import Account

DIFFERENCES = 3


def verify(
    *,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object on stdout.")] = False,
) -> None:
    """Check what was published: each customer's sequence by itself, and every transition and reward against the input.

    Reads committed records only, writes nothing, and may run beside workers: it checks up to where they had come when
    it began. Customers are lived once more in full knowledge, by the policies and cut points on the control topic;
    published minus retracted must be the same. What cannot be checked is said. What is too much for memory lies in
    TMPDIR meanwhile. Exit code 3 when there are differences; the first one of each of 20 customers is named.
    """
    from app.verifying.telling import telling, told  # noqa: PLC0415  # keeps other commands quick to start

    with clear_errors():
        account = _verified()
    if as_json:
        print_object(told(account))
    else:
        print_lines(partial(telling, account))
    raise typer.Exit(DIFFERENCES if account.differences else 0)


def _verified() -> "Account":
    """Check, and show progress."""
    from app.logs import configure_logging  # noqa: PLC0415  # as above
    from app.simulate.progress import Progress  # noqa: PLC0415  # as above
    from app.verifying.program import run_verification  # noqa: PLC0415  # as above

    settings = read_settings()
    configure_logging(settings.model_copy(update={"log_level": "error", "log_format": "text"}))
    progress = Progress(sys.stderr)
    try:
        return run_verification(settings, progress)
    finally:
        progress.clear()
