"""Profile snapshots in, the one that holds out, and the channel that its consents leave a message."""

from collections import defaultdict
from collections.abc import Iterable, Mapping

from .erasure import lives
from .orders import Entry, Event, instant
from .reward_rules import Message


def profiles(events: Iterable[Event]) -> dict[str, Event]:
    """Of every customer who has one at the end of the log: the newest since her last erasure."""
    logs: dict[str, list[Event]] = defaultdict(list)
    for event in events:
        logs[event["customer_id"]].append(event)
    held = {customer_id: newest_profile(list(lives(log))[-1].entries) for customer_id, log in logs.items()}
    return {customer_id: profile for customer_id, profile in held.items() if profile is not None}


def newest_profile(entries: Iterable[Entry]) -> Event | None:
    """By (occurred_at, event_id), wherever in the log it stands; of one written twice the first."""
    snapshots = (entry.event for entry in entries if entry.event["type"] == "profile_changed")
    return max(snapshots, key=lambda event: (instant(event), event["event_id"]), default=None)


def channel(message: Message, profile: Event | None) -> str | None:
    """None = every channel of the message is denied."""
    held: Mapping[str, object] = {} if profile is None else profile
    consents = held.get("consents") or {}
    assert isinstance(consents, Mapping)
    allowed = [name for name in message.channels if consents.get(name) is not False]
    preferred = held.get("preferred_channel")
    return next((name for name in allowed if name == preferred), next(iter(allowed), None))
