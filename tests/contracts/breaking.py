"""Two contracts in, everything in which the second breaks with the first out."""

from collections.abc import Iterator
from typing import Any

from schemas.facts import FACT_TYPES
from tests.contracts.narrowing import Way, breaks
from tests.contracts.released import Contract


def breaking(old: Contract, new: Contract) -> list[str]:
    """Name what readers or writers that keep to `old` would stumble over in `new`; nothing = they will not."""
    return [*_schemas(old, new), *_channels(old, new), *_headers(old, new)]


def _schemas(old: Contract, new: Contract) -> Iterator[str]:
    for name, before in old.schemas.items():
        way: Way = "read" if name in FACT_TYPES.values() else "published"
        after = new.schemas.get(name)
        if after is None:
            yield f"{name}: is gone"
        else:
            yield from (f"{name}{found}" for found in breaks(before, after, way))
            if before["$id"] != after["$id"]:
                yield f"{name}: is called {after['$id']}, not {before['$id']}"


def _channels(old: Contract, new: Contract) -> Iterator[str]:
    for name, before in old.channels.items():
        after = new.channels.get(name)
        if after is None:
            yield f"channel {name}: is gone"
            continue
        yield from (f"channel {name}: {message} is gone" for message in before["messages"].keys() - after["messages"])
        yield from (
            f"channel {name}: {what} is {told(after)}, not {told(before)}"
            for what, told in (("its topic", _address), ("its clean-up", _clean_up))
            if told(after) != told(before)
        )


def _headers(old: Contract, new: Contract) -> Iterator[str]:
    for name, before in old.headers.items():
        yield from (f"headers of {name}{found}" for found in breaks(before, new.headers[name], "published"))


def _address(channel: dict[str, Any]) -> Any:
    return channel["address"]


def _clean_up(channel: dict[str, Any]) -> Any:
    return channel["bindings"]["kafka"]["topicConfiguration"]["cleanup.policy"]
