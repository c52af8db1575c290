"""Records go in, moves come out as the independent fold has them: orders, refunds, cancellations, repeats, time."""

from collections import Counter
from dataclasses import dataclass

import pytest

from tests.kafka.audit import Remembered, expected, remembered, state_faults, transition_faults
from tests.kafka.closing import closed
from tests.kafka.feeding import Feeder, Sent, feed, sent
from tests.kafka.reading import Read, read_all
from tests.kafka.settled import wait_until_settled
from tests.kafka.shop import Shop, open_shop
from tests.kafka.shop_load import Event, ShopLoad
from tests.kafka.waiting import wait_for
from tests.kafka.worker_process import WorkerProcess
from tests.oracle import SEED, CustomerTimeline, timeline

pytestmark = pytest.mark.kafka
ORDERS = 12_000
LIVE_PER_SECOND = 3_000
COUNT_S = 15.0  # a transaction is committed before it is counted


@dataclass(frozen=True)
class Year:
    """What two years of a small shop have left behind."""

    shop: Shop
    events: list[Event]
    newest: dict[int, int]
    transitions: list[Read]
    standings: list[Read]
    rewards: list[Read]
    dead: list[Read]
    remembered: Remembered
    metrics: dict[str, float]
    load: ShopLoad

    def wanted(self) -> dict[str, CustomerTimeline]:
        clocks = {p: row.clock for p, row in self.remembered.progress().items()}
        return expected(self.shop, self.events, clocks)


@pytest.fixture(scope="module")
def year(apache_kafka: str, tmp_path_factory: pytest.TempPathFactory) -> Year:
    shop = open_shop(apache_kafka, partitions=4)
    load = ShopLoad(seed=1, customers=600, orders=ORDERS)
    told = list(closed(shop, load.tell()))
    records = [sent(shop, one) for one in told]
    waiting = len(records) // 2
    feed(shop, records[:waiting])
    with WorkerProcess(shop, tmp_path_factory.mktemp("year") / "worker") as worker:
        with Feeder(shop, records[waiting:], LIVE_PER_SECOND):
            worker.wait_ready()
        wait_until_settled(shop, worker, told[-1].at)
        wait_for(lambda: worker.metric("segue_events_read_total") >= len(records), COUNT_S, "records in the metrics")
        names = ("events_read", "events_duplicate", "events_conflicting", "events_late", "events_rejected")
        metrics = {name: worker.metric(f"segue_{name}_total") for name in names}
        assert worker.terminate() == 0
    return Year(
        shop,
        [one.event for one in told],
        _newest(records),
        read_all(shop, shop.topics.transitions),
        read_all(shop, shop.topics.customer_segments),
        read_all(shop, shop.topics.rewards),
        read_all(shop, shop.topics.dead_letters),
        remembered(shop),
        metrics,
        load,
    )


def _balances(rewards: list[Read]) -> Counter[str]:
    """Add up what was told of points; nobody redeems any."""
    found: Counter[str] = Counter()
    for record in rewards:
        told = record.payload
        given, gone = told.get("give", {}).get("points", 0), told.get("points") or 0
        reminds = record.header("ce_type") == "reward.reminder"
        found[told["customer_id"]] += given if given or reminds else -gone
    return found


def _newest(records: list[Sent]) -> dict[int, int]:
    newest: dict[int, int] = {}
    for record in records:
        newest[record.partition] = max(newest.get(record.partition, 0), record.timestamp)
    return newest


def test_published_transitions_are_those_of_the_fold(year: Year) -> None:
    wanted = year.wanted()
    causes = {t["cause"]["type"] for folded in wanted.values() for t in folded.transitions}
    ways = {t["direction"] for folded in wanted.values() for t in folded.transitions}
    assert causes == {"order", "refund", "cancellation", "decay"}, "the load has lost its point"
    assert {"entry", "exit", "up", "down"} <= ways, "the load has lost its point"
    assert transition_faults(year.transitions, wanted) == []


def test_the_folded_changelog_is_the_state_of_the_fold(year: Year) -> None:
    assert state_faults(year.remembered.customers(), year.wanted()) == []


def test_the_clock_of_a_partition_is_its_newest_record(year: Year) -> None:
    assert {p: row.clock for p, row in year.remembered.progress().items()} == year.newest


def test_offsets_of_the_group_are_those_in_the_changelog(year: Year) -> None:
    orders = year.shop.topics.orders
    others = dict.fromkeys(set(year.shop.topics.inputs) - {orders}, 0)
    written = {p: row.offsets for p, row in year.remembered.progress().items()}
    assert written == {p: {orders: offset, **others} for p, offset in year.shop.ends().items()}
    assert year.shop.committed() == {p: offsets[orders] for p, offsets in written.items()}


def test_customers_are_counted_per_segment_beside_the_offsets(year: Year) -> None:
    counted: dict[str, int] = {}
    for row in year.remembered.progress().values():
        for segment, customers in row.customers.items():
            counted[segment] = counted.get(segment, 0) + customers
    found: dict[str, int] = {}
    for customer in year.remembered.customers().values():
        found[customer.segment or ""] = found.get(customer.segment or "", 0) + 1
    assert counted == found


def test_the_latest_standing_of_a_customer_is_her_state(year: Year) -> None:
    latest = {(record.key or b"").decode(): record.payload for record in year.standings}
    rows = year.remembered.customers()
    assert latest.keys() == rows.keys()
    folded = timeline(year.events, SEED, {customer: row.at for customer, row in rows.items()})
    balances = _balances(year.rewards)
    wanted = {
        customer: {
            "at": rows[customer].at,
            "customer_id": customer,
            "cut_points_version": 0,
            "due_segment": folded[customer].state.due_segment,
            "held_until": folded[customer].state.held_until,
            "measures": folded[customer].state.measures,
            "next": folded[customer].state.next,
            "points": balances[customer],
            "policy": {"id": "seed", "version": 1},
            "rank": folded[customer].state.rank,
            "segment": rows[customer].segment,
            "sequence": rows[customer].sequence,
        }
        for customer in rows
    }
    assert [(latest[customer], wanted[customer]) for customer in rows if latest[customer] != wanted[customer]] == []


def test_repeats_are_counted_and_nothing_is_late_or_rejected(year: Year) -> None:
    assert year.metrics == {
        "events_read": len(year.events),
        "events_duplicate": year.load.duplicates,
        "events_conflicting": year.load.conflicts,
        "events_late": 0,
        "events_rejected": 0,
    }
    assert year.dead == []
