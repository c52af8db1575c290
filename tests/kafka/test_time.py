"""Time alone moves customers: by the wall clock, at the exact millisecond, without any further record."""

import statistics
import time
from dataclasses import replace
from pathlib import Path

import pytest

from tests.kafka.audit import transition_faults
from tests.kafka.feeding import feed, sent
from tests.kafka.reading import read_until
from tests.kafka.shop import Shop, open_shop
from tests.kafka.shop_load import Event, Told
from tests.kafka.worker_process import REPOSITORY, WorkerProcess
from tests.oracle import SEED, timeline

pytestmark = pytest.mark.kafka
SEED_FILE = REPOSITORY / "schemas" / "packs" / "seed.yaml"
WITHIN_MS = (2_000, 5_000)
CUSTOMERS = 20
USUAL_DELAY_MS = 1_500
LONGEST_DELAY_MS = 4_000  # on a machine that others share


def test_decays_come_on_their_own_at_their_exact_millisecond(apache_kafka: str, tmp_path: Path) -> None:
    shop = open_shop(apache_kafka, partitions=4)
    policy = tmp_path / "quick.yaml"
    policy.write_text(_quick_policy())
    settings = {"SEGUE_CLOCK": "wall", "SEGUE_POLICY": str(policy)}
    with WorkerProcess(shop, tmp_path / "worker", settings) as worker:
        worker.wait_ready()
        events = _order_now(shop)
        wanted = timeline(events, replace(SEED, within_ms=WITHIN_MS), int(time.time() * 1000) + 60_000)
        decays = sum(t["cause"]["type"] == "decay" for folded in wanted.values() for t in folded.transitions)
        assert decays == 2 * CUSTOMERS, "the load has lost its point"
        moves = sum(len(folded.transitions) for folded in wanted.values())
        published = read_until(shop, shop.topics.transitions, lambda came: len(came) >= moves, limit_s=40)
        assert transition_faults(published, wanted) == []
        delays = [
            record.timestamp - record.payload["effective_at"]
            for record in published
            if record.payload["cause"]["type"] == "decay"
        ]
        assert min(delays) >= 0, "published before it held"
        assert statistics.median(delays) <= USUAL_DELAY_MS
        assert max(delays) <= LONGEST_DELAY_MS
        assert worker.terminate() == 0


def _quick_policy() -> str:
    text = SEED_FILE.read_text("utf-8")
    assert "[90d, 150d]" in text
    return text.replace("[90d, 150d]", "[2s, 5s]")


def _order_now(shop: Shop) -> list[Event]:
    """Let every customer place three orders of 200.00 within a moment: champions, who decay twice."""
    now = int(time.time() * 1000)
    told = [
        Told(
            now + 50 * n + customer,
            {
                "type": "order_placed",
                "event_id": f"e-{customer}-{n}",
                "customer_id": f"c-{customer}",
                "occurred_at": now + 50 * n + customer,
                "order_id": f"o-{n}",
                "total": {"amount_minor": 20_000, "currency": "GBP"},
            },
        )
        for n in range(-3, 0)
        for customer in range(CUSTOMERS)
    ]
    feed(shop, (sent(shop, one) for one in told))
    return [one.event for one in told]
