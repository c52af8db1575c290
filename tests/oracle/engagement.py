"""A life's records in, its engagement out: the first record of each id, of the kinds that the policy names."""

from collections.abc import Iterable

from .orders import Entry, is_of_orders
from .policy import Policy


def engagements(entries: Iterable[Entry], policy: Policy) -> list[Entry]:
    first: dict[str, Entry] = {}
    for entry in entries:
        if _is_named(entry, policy):
            first.setdefault(entry.event["event_id"], entry)
    return list(first.values())


def is_known(entries: Iterable[Entry], policy: Policy) -> bool:
    """Orders make a customer known, and so does engagement that the policy names; a profile does not."""
    return any(is_of_orders(entry.event) or _is_named(entry, policy) for entry in entries)


def _is_named(entry: Entry, policy: Policy) -> bool:
    return entry.event["type"] == "engaged" and entry.event["kind"] in policy.named_kinds
