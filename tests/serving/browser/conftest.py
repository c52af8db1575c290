"""One Chromium and one shop for all tests of the page; whatever a page complains of fails its test."""

import os
import shutil
from collections.abc import Callable, Iterator
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, Request, sync_playwright

from tests.serving.browser.shop import Shop, small_shop

Opened = Callable[..., Page]
LIMIT_MS = 15_000


@pytest.fixture(scope="module")
def chromium() -> str:
    """Where Chromium is; continuous integration may not do without it."""
    found = shutil.which("chromium") or shutil.which("chromium-browser")
    if found is not None:
        return found
    reason = "Chromium is not installed (Debian: apt-get install chromium)"
    if os.environ.get("SEGUE_REQUIRE_KAFKA") == "1":
        pytest.fail(reason, pytrace=False)
    pytest.skip(reason)


@pytest.fixture(scope="module")
def browser(chromium: str) -> Iterator[Browser]:
    # Closed with this module: as long as it runs, its event loop keeps other tests of the process from theirs.
    with sync_playwright() as playwright:
        # As root, as in a container, Chromium has no sandbox; it opens nothing here but our own page.
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def shop(chromium: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    with small_shop(tmp_path_factory.mktemp("shop")) as shop:
        yield shop


@pytest.fixture
def opened(browser: Browser, shop: Shop) -> Iterator[Opened]:
    """Open pages that may complain of nothing and ask nobody but the server they came from."""
    complaints: list[str] = []
    pages: list[Page] = []
    own = {urlsplit(address).netloc for address in (shop.open, shop.guarded)}

    def hear(message: ConsoleMessage) -> None:
        # Chromium itself writes down every answer of 4xx and 5xx: of the API those are answers like others.
        refused = message.text.startswith("Failed to load resource") and "/v1/" in message.location["url"]
        if message.type in ("error", "warning") and not refused:
            complaints.append(message.text)

    def watch(request: Request) -> None:
        if urlsplit(request.url).netloc not in own:
            complaints.append(f"asked for {request.url}")

    def open_page(address: str = shop.open, width: int = 1280) -> Page:
        page = browser.new_page(viewport={"width": width, "height": 800})
        pages.append(page)
        page.set_default_timeout(LIMIT_MS)
        page.on("console", hear)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("request", watch)
        page.goto(address)
        return page

    yield open_page
    for page in pages:
        page.close()
    assert complaints == []
