"""Orders and a policy of short bounds, so that silence moves customers while a test looks on."""

import sys
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Final

from tests.kafka.feeding import feed, sent
from tests.kafka.reading import Read
from tests.kafka.shop import Shop
from tests.kafka.shop_load import DAY_MS, Event, Told
from tests.kafka.worker_process import REPOSITORY, WorkerProcess
from tests.oracle import SEED, Policy

SEED_FILE: Final = REPOSITORY / "schemas" / "packs" / "seed.yaml"
FAR_MS: Final = 100 * DAY_MS


def bound(within_ms: int) -> Policy:
    """Give the seed for the oracle, with a first bound of recency of so many milliseconds and a second far away."""
    return replace(SEED, within_ms=(within_ms, FAR_MS))


def policy_file(directory: Path, within_ms: int) -> Path:
    """Write the same for a worker."""
    text = SEED_FILE.read_text("utf-8")
    assert "[90d, 150d]" in text
    path = directory / "quick.yaml"
    path.write_text(text.replace("[90d, 150d]", f"[{within_ms}ms, 100d]"))
    return path


def order(customer: str, at: int) -> Told:
    """Tell of one order, the only one of its customer at that instant."""
    return Told(
        at,
        {
            "type": "order_placed",
            "event_id": f"e-{customer}-{at}",
            "customer_id": customer,
            "occurred_at": at,
            "order_id": f"o-{at}",
            "total": {"amount_minor": 5_000, "currency": "GBP"},
        },
    )


def place(shop: Shop, told: Iterable[Told]) -> list[Event]:
    """Put orders on the topic with their instants as timestamps; gives their events."""
    placed = list(told)
    feed(shop, (sent(shop, one) for one in placed))
    return [one.event for one in placed]


def named(shop: Shop, partition: int, name: str) -> str:
    """Give a customer that belongs to a partition."""
    return next(one for n in range(1_000) if shop.partition_of(one := f"{name}-{n}") == partition)


def decays(published: Iterable[Read]) -> Iterator[Read]:
    """Give the moves that silence has made."""
    return (one for one in published if one.payload["cause"]["type"] == "decay")


def shifted(shop: Shop, directory: Path, settings: dict[str, str], ahead_s: float, jump_s: float = 0) -> WorkerProcess:
    """Start a worker on a machine whose wall clock is ahead, or behind."""
    command = (sys.executable, "-m", "tests.kafka.shifted_worker", str(ahead_s), str(jump_s))
    return WorkerProcess(shop, directory, settings, command)
