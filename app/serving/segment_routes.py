"""Requests about segments in, who stands there and who is about to leave out."""

from typing import Final
from urllib.parse import quote

from aiohttp import web

from app.serving import looking_up, problems
from app.serving.answering import fresh, not_modified
from app.serving.answers import Group, Leaving, Members, Problem, Segment, Segments
from app.serving.asking import Ask, Given, Route
from app.serving.csv_page import csv_page, wants_csv
from app.serving.days import days_of, spell
from app.serving.lifting import policy_named
from app.serving.parameters import as_cursor, cursor, duration, whole
from schemas.policy import Policy
from schemas.transitions import PolicyRef

LONGEST_INSTANT: Final = 253_402_300_799_999


async def segments(ask: Ask) -> Segments:
    """Say how many stand where."""
    view, days = ask.view, days_of(ask.view)
    ranks = view.ranks
    policy = PolicyRef(*ranks.policy) if ranks.policy is not None else None
    shown = _shown(ask)
    labels = {segment.id: segment.label for segment in shown.segments} if shown is not None else {}
    return Segments(
        sum(view.sizes.values()),
        [_segment(ask, name, labels.get(name)) for name in looking_up.segments_with_anybody(view)],
        view.sizes[""],
        policy,
        shown.currency if shown is not None else None,
        *(map(spell, days) if days is not None else (None, None)),
    )


def _shown(ask: Ask) -> Policy | None:
    """Give the policy whose words may be shown: the one in force, as far as published records tell."""
    policy, named = ask.desk.policy, ask.view.ranks.policy
    if policy is not None and (policy.id, policy.version) == named:
        return policy
    return policy_named(ask.desk.control, named)


def _segment(ask: Ask, name: str, label: str | None) -> Segment:
    high = ask.view.ranks.is_high(name)
    group: Group | None = None if high is None else "high" if high else "low"
    return Segment(name, label, ask.view.ranks.rank(name), ask.view.sizes[name], group)


async def members(ask: Ask) -> Given:
    """List who stands in a segment."""
    name = _known(ask)
    if name is None:
        return problems.UNKNOWN_SEGMENT
    after: bytes = ask.values["cursor"]
    page, last = await looking_up.members(ask.view, name, after, ask.values["limit"])
    answer = Members(name, page, as_cursor(last))
    return await _csv(ask, answer) if wants_csv(ask.request.headers.get("Accept", "")) else answer


async def _csv(ask: Ask, answer: Members) -> web.Response:
    content = await csv_page(answer.customers)
    headers = fresh(ask, content)
    if headers is None:
        return not_modified(ask, content)
    if answer.next_cursor is not None:
        limit = ask.values["limit"]
        link = f"/v1/segments/{quote(answer.segment, safe='')}/customers?limit={limit}&cursor={answer.next_cursor}"
        headers["Link"] = f'<{link}>; rel="next"'
    return web.Response(body=content, headers=headers, content_type="text/csv", charset="utf-8")


async def leaving(ask: Ask) -> Leaving | Problem:
    """List who leaves a segment downward soon."""
    name = _known(ask)
    if name is None:
        return problems.UNKNOWN_SEGMENT
    begin = ask.values["at"]
    until = (ask.desk.now() if begin is None else begin) + ask.values["within"]
    page, last = await looking_up.leaving(ask.view, name, until, ask.values["cursor"], ask.values["limit"])
    return Leaving(name, ask.values["within"], until, page, as_cursor(last))


def _known(ask: Ask) -> str | None:
    """Give the name of a segment that there is."""
    name = ask.key.decode()
    there = name in ask.view.ranks.ranks or ask.view.sizes.get(name)
    return name if there else None


_CURSOR: Final = cursor()

ROUTES: Final = (
    Route("/v1/segments", "figures", "How many stand where, the best segment first.", Segments, segments),
    Route(
        "/v1/segments/{id}/customers",
        "customers",
        "Who stands in a segment, by id; as CSV with `Accept: text/csv`.",
        Members,
        members,
        (whole("limit", "customers on a page", 1, 1000, 100), _CURSOR),
        names="segment",
    ),
    Route(
        "/v1/segments/{id}/leaving",
        "customers",
        "Who leaves a segment downward if nothing happens, the soonest first.",
        Leaving,
        leaving,
        (
            duration("within", "up to so long from now", "1h", "400d", "14d"),
            whole("at", "counted from this instant (epoch ms) instead of now", 0, LONGEST_INSTANT, None),
            whole("limit", "customers on a page", 1, 1000, 100),
            _CURSOR,
        ),
        names="segment",
    ),
)
