"""What the worker publishes in, the page that shows it out, as long as the demo runs or somebody looks."""

import asyncio
import logging
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, NamedTuple

import structlog

from app.demo.progress import talk
from app.ending_tasks import end_tasks
from app.serving.asking import Desk
from app.serving.program import reading_side
from app.serving.workers import Workers
from app.settings import Settings


class ServedPage(NamedTuple):
    """Where it is, what ends only when it cannot go on, and what its answers are made of."""

    address: str
    following: asyncio.Future[Any]
    desk: Desk

    @asynccontextmanager
    async def telling_of(self, metrics: str) -> AsyncIterator[None]:
        """Show how the worker does whose metrics are at an address; behind the block, how it did at its end."""
        desk = self.desk
        desk.workers = Workers(metrics)
        asking = asyncio.ensure_future(desk.workers.run())
        try:
            yield
            await desk.workers.ask_once()
        finally:
            await end_tasks(asking)
            desk.workers_ended_at = desk.now()
            if not asking.cancelled():
                asking.result()


@asynccontextmanager
async def served_page(settings: Settings) -> AsyncIterator[ServedPage | None]:
    """Serve the page and its API for the length of the block; its topics must be there.

    None where the deployment does not publish what it shows.
    """
    if not settings.customer_segments:
        talk("There is no page: it needs SEGUE_CUSTOMER_SEGMENTS.")
        yield None
        return
    # Stdout is for the summary; stderr is looked up when there is something to say, and that is trouble only.
    structlog.configure(
        logger_factory=lambda *_: structlog.PrintLogger(sys.stderr),
        wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING),
    )
    async with reading_side(settings) as (desk, port, following):
        page = ServedPage(f"http://{settings.serving.host}:{port}/", following, desk)
        talk(f"The page: {page.address}")
        yield page


async def looked_at(page: ServedPage) -> None:
    """Wait until somebody has seen enough: Ctrl-C, which is no error here."""
    talk(f"The page stays at {page.address} until Ctrl-C.")
    try:
        await asyncio.shield(page.following)
    except asyncio.CancelledError:
        talk("")
