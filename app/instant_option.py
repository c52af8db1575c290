"""The text of an option that names an instant in, epoch milliseconds out."""

import typer

from schemas.instants import EARLIEST, LATEST, TimeError, parse_instant


def instant_option(name: str, text: str) -> int:
    """Read RFC 3339 with an offset, or epoch ms; a wrong one is a wrong use of the command."""
    try:
        instant = int(text) if text.isascii() and text.isdigit() else int(parse_instant(text))
    except TimeError as error:
        raise typer.BadParameter(f"{name} {text}: {error}") from error
    if not EARLIEST <= instant <= LATEST:
        raise typer.BadParameter(f"{name} {text}: lies before 1990 or after 9999")
    return instant
