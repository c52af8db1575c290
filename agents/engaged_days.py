"""Engagements that acted on a customer's timeline in, a row for each of their days out: late facts go back to them."""

from itertools import groupby

from agents.decisions.around import EngagedAt
from agents.decisions.customer import Customer
from schemas.instants import DAY_MS
from schemas.policy import Policy
from schemas.rows import EngagedDayRow
from tables.codec import decode_engaged_day, encode
from tables.draft import Draft
from tables.keys import ENGAGED_DAY, engaged_day, engaged_day_key, nested_prefix


def write_engaged_days(draft: Draft, customer: Customer, key: bytes, policy: Policy) -> None:
    """Add to the days what acted in them; a new day lets go of those that no late fact can reach any more."""
    for day, acted in groupby(sorted(customer.around.engaged_now), key=_day):
        place = engaged_day_key(key, day)
        stored = draft.get(place)
        if stored is None:
            _tidy(draft, key, customer.row.at, policy)
        before = decode_engaged_day(stored).acted if stored is not None else []
        draft.rows[place] = encode(EngagedDayRow(sorted([*before, *acted])))


def _tidy(draft: Draft, key: bytes, at: int, policy: Policy) -> None:
    """Keep the days within the horizon and the longest least stay before it, and what they begin with: the newest
    engagement before them that counts as being engaged."""
    reach = policy.horizon_ms + max(policy.dwell.up_ms, policy.dwell.down_ms)
    rows = draft.rows_of(nested_prefix(ENGAGED_DAY, key))
    over = {place: row for place, row in rows if engaged_day(place, key) < (at - reach) // DAY_MS}
    newest = {place: _newest(row, policy) for place, row in over.items()}
    kept = max(over, key=lambda place: newest[place], default=None)
    for place in over:
        if place != kept:
            draft.rows[place] = None


def _newest(row: bytes, policy: Policy) -> int:
    """Give the newest instant of a day at which she was engaged; 0 = she was not."""
    return max(
        (occurred for _, occurred, _, kind in decode_engaged_day(row).acted if kind in policy.engagement), default=0
    )


def _day(acted: EngagedAt) -> int:
    return acted[0] // DAY_MS
