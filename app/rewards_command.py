"""`segue rewards audit`: every grant, refusal, reminder, expiry and taking back of one customer, and why."""

from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from app.clear_errors import clear_errors, read_settings
from app.gathering import gathered
from app.instant_option import instant_option
from app.printing import print_lines, print_object

rewards = typer.Typer(help="What reward rules have given.", no_args_is_help=True)

_EVENTS = "A file of events, or several, as for simulate; without it the topics are read, rewards too."
_AS_OF = "Up to this instant: RFC 3339 with an offset, or epoch ms. Now, or of files the newest fact."


@rewards.callback()
def _rewards() -> None:
    """Keep `audit` a command of its own, though it is the only one."""


@rewards.command()
def audit(
    customer: Annotated[str, typer.Argument(metavar="CUSTOMER", help="The customer's id.")],
    *,
    events: Annotated[list[Path] | None, typer.Option(metavar="F", help=_EVENTS)] = None,
    policy: Annotated[
        str | None,
        typer.Option(help="A policy file, or a pack; else of topics what is in force, of files SEGUE_POLICY or seed."),
    ] = None,
    as_of: Annotated[str | None, typer.Option(metavar="T", help=_AS_OF)] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object on stdout.")] = False,
) -> None:
    """Explain each grant, refusal, reminder, expiry and taking back in order, with the balance of points after it.

    What became of each message stands among them.

    Of topics it is told what was published, and below it, marked with "!", where her facts give something else: when
    all are known, in the order of time, and with enough in every budget. Of files nothing published is known: it is
    told what her facts give, as explain finds it.
    """
    instant = instant_option("--as-of", as_of) if as_of is not None else None
    from app.explaining.audit import audit as audited  # noqa: PLC0415  # keeps other commands quick to start
    from app.explaining.audit_telling import telling, told_as_object  # noqa: PLC0415  # as above

    with clear_errors():
        settings, files = read_settings(), tuple(events or ())
        evidence, read = gathered(customer, files, policy, settings, as_of=instant, cut_points=None, rewards=True)
        told = audited(customer, evidence, read)
    if as_json:
        print_object(told_as_object(told))
        return
    print_lines(partial(telling, told))
