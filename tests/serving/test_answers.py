"""Published records in, what the HTTP API says of them out."""

import asyncio
from collections.abc import Mapping
from typing import Any

import pytest
from aiohttp.test_utils import TestClient, TestServer

from app.serving import days
from app.serving.flow import flow
from app.serving.program import new_desk
from app.serving.server import application
from app.serving.view import View
from app.settings import ServingSettings
from schemas.policy_file import load_policy
from schemas.rewards import BudgetPart
from schemas.transitions import Next
from tests.serving.conftest import AS_OF, Client, level_at
from tests.serving.telling import BEGIN, DAY, POLICY, Log


async def told(client: Client, path: str) -> Mapping[str, Any]:
    """Ask for something that there is."""
    answer = await client.get(path)
    assert answer.status == 200, await answer.text()
    read: dict[str, Any] = await answer.json()
    assert next(iter(read)) == "as_of"
    assert read["as_of"] == AS_OF
    return read


def moves(matrix: Mapping[str, Any]) -> dict[tuple[str | None, str | None], int]:
    """Read the cells of a matrix."""
    return {(cell["from"], cell["to"]): cell["moves"] for cell in matrix["cells"]}


async def test_a_customer_is_told_with_what_comes_next(client: Client, log: Log) -> None:
    log.move("17850", None, "recent", BEGIN)
    log.move("17850", "recent", "loyal", BEGIN + DAY, ahead=Next(BEGIN + 90 * DAY, "at_risk"))
    log.move("18000", "loyal", "at_risk", BEGIN + DAY)
    log.stand("17850", "loyal", BEGIN + DAY, Next(BEGIN + 90 * DAY, "at_risk"), points=150)
    log.flush()
    read = await told(client, "/v1/customers/17850")
    assert (read["segment"], read["rank"], read["since"], read["points"]) == ("loyal", 2, BEGIN + DAY, 150)
    assert read["next"] == {"at": BEGIN + 90 * DAY, "to": "at_risk", "to_rank": 5}
    assert read["scores"] == {"r": 3, "f": 2, "m": 3}
    assert read["policy"] == {"id": POLICY.id, "version": POLICY.version}


async def test_a_story_is_told_newest_first_and_in_pages(client: Client, log: Log) -> None:
    log.move("a", None, "recent", BEGIN)
    gone = log.move("a", "recent", "loyal", BEGIN + DAY)
    log.retract(gone)
    log.stand("a", "recent", BEGIN + DAY)
    log.flush()
    first = await told(client, "/v1/customers/a/transitions?limit=2")
    assert [(one["type"], one["sequence"]) for one in first["transitions"]] == [
        ("segment.retracted", 3),
        ("segment.transitioned", 2),
    ]
    assert first["transitions"][1]["before"]["frequency"] == 2
    rest = await told(client, f"/v1/customers/a/transitions?before={first['next_before']}")
    assert [one["sequence"] for one in rest["transitions"]] == [1]
    assert rest["next_before"] is None
    assert (await told(client, "/v1/customers/a"))["since"] == BEGIN, "what was taken back explains nothing"


async def test_a_batch_keeps_the_order_and_names_the_unknown(client: Client, log: Log) -> None:
    for name in ("a", "b"):
        log.stand(name, "loyal", BEGIN)
    log.flush()
    answer = await client.post("/v1/customers:batch", json={"ids": ["b", "nobody", "a", "b"]})
    read = await answer.json()
    assert [one["customer_id"] for one in read["customers"]] == ["b", "a"]
    assert read["unknown"] == ["nobody"]


async def test_segments_hold_whom_their_lists_hold(client: Client, log: Log) -> None:
    for number in range(5):
        log.stand(f"c{number}", "champions", BEGIN)
    log.stand("c1", "loyal", BEGIN + 1)
    log.stand("x", None, BEGIN)
    log.flush()
    read = await told(client, "/v1/segments")
    assert [(one["id"], one["customers"], one["group"]) for one in read["segments"]] == [
        ("champions", 4, "high"),
        ("loyal", 1, "low"),
    ]
    assert (read["customers"], read["none"]) == (6, 1)
    found: list[str] = []
    path = "/v1/segments/champions/customers?limit=3"
    while True:
        page = await told(client, path)
        found += [one["customer_id"] for one in page["customers"]]
        if page["next_cursor"] is None:
            break
        path = f"/v1/segments/champions/customers?limit=3&cursor={page['next_cursor']}"
    assert found == ["c0", "c2", "c3", "c4"]


async def test_labels_and_currency_are_those_of_the_policy_in_force(view: View, log: Log) -> None:
    log.stand("a", "needs_attention", BEGIN)
    log.flush()
    desk = new_desk(ServingSettings(), view, level_at(AS_OF))
    async with TestClient(TestServer(application(desk))) as client:
        unnamed = await told(client, "/v1/segments")
        assert (unnamed["segments"][0]["label"], unnamed["currency"]) == (None, None)
        desk.policy = load_policy("seed")
        named = await told(client, "/v1/segments")
        assert (named["segments"][0]["label"], named["currency"]) == ("Needs attention", "GBP")
        desk.policy = load_policy("klaviyo")
        assert (await told(client, "/v1/segments"))["currency"] is None


async def test_csv_has_the_same_page_and_no_formulas(client: Client, log: Log) -> None:
    for name in ("=1+1", "a", "b"):
        log.stand(name, "loyal", BEGIN)
    log.flush()
    answer = await client.get("/v1/segments/loyal/customers?limit=2", headers={"Accept": "text/csv"})
    assert answer.content_type == "text/csv"
    lines = (await answer.text()).splitlines()
    assert lines[0].startswith("customer_id,rank,at,")
    assert [line.split(",")[0] for line in lines[1:]] == ["'=1+1", "a"]
    link = answer.headers["Link"]
    assert link.endswith('>; rel="next"')
    page = await client.get(link[1 : link.index(">")], headers={"Accept": "text/csv"})
    assert [line.split(",")[0] for line in (await page.text()).splitlines()[1:]] == ["b"]


async def test_whoever_is_about_to_fall_is_told_soonest_first(client: Client, log: Log) -> None:
    log.stand("later", "loyal", BEGIN, Next(BEGIN + 9 * DAY, "at_risk"))
    log.stand("sooner", "loyal", BEGIN, Next(BEGIN + 2 * DAY, "at_risk"))
    log.stand("rises", "loyal", BEGIN, Next(BEGIN + 2 * DAY, "champions"))
    log.stand("too late", "loyal", BEGIN, Next(BEGIN + 15 * DAY, "at_risk"))
    log.stand("saved", "loyal", BEGIN, Next(BEGIN + 1 * DAY, "at_risk"))
    log.stand("saved", "loyal", BEGIN, Next(BEGIN + 90 * DAY, "at_risk"))
    log.stand("first", "champions", BEGIN)
    log.stand("last", "at_risk", BEGIN)
    log.flush()
    read = await told(client, f"/v1/segments/loyal/leaving?within=14d&at={BEGIN}&limit=1")
    assert [one["customer_id"] for one in read["customers"]] == ["sooner"]
    path = f"/v1/segments/loyal/leaving?within=14d&at={BEGIN}&cursor={read['next_cursor']}"
    rest = await told(client, path)
    assert [(one["customer_id"], one["to_rank"]) for one in rest["customers"]] == [("later", 5)]


async def test_the_matrix_counts_published_minus_retracted(client: Client, log: Log) -> None:
    log.move("a", None, "recent", BEGIN)
    log.move("b", None, "recent", BEGIN)
    log.retract(log.move("b", "recent", "loyal", BEGIN + 1))
    log.move("a", "recent", "at_risk", BEGIN + DAY, cause="decay")
    log.flush()
    read = await told(client, "/v1/transitions/matrix?from=2011-01-26&to=2011-01-27")
    assert moves(read) == {(None, "recent"): 2, ("recent", "at_risk"): 1}
    assert {"type": "decay", "direction": "down", "moves": 1} in read["causes"]
    newest = await told(client, "/v1/transitions/matrix")
    assert (newest["from"], newest["to"], newest["moves"]) == ("2011-01-27", "2011-01-27", 1)


async def test_sizes_of_days_lead_to_the_sizes_of_today(client: Client, log: Log) -> None:
    log.move("a", None, "recent", BEGIN)
    log.move("b", None, "recent", BEGIN)
    log.move("a", "recent", "loyal", BEGIN + 2 * DAY)
    log.flush()
    read = await told(client, "/v1/sizes?from=2011-01-25&to=2011-01-28")
    assert {one["id"]: one["customers"] for one in read["segments"]} == {"recent": [0, 2, 2, 1], "loyal": [0, 0, 0, 1]}
    early = await told(client, "/v1/sizes?from=2011-01-26&to=2011-01-26")
    assert {one["id"]: one["customers"] for one in early["segments"]} == {"recent": [2], "loyal": [0]}


async def test_an_outflow_beyond_what_is_usual_is_an_alarm(client: Client, log: Log) -> None:
    for number in range(10):
        log.move(f"c{number}", None, "champions", BEGIN)
    log.move("low", None, "inactive", BEGIN)
    for number in range(4):
        log.move(f"c{number}", "champions", "inactive", BEGIN + 20 * DAY, cause="decay")
    log.move("low", "inactive", "champions", BEGIN + 21 * DAY)
    log.flush()
    read = await told(client, "/v1/health/flow?to=2011-02-17&days=7")
    assert (read["rising"], read["falling"], read["net"], read["temperature"]) == (1, 4, -3, -60.0)
    assert (read["in_high"], read["in_low"]) == (7, 4)
    assert read["outflow"] == {"share": 0.4, "usual_share": None, "limit": 0.05, "alarm": True}
    calm = await told(client, "/v1/health/flow?to=2011-02-03&days=7")
    assert (calm["temperature"], calm["in_high"], calm["outflow"]["alarm"]) == (None, 10, False)


async def test_flow_and_sizes_are_of_one_moment_whatever_comes_meanwhile(
    view: View, log: Log, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(days, "SLICE", 1)
    for number in range(4):
        log.move(f"c{number}", None, "champions", BEGIN)
    log.move("low", None, "inactive", BEGIN)
    log.move("c0", "champions", "inactive", BEGIN + DAY, cause="decay")
    log.flush()
    last = BEGIN // DAY + 1
    before = await flow(view, last, 7, 0.05), await days.sizes(view, last - 1, last)
    reckoning = asyncio.gather(flow(view, last, 7, 0.05), days.sizes(view, last - 1, last))
    await asyncio.sleep(0)
    for number in range(1, 4):
        log.move(f"c{number}", "champions", "inactive", BEGIN + DAY, cause="decay")
    log.flush()
    assert not reckoning.done()
    assert tuple(await reckoning) == before
    assert (await flow(view, last, 7, 0.05)).in_high == 0


async def test_rewards_are_told_by_customer_and_by_rule(client: Client, log: Log) -> None:
    log.stand("a", "loyal", BEGIN)
    log.grant("a", "welcome", BEGIN, 100)
    log.withhold("a", "welcome", BEGIN + 1)
    log.move("a", None, "loyal", BEGIN)
    log.flush()
    read = await told(client, "/v1/customers/a/rewards")
    assert [(one["type"], one["rule"]) for one in read["rewards"]] == [
        ("reward.withheld", "welcome"),
        ("reward.granted", "welcome"),
    ]
    counts = await told(client, "/v1/rewards")
    assert counts["rules"] == [{"rule": "welcome", "granted": 1, "withheld": {"limit": 1}, "points": 100}]


async def test_budgets_are_told_by_what_rewards_have_taken_of_them(client: Client, log: Log) -> None:
    assert (await told(client, "/v1/budgets"))["budgets"] == []
    log.grant("a", "welcome", BEGIN, 100, BudgetPart("year", 1_250, 3_000, "minor"))
    log.grant("b", "welcome", BEGIN + 1, 100, BudgetPart("year", 1_250, 4_000, "minor"))
    log.withhold("c", "welcome", BEGIN + 2, "year")
    log.flush()
    assert (await told(client, "/v1/budgets"))["budgets"] == [
        {"id": "year", "limit": 4_000, "unit": "minor", "spent": 2_500, "grants": 2, "withheld": 1}
    ]


async def test_search_finds_ids_by_their_beginning(client: Client, log: Log) -> None:
    for name in ("178", "17850", "17851", "18", "ø"):
        log.stand(name, "loyal", BEGIN)
    log.flush()
    read = await told(client, "/v1/customers?prefix=178&limit=2")
    assert [one["customer_id"] for one in read["customers"]] == ["178", "17850"]
    assert [one["customer_id"] for one in (await told(client, "/v1/customers?prefix=%C3%B8"))["customers"]] == ["ø"]


async def test_what_is_known_already_is_not_sent_again(client: Client, log: Log) -> None:
    log.stand("a", "loyal", BEGIN)
    log.flush()
    tag = (await client.get("/v1/customers/a")).headers["ETag"]
    again = await client.get("/v1/customers/a", headers={"If-None-Match": tag})
    assert (again.status, again.headers["Segue-As-Of"], await again.read()) == (304, str(AS_OF), b"")
    log.stand("a", "champions", BEGIN + 1)
    log.flush()
    assert (await client.get("/v1/customers/a", headers={"If-None-Match": tag})).status == 200
