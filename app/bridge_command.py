"""`segue bridge`: records of a shop or tracker become facts on the input topics, exactly once."""

import asyncio
import re
import signal
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from app.clear_errors import clear_errors, read_settings
from app.runtime.errors import SegueError

if TYPE_CHECKING:
    from app.bridging.program import Bridge


def bridge(
    *,
    mapping: Annotated[
        str, typer.Option(help="A .yaml file, or the name of a shipped mapping: shopify, woocommerce, segment.")
    ],
    topic: Annotated[list[str] | None, typer.Option(help="Read these topics, not those of the mapping.")] = None,
    name: Annotated[
        str | None, typer.Option(help="Names group, transactions and memory; none = the name of the mapping.")
    ] = None,
    check: Annotated[bool, typer.Option("--check", help="Only say whether the mapping is right.")] = False,
) -> None:
    """Map records of other topics to facts; what cannot be mapped goes to the dead letters, with a code.

    Every fetch is one transaction with the positions behind it: a kill loses nothing and repeats nothing. One process
    works under a name; a second one takes over from the first. Refunds without a customer wait for the order that they
    name. Runs until it is told to end.
    """
    from app.bridging.document import load_mapping  # noqa: PLC0415  # keeps other commands quick to start
    from app.bridging.program import Bridge  # noqa: PLC0415  # as above
    from app.logs import configure_logging  # noqa: PLC0415  # as above

    with clear_errors():
        loaded = load_mapping(mapping)
        if topic:
            loaded = loaded.model_copy(update={"topics": topic})
        if check:
            return
        settings = read_settings()
        configure_logging(settings)
        asyncio.run(_until_asked(Bridge(settings, loaded, _name(name or Path(mapping).stem))))


def _name(name: str) -> str:
    if re.fullmatch(r"[a-zA-Z0-9_-]{1,40}", name) is None:
        raise SegueError(f"{name} names no bridge. Operator action: give up to 40 letters, digits, - and _ by --name.")
    return name


async def _until_asked(bridge: "Bridge") -> None:
    stopping = asyncio.Event()
    for asked in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(asked, stopping.set)
    await bridge.run(stopping)
