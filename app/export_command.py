"""`segue export`: what the topics hold of one customer."""

import asyncio
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated

import orjson
import typer

from app.clear_errors import clear_errors, read_settings
from app.printing import print_object
from app.runtime.errors import SegueError

if TYPE_CHECKING:
    from app.exporting import Export, Held


def export(
    customer: Annotated[str, typer.Argument(metavar="CUSTOMER", help="The customer's id.")],
    *,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object on stdout.")] = False,
) -> None:
    """Show what the topics hold of a customer: facts, standing, transitions, rewards, messages, alerts, rejected.

    What is remembered of facts that retention has taken, and of orders by a bridge, is not shown (deploy/privacy.md).
    These are personal data: handle what is printed as such. Exit code 1 when nothing is held.
    """
    from app.exporting import export as exported  # noqa: PLC0415  # keeps other commands quick to start
    from schemas.checking import is_id  # noqa: PLC0415  # as above

    with clear_errors():
        if not is_id(customer):
            raise SegueError("CUSTOMER: an id is 1 to 128 bytes of UTF-8 without control characters")
        found = asyncio.run(exported(customer, read_settings()))
        if not any(held for _, held in _parts(found)):
            raise SegueError(f"customer {customer}: no record of such a customer in the topics")
    if as_json:
        print_object(found.as_object())
        return
    for title, held in _parts(found):
        sys.stdout.write(f"{title}: {len(held)}\n")
        sys.stdout.writelines(f"  {_line(record)}\n" for record in held)


def _parts(found: "Export") -> "Iterator[tuple[str, list[Held]]]":
    yield "facts", found.facts
    yield "standing", [found.standing] if found.standing is not None else []
    yield "transitions", found.transitions
    yield "rewards", found.rewards
    yield "messages", found.messages
    yield "alerts", found.alerts
    yield "dead letters", found.dead_letters


def _line(record: "Held") -> str:
    place = f"{record.topic}[{record.partition}]@{record.offset}"
    return f"{record.recorded_at}  {place}  {orjson.dumps(record.value).decode()}"
