"""`python -m tests.bench.page`: how soon the page is painted, and what answers cost that each open page asks for."""

import argparse
import asyncio
import shutil
import sys
import time
from collections.abc import Awaitable, Callable
from functools import partial
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any, Final

from playwright.sync_api import sync_playwright

from app.serving import days, keys
from app.serving.draft import Draft
from app.serving.flow import flow
from app.serving.view import View
from schemas.topics import Topics
from tables.rocks import RocksMemory
from tests.serving.browser.painting import first_paint_ms
from tests.serving.browser.shop import small_shop
from tests.serving.telling import RANKS

TODAY: Final = 20_000
DAYS: Final = 1_100
CAUSES: Final = ("order", "decay")
OUTFLOW_LIMIT: Final = 0.05


def main() -> int:
    """Load the page again and again, then ask for its figures again and again."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--loads", type=int, default=8)
    parser.add_argument("--refreshes", type=int, default=20)
    options = parser.parse_args()
    with TemporaryDirectory() as directory:
        _paint(Path(directory), options.loads)
        asyncio.run(_refresh(Path(directory), options.refreshes))
    return 0


def _paint(directory: Path, loads: int) -> None:
    """Load the page in windows that have nothing of it yet; a browser that has just begun is not measured."""
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None:
        sys.exit("Chromium is not installed (Debian: apt-get install chromium)")
    with small_shop(directory) as shop, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        painted = []
        for _ in range(loads + 1):
            page = browser.new_page()
            page.goto(shop.open)
            painted.append(first_paint_ms(page))
            page.close()
        browser.close()
    _say(f"first paint, {loads} loads: {_spread(painted[1:])}")


async def _refresh(directory: Path, refreshes: int) -> None:
    """Fill three years, and ask for each figure after one more move of today."""
    view = View(directory / "view", Topics(), RocksMemory(32, 32))
    for day in range(TODAY - DAYS + 1, TODAY + 1):
        _count(view, day)
    for segment, rank in RANKS.items():
        view.ranks.ranks[segment] = rank
        view.sizes[segment] = 1_000
    asked: dict[str, Callable[[], Awaitable[Any]]] = {
        f"moves of {DAYS:,} days": partial(days.matrix, view, TODAY - DAYS + 1, TODAY),
        "moves of a day": partial(days.matrix, view, TODAY, TODAY),
        "sizes of 366 days": partial(days.sizes, view, TODAY - 365, TODAY),
        "flow of 7 days": partial(flow, view, TODAY, 7, OUTFLOW_LIMIT),
    }
    for what, ask in asked.items():
        spent = [await _cpu_ms(view, ask) for _ in range(refreshes + 1)]
        _say(f"{what}: {spent[0]:.1f} ms of CPU the first time, then {_spread(spent[1:])}")
    view.close()


async def _cpu_ms(view: View, ask: Callable[[], Awaitable[Any]]) -> float:
    _count(view, TODAY)
    began = time.process_time()
    await ask()
    return 1_000 * (time.process_time() - began)


def _count(view: View, day: int) -> None:
    """Count a move of every way between two segments by every cause: 60 rows."""
    draft = Draft()
    for origin in RANKS:
        for to in RANKS.keys() - {origin}:
            for cause in CAUSES:
                direction = "up" if RANKS[to] < RANKS[origin] else "down"
                draft.count(keys.MOVES_OF_DAY, day, origin, to, direction, cause)
    draft.write(view.db)
    view.moves_of_day.written(draft.counts)


def _spread(values: list[float]) -> str:
    return f"{min(values):.1f} to {max(values):.1f} ms, median {median(values):.1f}"


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    raise SystemExit(main())
