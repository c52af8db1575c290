"""`segue explain`: where one customer stands and why, what is ahead of her, what would lift her."""

from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from app.clear_errors import clear_errors, read_settings
from app.gathering import gathered
from app.instant_option import instant_option
from app.printing import print_lines, print_object

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
    from app.explaining.explanation import explain as explained  # noqa: PLC0415  # keeps other commands quick to start
    from app.explaining.telling import telling  # noqa: PLC0415  # as above
    from app.explaining.told import told_as_object  # noqa: PLC0415  # as above

    with clear_errors():
        settings = read_settings()
        files = (*(events or ()), *(more or ()))
        evidence, read = gathered(customer, files, policy, settings, as_of=instant, cut_points=cut_points)
        told = explained(customer, evidence, read)
    if as_json:
        print_object(told_as_object(told))
        return
    print_lines(partial(telling, told))
