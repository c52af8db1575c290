"""The page in a real browser: it shows what was published, at once and to everybody, and takes no text for markup."""

import gzip
import re
from urllib.parse import urlsplit

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Locator, Page, Route, expect

from app.serving.static_files import PAGE
from tests.serving.browser.conftest import LIMIT_MS, Opened
from tests.serving.browser.painting import first_paint_ms
from tests.serving.browser.shop import HOSTILE, TOKEN, Shop, day_of
from tests.serving.telling import BEGIN

HEAVIEST = 150_000
expect.set_options(timeout=LIMIT_MS)


def loaded(page: Page) -> Page:
    expect(page.locator("#main")).to_have_attribute("aria-busy", "false")
    return page


def cell(page: Page, origin: str, target: str) -> Locator:
    return page.locator(f'#matrix td[data-from="{origin}"][data-to="{target}"]')


def test_named_elements_hold_the_published_figures(opened: Opened, shop: Shop) -> None:
    page = loaded(opened())
    page.get_by_role("radio", name="All").check()
    expect(page.locator("#figure-moves")).to_have_text(str(shop.ways().total()))
    for (origin, target), count in shop.ways().items():
        expect(cell(page, origin or "", target or "").locator(".count")).to_have_text(str(count))
    expect(cell(page, "recent", "loyal")).to_have_text("↑up 1")
    expect(cell(page, "recent", "at_risk")).to_have_text("↓down 1")
    expect(page.locator('#standing [data-segment="at_risk"] .count')).to_have_text("1")
    expect(page.locator('#sizes-key [data-size="at_risk"]')).to_have_text("1")
    expect(page.locator('#rewards [data-rule="welcome"] td')).to_have_text(["1", "100", "·"])
    expect(page.locator('#rewards [data-rule="champion-gift"] td')).to_have_text(["0", "·", "1 by limit"])
    expect(page.locator('#budgets [data-budget="welcomes"] td')).to_have_text(["£12.50", "£20.00", "62 %", "·"])
    told = page.locator(f'#processor [data-worker="{shop.worker}"] td')
    expect(told).to_have_text(["1", "1,234", "26 Jan 2011, 00:00", "works"])
    assert page.locator("#flow .ribbon").count() == len(shop.ways())


def test_workers_that_were_ended_are_told_with_when(opened: Opened, shop: Shop) -> None:
    page = opened("about:blank")

    def ended(route: Route) -> None:
        route.fulfill(json={**route.fetch().json(), "ended_at": BEGIN + 3_600_000})

    page.route("**/v1/health/processor", ended)
    page.goto(shop.open)
    told = page.locator(f'#processor [data-worker="{shop.worker}"] td')
    expect(told).to_have_text(["1", "1,234", "26 Jan 2011, 00:00", "ended at 26 Jan 2011, 01:00"])


def test_a_budget_in_a_currency_without_minor_units_is_no_hundredth(opened: Opened, shop: Shop) -> None:
    page = opened("about:blank")

    def in_yen(route: Route) -> None:
        route.fulfill(json={**route.fetch().json(), "currency": "JPY"})

    page.route("**/v1/segments", in_yen)
    page.goto(shop.open)
    told = page.locator('#budgets [data-budget="welcomes"] td')
    expect(told).to_have_text(["JP¥1,250", "JP¥2,000", "62 %", "·"])


def test_a_newest_day_that_is_not_today_is_said_to_be_none(opened: Opened) -> None:
    page = loaded(opened())
    expect(page.locator("#shown-days")).to_contain_text("January 2011")
    expect(page.locator("#not-today")).to_contain_text("The newest day with a move. Nobody has moved today, ")
    page.get_by_label("Last day shown").fill(day_of(BEGIN))
    expect(page.locator("#not-today")).to_be_hidden()


def test_what_cannot_have_changed_is_not_asked_for_again(opened: Opened, shop: Shop) -> None:
    page = loaded(opened())
    page.get_by_label("Last day shown").fill(day_of(BEGIN))
    expect(page.locator("#figure-new")).to_have_text("3")
    expect(page.locator("#state")).to_have_attribute("data-state", "live")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(urlsplit(request.url).path))
    shop.log.move("cleo", None, "recent", shop.newest + 5)
    shop.log.flush()
    expect(page.locator("#figure-customers")).to_have_text("5")
    assert not {"/v1/transitions/matrix", "/v1/sizes", "/v1/health/flow", "/v1/rewards"} & set(asked)
    page.goto(f"{shop.open}/#customer=cleo")
    expect(page.get_by_role("dialog").locator(".ways").last).to_contain_text("to Loyal")
    assert asked.count("/v1/transitions/matrix") == 1


def test_a_day_can_be_chosen(opened: Opened) -> None:
    page = loaded(opened())
    page.get_by_label("Last day shown").fill(day_of(BEGIN))
    expect(page.locator("#shown-days")).to_have_text("Wednesday 26 January 2011")
    expect(page.locator("#figure-new")).to_have_text("3")
    expect(page.locator("#figure-up")).to_have_text("0")
    page.get_by_role("button", name="Days after").click()
    expect(page.locator("#figure-up")).to_have_text("1")


def test_search_by_keyboard_finds_a_customer_and_tells_her_story(opened: Opened) -> None:
    page = loaded(opened())
    page.keyboard.press("/")
    page.keyboard.type("ad")
    expect(page.locator("#search-found option")).to_have_count(2)
    page.keyboard.type("a")
    page.keyboard.press("Enter")
    story = page.get_by_role("dialog")
    expect(story.locator("#story-segment")).to_have_text("Champions")
    expect(story.locator("#story-next")).to_contain_text("Falls to Loyal on 2 Feb 2011")
    expect(story.locator("#story-moves li")).to_have_count(3)
    expect(story.locator("#story-moves li").first).to_contain_text("Bought (2 orders worth £123.45 so far) and rose")
    expect(story.locator("#story-moves .fact")).to_have_text(["Fact: order o-17", "Fact: order", "Fact: order"])
    expect(story).to_contain_text("Facts themselves are not published")
    expect(story.locator(".measures dt").last).to_have_text("Points")
    expect(story).to_contain_text("expired: 40 points")
    expect(story).to_contain_text("100 points")
    page.keyboard.press("Escape")
    expect(story).to_be_hidden()
    page.locator("#search").fill("nobody")
    page.keyboard.press("Enter")
    expect(story).to_contain_text("There is no such customer.")
    page.keyboard.press("Escape")
    page.locator("#search").fill("ben")
    page.keyboard.press("Enter")
    expect(story.locator("#story-lifts li")).to_have_text(["to Champions 1 more order"])


def test_a_move_that_is_published_appears_without_a_reload(opened: Opened, shop: Shop) -> None:
    page = loaded(opened())
    page.evaluate("window.sameDocument = true")
    expect(page.locator("#state")).to_have_attribute("data-state", "live")
    page.get_by_role("radio", name="All").check()
    shop.log.move("adam", "recent", "loyal", shop.tomorrow())
    shop.log.flush()
    expect(page.locator("#feed li").first).to_contain_text("adam bought")
    expect(page.locator("#figure-moves")).to_have_text(str(shop.ways().total()))
    expect(cell(page, "recent", "loyal").locator(".count")).to_have_text(str(shop.ways()["recent", "loyal"]))
    assert page.evaluate("window.sameDocument")


def test_an_id_that_the_server_refuses_is_let_go_and_everything_loaded_again(opened: Opened) -> None:
    page, sent = loaded(opened()), list[str | None]()

    def answer(route: Route) -> None:
        known = route.request.headers.get("last-event-id")
        sent.append(known)
        if len(sent) == 1:
            route.fulfill(content_type="text/event-stream", body="retry: 10\nid: once-given\n\n")
        elif known is not None:
            route.fulfill(status=400, content_type="application/problem+json", body="{}")
        else:
            route.continue_()

    page.route("**/v1/transitions/stream", answer)
    with page.expect_request(lambda request: "/v1/segments" in request.url and "once-given" in sent):
        page.reload()
    expect(page.locator("#state")).to_have_attribute("data-state", "live")
    assert sent == [None, "once-given", None]


def test_text_of_a_customer_stays_text(opened: Opened, shop: Shop) -> None:
    page = loaded(opened())
    expect(page.locator("#state")).to_have_attribute("data-state", "live")
    shop.log.move(HOSTILE, "champions", "loyal", shop.newest + 1)
    shop.log.move(HOSTILE, "loyal", "champions", shop.newest + 2)
    shop.log.flush()
    expect(page.locator("#feed .id").first).to_have_text(HOSTILE)
    page.locator("#feed .id").first.click()
    expect(page.locator("#story-id")).to_have_text(HOSTILE)
    expect(page.locator("#story-moves li").first).to_contain_text("rose from Loyal to Champions")
    assert page.title() == "Segue"
    assert page.locator("img[src=x]").count() == 0


def test_it_fits_a_phone_and_is_for_everybody_by_day_and_night(opened: Opened) -> None:
    page = loaded(opened(width=360))
    page.get_by_role("radio", name="All").check()
    assert page.evaluate("document.documentElement.scrollWidth") == 360
    assert Axe().run(page).response["violations"] == []
    page.emulate_media(color_scheme="dark")
    page.get_by_role("button", name="Champions", exact=True).click()
    page.locator("#leaving").get_by_role("button", name="ada", exact=True).click()
    expect(page.locator("#story-moves li")).to_have_count(3)
    assert Axe().run(page).response["violations"] == []


def test_keys_alone_reach_the_search_and_the_table(opened: Opened) -> None:
    page = loaded(opened())
    reached: list[str] = []
    for _ in range(25):
        page.keyboard.press("Tab")
        reached.append(page.evaluate("document.activeElement.ariaLabel ?? document.activeElement.id"))
    assert reached.index("search") < reached.index("Table of moves")


def test_a_browser_may_load_nothing_but_the_page_itself(opened: Opened, shop: Shop) -> None:
    page = opened()
    policy = page.request.get(shop.open).headers["content-security-policy"]
    assert policy.startswith("default-src 'none'; script-src 'self'; style-src 'self';")
    assert "unsafe" not in policy
    text = (PAGE / "index.html").read_text("utf-8")
    assert re.findall(r"\son\w+=|\sstyle=|<style|<script(?![^>]*\ssrc=)|https?://", text) == []


def test_the_first_paint_waits_for_no_answer_of_the_api(opened: Opened, shop: Shop) -> None:
    page = opened("about:blank")
    held: list[Route] = []
    holding = True

    def hold(route: Route) -> None:
        if holding:
            held.append(route)
        else:
            route.continue_()

    page.route("**/v1/**", hold)
    page.goto(shop.open)
    assert first_paint_ms(page) > 0
    expect(page.locator("#main")).to_have_attribute("aria-busy", "true")
    holding = False
    for route in held:
        route.continue_()
    loaded(page)


def test_all_of_the_page_is_light() -> None:
    files = [path for path in PAGE.rglob("*") if path.suffix in (".html", ".css", ".js", ".svg")]
    assert sum(len(gzip.compress(path.read_bytes())) for path in files) < HEAVIEST


def test_a_token_is_asked_for_and_kept_by_the_tab_alone(opened: Opened, shop: Shop) -> None:
    page = opened(shop.guarded)
    asking = page.get_by_role("dialog", name="A token, please")
    asking.get_by_label("Token").fill("not this one")
    page.keyboard.press("Enter")
    expect(asking).to_contain_text("The server does not know this token.")
    asking.get_by_label("Token").fill(TOKEN)
    page.keyboard.press("Enter")
    expect(asking).to_be_hidden()
    loaded(page)
    expect(page.locator("#state")).to_have_attribute("data-state", "live")
    assert page.evaluate("[sessionStorage.length, localStorage.length, document.cookie]") == [1, 0, ""]
    assert TOKEN not in page.url
