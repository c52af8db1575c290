"""A view and a question about customers in, the answer out; what may be long is looked up in slices.

Between two of them others are answered, or one long page would be in everybody's way.
"""

import asyncio
from collections.abc import Iterator
from itertools import islice

from app.serving import keys
from app.serving.answers import Ahead, Customer, Found, Leaver, Member, Rewards, Scores, Search, Story
from app.serving.draft import stored
from app.serving.moves import move_key, standing_moves, story
from app.serving.rows import TRANSITIONED, StandingRow, decode_move, decode_row, json_of, typed
from app.serving.stored import value
from app.serving.view import View
from schemas.measures import Measures
from schemas.transitions import PolicyRef
from tables.scanning import rows_of_one_moment, scan

SLICE = 50
"""Customers between two looks at what else is to be done."""
NEWEST_LOOKED_AT = 64
"""So many moves are looked at, at most, for the one that explains a segment."""
MOST_LOOKED_AT = 2_000
"""So many due moves are looked at for one page of those that lead down."""


def customer(view: View, key: bytes) -> Customer | None:
    """Say where a customer stands; None: unknown, erased, or not of this shop."""
    row = view.db.get(keys.CUSTOMER + key)
    if row is None:
        return None
    return _customer(view, key, decode_row(row))


def _customer(view: View, key: bytes, row: StandingRow) -> Customer:
    ahead = None
    if row.next_at is not None and row.next_to is not None:
        ahead = Ahead(row.next_at, row.next_to, view.ranks.rank(row.next_to))
    return Customer(
        key.decode(),
        row.segment,
        row.rank,
        _since(view, key, row),
        row.at,
        row.sequence,
        Scores(row.r, row.f, row.m),
        Measures(
            row.average_order_minor,
            row.f,
            row.frequency,
            row.m,
            row.monetary_minor,
            row.r,
            row.recency_ms,
            row.tenure_ms,
        ),
        row.at,
        ahead,
        row.due_segment,
        row.held_until,
        row.cut_points_version,
        PolicyRef(row.policy, row.policy_version),
        row.points,
    )


def _since(view: View, key: bytes, row: StandingRow) -> int | None:
    """Instant of the newest move that was not taken back, if it led to where she stands."""
    told = view.db.get(move_key(key, row.sequence))
    if told is not None and told[:1] == TRANSITIONED:  # nearly always, and a tenth of the price of looking through
        move = decode_move(json_of(told))
        if move.to == row.segment:
            return move.effective_at
    newest = next(standing_moves(islice(story(view.db, key), NEWEST_LOOKED_AT)), None)
    return newest.effective_at if newest is not None and newest.to == row.segment else None


def is_known(view: View, key: bytes) -> bool:
    """Tell whether there is such a customer."""
    return view.db.get(keys.CUSTOMER + key) is not None


def told(view: View, key: bytes, before: int | None, limit: int) -> Story:
    """Tell a known customer's moves."""
    events = list(islice(story(view.db, key, before), limit + 1))
    more = events[limit - 1][0] if len(events) > limit else None
    return Story(key.decode(), [typed(event) for _, event in events[:limit]], more)


def rewards(view: View, key: bytes, limit: int) -> Rewards:
    """Tell a known customer's rewards."""
    prefix = keys.under(keys.REWARD, key)
    found = scan(view.db, prefix, keys.behind(prefix), limit, backwards=True)
    events = [typed(value(view.db, one)) for one in found]
    return Rewards(key.decode(), decode_row(value(view.db, keys.CUSTOMER + key)).points, events)


def search(view: View, prefix: bytes, limit: int) -> Search:
    """Find customers by the beginning of their ids."""
    start = keys.CUSTOMER + prefix
    found = scan(view.db, start, start + keys.BEHIND * 129, limit)
    return Search([Found(one[1:].decode(), decode_row(value(view.db, one)).segment) for one in found])


async def members(view: View, segment: str, after: bytes, limit: int) -> tuple[list[Member], bytes | None]:
    """Give customers of a segment behind one of them, and where to go on."""
    prefix = keys.under(keys.IN_SEGMENT, segment.encode())
    page: list[Member] = []
    last = after
    for looked_at in range(0, limit, SLICE):
        size = min(SLICE, limit - looked_at)
        start = prefix + last + b"\0" if last else prefix
        found = [key[len(prefix) :] for key in scan(view.db, start, keys.behind(prefix), size + 1)]
        rows = stored(view.db, [keys.CUSTOMER + key for key in found[:size]])
        page += [_member(key, decode_row(row)) for key, row in zip(found, rows, strict=False) if row is not None]
        if len(found) <= size:
            return page, None
        last = found[size - 1]
        await asyncio.sleep(0)
    return page, last


def _member(key: bytes, row: StandingRow) -> Member:
    return Member(
        key.decode(),
        row.rank,
        row.at,
        row.r,
        row.f,
        row.m,
        row.recency_ms,
        row.frequency,
        row.monetary_minor,
        row.next_at,
        row.next_to,
    )


async def leaving(view: View, segment: str, until: int, after: bytes, limit: int) -> tuple[list[Leaver], bytes | None]:
    """Give who leaves a segment downward up to an instant, the soonest first, and where to go on.

    A page may hold fewer than asked for, and go on: of those who will rise not all are passed over at once.
    Where a segment has no rank, for nobody has ever stood there, it is not known to be up and counts as down.
    """
    prefix = keys.under(keys.DUE, segment.encode())
    start = prefix + after + b"\0" if after else prefix
    own = view.ranks.rank(segment)
    page: list[Leaver] = []
    last = after
    rows = rows_of_one_moment(view.db, start, prefix + keys.long(until + 1))
    for number, (key, row) in enumerate(rows):
        if len(page) == limit or number == MOST_LOOKED_AT:
            return page, last
        if number % SLICE == SLICE - 1:
            await asyncio.sleep(0)
        last, to = key[len(prefix) :], row.decode()
        rank = view.ranks.rank(to)
        if own is None or rank is None or rank > own:
            page.append(Leaver(last[keys.LONG :].decode(), keys.read_long(last, 0), to, rank))
    return page, None


def segments_with_anybody(view: View) -> Iterator[str]:
    """Name segments of the policy in force, the best first, then others that hold somebody."""
    ranks = view.ranks.ranks
    yield from sorted(ranks, key=lambda name: (ranks[name], name))
    yield from sorted(name for name, size in view.sizes.items() if name and size and name not in ranks)
