"""Requests about customers in, what is known of them out; an unknown id and an erased one look the same."""

import asyncio
from typing import Final

import msgspec
from aiohttp import web

from app.serving import keys, looking_up, problems
from app.serving.answers import Batch, Customer, Lifts, Problem, Rewards, Search, Story
from app.serving.asking import Ask, Route
from app.serving.lifting import lifts as reckon_lifts
from app.serving.parameters import id_bytes, identifier, whole
from app.serving.rows import decode_row

MOST_IDS: Final = 500
LARGEST_BODY: Final = 256 * 1024
BODY_SECONDS: Final = 10
SLICE: Final = 25
"""Customers looked up between two looks at what else is to be done."""


class _Asked(msgspec.Struct, forbid_unknown_fields=True):
    ids: list[str]


_decode: Final = msgspec.json.Decoder(_Asked).decode


async def customer(ask: Ask) -> Customer | Problem:
    """Say where a customer stands."""
    return looking_up.customer(ask.view, ask.key) or problems.UNKNOWN_CUSTOMER


async def story(ask: Ask) -> Story | Problem:
    """Tell a customer's moves."""
    if not looking_up.is_known(ask.view, ask.key):
        return problems.UNKNOWN_CUSTOMER
    return looking_up.told(ask.view, ask.key, ask.values["before"], ask.values["limit"])


async def rewards(ask: Ask) -> Rewards | Problem:
    """Tell a customer's rewards."""
    if not looking_up.is_known(ask.view, ask.key):
        return problems.UNKNOWN_CUSTOMER
    return looking_up.rewards(ask.view, ask.key, ask.values["limit"])


async def lifts(ask: Ask) -> Lifts | Problem:
    """Say what would lift a customer."""
    row = ask.view.db.get(keys.CUSTOMER + ask.key)
    if row is None:
        return problems.UNKNOWN_CUSTOMER
    return Lifts(ask.key.decode(), reckon_lifts(ask.desk.control, decode_row(row)))


async def search(ask: Ask) -> Search:
    """Find customers by the beginning of their ids."""
    return looking_up.search(ask.view, ask.values["prefix"], ask.values["limit"])


async def batch(ask: Ask) -> Batch | Problem:
    """Look up many customers."""
    ids = await _ids(ask.request)
    if isinstance(ids, Problem):
        return ids
    found: list[Customer] = []
    unknown: list[str] = []
    for number, (name, key) in enumerate(ids.items(), 1):
        one = looking_up.customer(ask.view, key)
        if one is None:
            unknown.append(name)
        else:
            found.append(one)
        if number % SLICE == 0:
            await asyncio.sleep(0)
    return Batch(found, unknown)


async def _ids(request: web.Request) -> dict[str, bytes] | Problem:
    """Read the ids of a body, each once."""
    try:
        async with asyncio.timeout(BODY_SECONDS):
            body = await request.read()
        ids = _decode(body).ids
    except TimeoutError:
        return problems.TOO_SLOW
    except web.HTTPRequestEntityTooLarge:
        return problems.TOO_LARGE
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError, web.HTTPException):
        return problems.BAD_BODY
    if len(ids) > MOST_IDS:
        return problems.TOO_MANY_IDS
    keyed = {name: id_bytes(name.encode("utf-8", "surrogatepass")) for name in ids}
    known = {name: key for name, key in keyed.items() if key is not None}
    return known if len(known) == len(keyed) else problems.BAD_ID


_LIMIT: Final = whole("limit", "at most so many", 1, 500, 50)

ROUTES: Final = (
    Route("/v1/customers/{id}", "customers", "Where a customer stands.", Customer, customer, names="customer"),
    Route(
        "/v1/customers/{id}/transitions",
        "customers",
        "Published moves and retractions of a customer, the newest first.",
        Story,
        story,
        (_LIMIT, whole("before", "only below this sequence", 1, 2**53, None)),
        names="customer",
    ),
    Route(
        "/v1/customers/{id}/rewards",
        "customers",
        "Published rewards of a customer, the newest first.",
        Rewards,
        rewards,
        (_LIMIT,),
        names="customer",
    ),
    Route(
        "/v1/customers/{id}/lifts",
        "customers",
        "Which orders would lead a customer to better segments, by the rules and measures of her standing.",
        Lifts,
        lifts,
        names="customer",
    ),
    Route(
        "/v1/customers",
        "customers",
        "Search by the beginning of an id.",
        Search,
        search,
        (identifier("prefix", "the beginning of an id"), whole("limit", "at most so many", 1, 50, 10)),
    ),
    Route(
        "/v1/customers:batch",
        "customers",
        "Look up at most 500 customers.",
        Batch,
        batch,
        method="POST",
        refusals=(408, 413),
    ),
)
