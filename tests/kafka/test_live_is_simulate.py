"""A shop's year goes in, on Kafka and from a file: what is published is what `simulate` writes and the oracle says."""

import multiprocessing
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

import pytest

from tests import oracle
from tests.kafka.audit import GRACE_MS
from tests.kafka.closing import closed, without_closing
from tests.kafka.feeding import feed, sent
from tests.kafka.reading import Read, read_all
from tests.kafka.settled import wait_until_settled
from tests.kafka.shop import open_shop
from tests.kafka.shop_load import DAY_MS, Told
from tests.kafka.simulated import Simulated, published_stands, simulated
from tests.kafka.worker_process import WorkerProcess
from tests.kafka.year import shop_year, whole_year, without_lines
from tests.kafka.year_policies import FULL, PLAIN, Both
from tests.oracle import CustomerTimeline

pytestmark = pytest.mark.kafka
PARTITIONS: Final = 4
SILENCE_MS: Final = 200 * DAY_MS
"""At the end, in which everybody decays."""
SETTINGS: Final = {"SEGUE_TRANSACTIONS__RECORDS": "50"}
"""So few that the clock does not pass the announcements of many days in one go."""
SHOWN: Final = 5
FIELDS: Final = (*oracle.COMPARED, "cut_points_version")


@dataclass(frozen=True)
class Year:
    """A year, the policy it goes under, what the load must show, and how many customers the oracle has time for."""

    policy: Both
    tell: Callable[[], list[Told]]
    causes: frozenset[tuple[str, str | None]]
    one_in: int

    def folded(self, as_of: int) -> dict[str, CustomerTimeline]:
        events = [event for event in without_lines(self.tell()) if int(event["customer_id"]) % self.one_in == 0]
        return oracle.timeline(events, self.policy.theirs, as_of)


_DUES: Final = frozenset(("decay", due) for due in ("recency", "window", "tenure", "engaged", "dwell"))
_HELD: Final = frozenset((kind, due) for kind in ("order", "refund", "cancellation") for due in (None, "dwell"))
YEARS: Final = {
    "plain": Year(PLAIN, shop_year, frozenset({("order", None), ("refund", None), ("decay", "recency")}), 2),
    "full": Year(FULL, partial(whole_year, 4), _DUES | _HELD | {("engagement", None), ("engagement", "dwell")}, 8),
}


@dataclass(frozen=True)
class Lived:
    """A year that has been lived three times; the customers who only end the log are left out."""

    year: Year
    published: list[Read]
    standings: list[Read]
    late: float
    simulated: Simulated
    folded: dict[str, CustomerTimeline]

    def told(self, kind: str) -> list[dict[str, Any]]:
        """Give what was published of one type, without what only a processor knows."""
        payloads = (one.payload for one in self.published if one.header("ce_type") == kind)
        return [{name: value for name, value in told.items() if name != "detected_at"} for told in payloads]


def fold(name: str, as_of: int) -> dict[str, CustomerTimeline]:
    return YEARS[name].folded(as_of)


@pytest.fixture(scope="module")
def folder() -> Iterator[ProcessPoolExecutor]:
    """A process in which the oracle folds, while the worker works."""
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as made:
        yield made


@pytest.fixture(scope="module", params=YEARS)
def lived(
    request: pytest.FixtureRequest,
    apache_kafka: str,
    folder: ProcessPoolExecutor,
    tmp_path_factory: pytest.TempPathFactory,
) -> Lived:
    year, directory = YEARS[request.param], tmp_path_factory.mktemp("year")
    shop = open_shop(apache_kafka, PARTITIONS)
    told = list(closed(shop, year.tell(), SILENCE_MS))
    closing, as_of = told[-1].at, told[-1].at - GRACE_MS
    folding = folder.submit(fold, request.param, as_of)
    feed(shop, (sent(shop, one) for one in told))
    policy = directory / "policy.yaml"
    policy.write_text(year.policy.text, "utf-8")
    with WorkerProcess(shop, directory / "worker", SETTINGS | {"SEGUE_POLICY": str(policy)}) as worker:
        from_file = simulated(directory / "simulated", policy, (one.event for one in told), as_of)
        wait_until_settled(shop, worker, closing)
        late = worker.metric("segue_events_late_total")
        assert worker.terminate() == 0
    return Lived(
        year,
        without_closing(read_all(shop, shop.topics.transitions)),
        without_closing(read_all(shop, shop.topics.customer_segments)),
        late,
        from_file,
        folding.result(),
    )


def test_every_transition_is_published_as_it_is_simulated(lived: Lived) -> None:
    live, simulated = lived.told("segment.transitioned"), lived.simulated.transitions
    by_id = {told["transition_id"]: told for told in simulated}
    found = {told["transition_id"]: told for told in live}
    assert len(live) == len(found) == len(simulated)
    assert found.keys() == by_id.keys()
    assert [(told, by_id[id_]) for id_, told in found.items() if told != by_id[id_]][:SHOWN] == []


def test_nothing_is_late_or_taken_back(lived: Lived) -> None:
    assert lived.late == 0
    assert lived.told("segment.retracted") == []


def test_both_are_the_timeline_of_the_oracle(lived: Lived) -> None:
    moves = [move for folded in lived.folded.values() for move in folded.transitions]
    causes = {(move["cause"]["type"], move["cause"].get("due")) for move in moves}
    assert causes == lived.year.causes, "the load has lost its point"
    theirs = lived.folded.keys()
    live = [(one.header("ce_type"), one.payload) for one in lived.published if (one.key or b"").decode() in theirs]
    written = [("segment.transitioned", told) for told in lived.simulated.transitions if told["customer_id"] in theirs]
    assert oracle.compare(live, lived.folded, FIELDS)[:SHOWN] == []
    assert oracle.compare(written, lived.folded, FIELDS)[:SHOWN] == []


def test_announcements_in_time_are_published_as_they_are_simulated(lived: Lived) -> None:
    """Of those that the clock has passed in one go, only the last one or none is published."""
    kinds = ("segment.brink", "segment.brink_cleared")
    live = [told | {"type": kind} for kind in kinds for told in lived.told(kind)]
    simulated = {_announced(told): told for told in lived.simulated.brinks}
    wanted = kinds if lived.year.policy.theirs.brink_ms else ()
    assert {told["type"] for told in live} == set(wanted), "the load has lost its point"
    pairs = [(told, simulated.get(_announced(told))) for told in live]
    assert [pair for pair in pairs if pair[0] != pair[1]][:SHOWN] == []


def _announced(told: dict[str, Any]) -> tuple[str, str, int]:
    return told["type"], told["brink_id"], told["effective_at"]


def test_the_last_standing_of_a_customer_is_where_the_simulation_ends(lived: Lived) -> None:
    assert published_stands(lived.standings) == lived.simulated.stands
