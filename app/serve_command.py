"""`segue serve`: the read side, and `segue token new`: who may ask it."""

import sys
from typing import Annotated

import typer

from app.clear_errors import clear_errors, read_settings

token = typer.Typer(help="Who may ask `segue serve`.", no_args_is_help=True)


def serve() -> None:
    """Answer over HTTP where customers stand, from the published topics; a page at /.

    Its own process, with a view of its own (SEGUE_SERVING__DIRECTORY): as many copies as one likes, and none of them
    is noticed by workers. Without SEGUE_SERVING__TOKENS it listens on loopback only. Ready when it has read all.
    """
    import uvloop  # noqa: PLC0415  # keeps other commands quick to start

    from app.logs import configure_logging  # noqa: PLC0415  # as above
    from app.runtime.fetched import read_lean_records  # noqa: PLC0415  # as above
    from app.serving.exposure import check_exposure  # noqa: PLC0415  # as above
    from app.serving.program import answers_first  # noqa: PLC0415  # as above
    from app.serving.program import serve as run  # noqa: PLC0415  # as above
    from app.serving.readers import Readers  # noqa: PLC0415  # as above

    with clear_errors():
        settings = read_settings()
        check_exposure(settings.serving.host, tokens=settings.serving.tokens is not None)
        configure_logging(settings)
        read_lean_records()
        readers = Readers(settings.serving.readers)
        answers_first()
        uvloop.run(run(settings, readers))


@token.command("new")
def new(
    name: Annotated[str, typer.Argument(help="Whose it is: letters, digits, dots, dashes.")],
    *,
    scopes: Annotated[
        str, typer.Option(help="customers (whatever names ids), figures (everything else), or both with a comma.")
    ] = "customers,figures",
) -> None:
    """Draw a token: it goes to stderr, once; the line for the file of tokens (a hash only) goes to stdout."""
    from app.serving.tokens import digest_of, line_of, new_token  # noqa: PLC0415  # as above

    drawn = new_token()
    line = line_of(name, scopes, digest_of(drawn))
    if line is None:
        raise typer.BadParameter("a name of letters, digits, dots and dashes, and scopes: customers, figures")
    sys.stderr.write(f"the token, shown only now: {drawn}\n")
    sys.stdout.write(f"{line}\n")
