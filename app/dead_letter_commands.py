"""`segue dlq`: what was rejected, why, and back with it."""

import asyncio
import sys
from collections.abc import Callable
from contextlib import aclosing
from typing import TYPE_CHECKING, Annotated, Any

import orjson
import typer

from app.clear_errors import clear_errors, read_settings
from app.printing import print_object
from app.runtime.errors import SegueError

if TYPE_CHECKING:
    from app.dlq.letter import Choice, DeadLetter
    from app.dlq.replaying import Outcome

dead_letters = typer.Typer(help="Rejected records: what they were, why, and back with them.", no_args_is_help=True)

Code = Annotated[str | None, typer.Option(help="Only those with this code.")]
AsJson = Annotated[bool, typer.Option("--json", help="One JSON object per line.")]


@dead_letters.command("list")
def list_letters(
    *,
    code: Code = None,
    topic: Annotated[str | None, typer.Option(help="Only those that came from this topic.")] = None,
    limit: Annotated[int | None, typer.Option(min=1, help="Stop after so many.")] = None,
    as_json: AsJson = False,
) -> None:
    """List dead letters, oldest first in every partition; what was in a record is never shown."""
    from app.dlq.letter import chosen  # noqa: PLC0415  # keeps other commands quick to start

    def tell(letter: "DeadLetter") -> None:
        told = letter.listed()
        sys.stdout.write((orjson.dumps(told).decode() if as_json else _line(letter)) + "\n")

    with clear_errors():
        asyncio.run(_tell_each(chosen(code, topic), limit, tell))


@dead_letters.command("show")
def show_letter(
    partition: Annotated[int, typer.Argument(min=0)],
    offset: Annotated[int, typer.Argument(min=0)],
    *,
    as_json: AsJson = False,
) -> None:
    """Show one dead letter with headers and value: handle it as you would the customer's data."""
    with clear_errors():
        letter = asyncio.run(_letter(partition, offset))
    if as_json:
        content: dict[str, Any] = {
            "key": _text(letter.key),
            "value": _text(letter.value),
            "headers": [[name, _text(value)] for name, value in letter.headers],
        }
        print_object(letter.listed() | content)
        return
    sys.stdout.write(_line(letter) + "\n")
    for name, value in letter.headers:
        sys.stdout.write(f"{name}: {_text(value) or ''}\n")
    sys.stdout.write(f"key: {_text(letter.key) or ''}\n\n{_text(letter.value) or ''}\n")


@dead_letters.command("replay")
def replay_letters(
    *,
    code: Code = None,
    topic: Annotated[str | None, typer.Option(help="Only those that came from this topic.")] = None,
    partition: Annotated[int | None, typer.Option(min=0, help="One dead letter: its partition.")] = None,
    offset: Annotated[int | None, typer.Option(min=0, help="One dead letter: its offset.")] = None,
    again: Annotated[int, typer.Option(min=2, help="Refuse those that were rejected this many times.")] = 2,
    dry_run: Annotated[bool, typer.Option(help="Only say what would go back.")] = False,
) -> None:
    """Send originals back to the topics they came from; exit code 1 if any is refused."""
    if (partition is None) != (offset is None):
        raise typer.BadParameter("--partition and --offset name one dead letter together")
    from app.dlq.letter import chosen  # noqa: PLC0415  # as above
    from app.dlq.replaying import replay  # noqa: PLC0415  # as above

    place = (partition, offset) if partition is not None and offset is not None else None
    with clear_errors():
        outcome = asyncio.run(replay(read_settings(), chosen(code, topic, place), again=again, dry_run=dry_run))
    _tell_outcome(outcome, dry_run=dry_run)
    raise typer.Exit(1 if outcome.refused else 0)


def _tell_outcome(outcome: "Outcome", *, dry_run: bool) -> None:
    for refusal in outcome.refused:
        sys.stdout.write(f"refused {refusal.partition} {refusal.offset}: {refusal.reason}\n")
    sys.stdout.write(f"{'would replay' if dry_run else 'replayed'} {outcome.replayed}\n")


async def _tell_each(choice: "Choice", limit: int | None, tell: Callable[["DeadLetter"], None]) -> None:
    from app.dlq.reading import open_shelf  # noqa: PLC0415  # as above

    told = 0
    async with open_shelf(read_settings()) as shelf, aclosing(shelf.letters()) as letters:
        async for letter in letters:
            if choice(letter):
                tell(letter)
                told += 1
            if told == limit:
                return


async def _letter(partition: int, offset: int) -> "DeadLetter":
    from app.dlq.letter import Place, read_letter  # noqa: PLC0415  # as above
    from app.dlq.reading import open_shelf  # noqa: PLC0415  # as above

    settings = read_settings()
    place = Place(settings.topics.dead_letters, partition, offset)
    async with open_shelf(settings) as shelf:
        record = await shelf.record(place)
    if record is None:
        raise SegueError(f"{place.topic}[{partition}] has no dead letter at offset {offset}")
    return read_letter(record)


def _line(letter: "DeadLetter") -> str:
    origin = f"{letter.origin.topic}[{letter.origin.partition}]@{letter.origin.offset}" if letter.origin else "?"
    told = letter.listed()
    return (
        f"{letter.partition} {letter.offset}  {told['time']}  {letter.code}  {origin}  attempt {letter.attempt}  "
        f"{letter.message}"
    )


def _text(value: bytes | None) -> str | None:
    r"""Spell bytes; what is not UTF-8 as \xNN."""
    return value.decode("utf-8", "backslashreplace") if value is not None else None
