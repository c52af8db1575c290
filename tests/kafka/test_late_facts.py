"""Facts go in late, shuffled and twice, and the worker dies: published minus retracted is the timeline all the same."""

import multiprocessing
import random
import time
from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from itertools import chain
from operator import attrgetter
from pathlib import Path
from typing import Final

import pytest

from tests import oracle
from tests.agents.test_late_law import open_announcements
from tests.kafka.audit import GRACE_MS
from tests.kafka.closing import closed, without_closing
from tests.kafka.feeding import feed, sent
from tests.kafka.reading import Read, read_all
from tests.kafka.settled import wait_until_settled
from tests.kafka.shop import Shop, open_shop
from tests.kafka.shop_load import DAY_MS, Told
from tests.kafka.simulated import Simulated, published_stands, simulated
from tests.kafka.taken_back import breaches, moves_of_each, standing
from tests.kafka.waiting import wait_for
from tests.kafka.worker_process import WorkerProcess
from tests.kafka.year import whole_year, without_lines
from tests.kafka.year_policies import FULL, HORIZON_MS
from tests.oracle import CustomerTimeline
from tests.oracle.compare import Record

pytestmark = pytest.mark.kafka
PARTITIONS: Final = 6
ONE_IN: Final = 6
"""Of the year's customers so many are told of, and half of them are folded."""
SHUFFLED_MS: Final = 30 * DAY_MS
DELAYED: Final = 0.05
DELAYED_MS: Final = (100 * DAY_MS, HORIZON_MS - SHUFFLED_MS)
"""So late that decays have come and gone; never later than the horizon."""
KILLED_AT: Final = 0.3
WORKED_S: Final = 120.0
SETTINGS: Final = {
    "SEGUE_TRANSACTIONS__RECORDS": "25",  # so that much is published before a late fact comes
    "SEGUE_KAFKA__INSTANCE_ID": "ann",  # she comes back to her partitions at once
}
SHOWN: Final = 5


@dataclass(frozen=True)
class Lived:
    """What the two workers have left behind, and what it should be."""

    published: list[Read]
    standings: list[Read]
    since: int
    """When the second worker was started; the first has taken what it counted with it."""
    metrics: dict[str, float]
    simulated: Simulated
    folded: dict[str, CustomerTimeline]
    as_of: int


def test_published_minus_retracted_is_the_simulated_timeline(lived: Lived) -> None:
    moves = moves_of_each(lived.published)
    wanted: dict[str, set[str]] = {}
    for told in lived.simulated.transitions:
        wanted.setdefault(told["customer_id"], set()).add(told["transition_id"])
    found = {customer: standing(hers) for customer, hers in moves.items()}
    assert {name: ids ^ wanted.get(name, set()) for name, ids in found.items() if ids != wanted.get(name)} == {}
    assert wanted.keys() == found.keys()


def test_and_that_of_the_oracle(lived: Lived) -> None:
    hers = [one for one in lived.published if (one.key or b"").decode() in lived.folded]
    told = ((one.header("ce_type"), one.payload) for one in hers)
    assert oracle.compare(told, lived.folded, oracle.IDENTITY)[:SHOWN] == []


def test_what_is_taken_back_stands_and_only_what_is_late_supersedes(lived: Lived) -> None:
    moves = moves_of_each(lived.published)
    assert list(chain.from_iterable(breaches(hers) for hers in moves.values()))[:SHOWN] == []
    told = list(chain.from_iterable(moves.values()))
    assert sum(one["type"] == "segment.retracted" for one in told) > 400, "the load has lost its point"
    assert sum(bool(one.get("supersedes")) for one in told) > 200, "the load has lost its point"
    assert {one["cause"]["type"] for one in told if one["type"] == "segment.retracted"} == {
        "order", "refund", "cancellation", "engagement",
    }  # fmt: skip


def test_late_facts_and_retractions_are_counted(lived: Lived) -> None:
    moves = chain.from_iterable(moves_of_each(lived.published).values())
    retracted = [told for told in moves if told["type"] == "segment.retracted" and told["detected_at"] >= lived.since]
    assert lived.metrics["retractions"] == len(retracted) > 0
    assert lived.metrics["events_late"] >= len({told["cause"]["event_id"] for told in retracted})
    assert lived.metrics["events_beyond_horizon"] == 0
    assert lived.metrics["events_conflicting"] == 0


def test_every_announcement_comes_true_or_is_cleared(lived: Lived) -> None:
    told: list[Record] = [(one.header("ce_type"), one.payload) for one in lived.published]
    assert {"segment.brink", "segment.brink_cleared"} <= {kind for kind, _ in told}
    assert open_announcements(told, lived.as_of)[:SHOWN] == []


def test_the_last_standing_of_a_customer_is_where_the_simulation_ends(lived: Lived) -> None:
    assert published_stands(lived.standings) == lived.simulated.stands


@pytest.fixture(scope="module")
def lived(apache_kafka: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lived]:
    shop, directory = open_shop(apache_kafka, PARTITIONS), tmp_path_factory.mktemp("late")
    log = list(closed(shop, delayed(whole_year(ONE_IN))))
    closing, as_of = log[-1].at, log[-1].at - GRACE_MS
    policy = directory / "policy.yaml"
    policy.write_text(FULL.text, "utf-8")
    feed(shop, (sent(shop, one) for one in log))
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as folder:
        folding = folder.submit(fold, as_of)
        killed_on_the_way(shop, directory, policy)
        since = int(time.time() * 1000)
        with worker_of(shop, directory, policy) as worker:
            from_file = simulated(directory / "simulated", policy, (one.event for one in log), as_of)
            wait_until_settled(shop, worker, closing)
            names = ("retractions", "events_late", "events_beyond_horizon", "events_conflicting")
            metrics = {name: worker.metric(f"segue_{name}_total") for name in names}
            assert worker.terminate() == 0
        published = without_closing(read_all(shop, shop.topics.transitions))
        standings = without_closing(read_all(shop, shop.topics.customer_segments))
        yield Lived(published, standings, since, metrics, from_file, folding.result(), as_of)


def delayed(year: Iterable[Told]) -> list[Told]:
    """Tell everything twice and late: all within weeks, and one in twenty within months."""
    dice = random.Random(17)
    log: list[Told] = []
    for one in year:
        longest = dice.randint(*DELAYED_MS) if dice.random() < DELAYED else 0
        first = one.at + longest + dice.randint(0, SHUFFLED_MS)
        log += [Told(first, one.event), Told(first + dice.randint(0, SHUFFLED_MS), one.event)]
    return sorted(log, key=attrgetter("at"))


def fold(as_of: int) -> dict[str, CustomerTimeline]:
    """Fold everything once, in the order in which it occurred."""
    return oracle.timeline(without_lines(whole_year(2 * ONE_IN)), FULL.theirs, as_of)


def killed_on_the_way(shop: Shop, directory: Path, policy: Path) -> None:
    """Let a worker begin, and kill it; its disk stays."""
    records = shop.left()
    with worker_of(shop, directory, policy) as worker:
        wait_for(lambda: shop.worked() >= KILLED_AT * records, WORKED_S, "a part of the log worked")
        worker.kill9()
    assert shop.left() > (1 - 2 * KILLED_AT) * records, "void: it was killed at the end"


def worker_of(shop: Shop, directory: Path, policy: Path) -> WorkerProcess:
    return WorkerProcess(shop, directory / "worker", SETTINGS | {"SEGUE_POLICY": str(policy)})
