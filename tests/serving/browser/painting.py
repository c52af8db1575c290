"""A page in, after how long it was first painted out."""

from typing import Final

from playwright.sync_api import Page

FIRST: Final = """() => new Promise((told) => new PerformanceObserver((list) => {
    for (const { startTime } of list.getEntriesByName("first-contentful-paint")) told(startTime);
}).observe({ type: "paint", buffered: true }))"""


def first_paint_ms(page: Page) -> float:
    """Wait until something was painted; gives when (ms since the address was asked for), as the browser measured it."""
    return float(page.evaluate(FIRST))
