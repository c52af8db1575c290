"""`segue verify` beside a worker and after it: nothing differs, and whatever is tampered with is named, and no more."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import orjson
import pytest

from app.verifying.lateness import OVERTAKEN
from tests.app.commands import segue
from tests.builders import T0
from tests.kafka.closing import closed
from tests.kafka.feeding import feed, sent
from tests.kafka.reading import Read, read_all
from tests.kafka.settled import wait_until_settled
from tests.kafka.shop import Shop, open_shop
from tests.kafka.shop_load import DAY_MS, ShopLoad, Told
from tests.kafka.tampering import Tampering, elsewhere, produce, published_anew, richer, undeserved
from tests.kafka.waiting import wait_for
from tests.kafka.worker_process import WorkerProcess, shop_environment
from tests.kafka.year import whole_year
from tests.kafka.year_policies import PLAIN
from tests.oracle.events import erasure, order

pytestmark = pytest.mark.kafka
PARTITIONS: Final = 4
ONE_IN: Final = 12
LATE_ONE_IN: Final = 4
"""Of the customers so many come late, with everything they do."""
DELAYED_MS: Final = 100 * DAY_MS
SILENCE_MS: Final = 200 * DAY_MS
POLICY: Final = (
    PLAIN.text
    + """\
late: {horizon: 300d}
brink: [14d]
engagement: {kinds: [review_posted, link_clicked, site_visited], dedup_days: 366}
rewards:
  - {id: welcome, on: {first_order: true}, give: {kind: points, points: 100}}
  - {id: review-points, on: {engaged: review_posted}, give: {kind: points, points: 50}, limit: {times: 2, per: 60d}}
  - {id: thanks, on: {transition: {to: champions, direction: up}}, give: {kind: gift, sku: T-1}}
"""
)
SLOWLY: Final = {"SEGUE_TRANSACTIONS__RECORDS": "1", "SEGUE_TRANSACTIONS__IN_FLIGHT": "1"}
"""So that a check falls into the middle of the work."""
THERE: Final = 0.75
"""Of the log so much is there before it is checked: however quick the worker, something comes after both checks."""
DIFFERENCES: Final = 3
Answer = dict[str, Any]


@dataclass(frozen=True)
class Worked:
    """A deployment that has worked on everything, and what was said of it meanwhile."""

    shop: Shop
    meanwhile: list[Answer]
    at_the_end: Answer
    stopped: Answer
    transitions: list[Read]
    rewards: list[Read]


@pytest.fixture(scope="module")
def worked(apache_kafka: str, tmp_path_factory: pytest.TempPathFactory) -> Worked:
    shop, directory = open_shop(apache_kafka, PARTITIONS), tmp_path_factory.mktemp("verified")
    policy = directory / "policy.yaml"
    policy.write_text(POLICY, "utf-8")
    log = list(closed(shop, sorted(map(delayed, whole_year(ONE_IN)), key=lambda told: told.at), SILENCE_MS))
    records = [sent(shop, told) for told in log]
    there = int(len(records) * THERE)
    feed(shop, records[:there])
    with WorkerProcess(shop, directory / "worker", SLOWLY | {"SEGUE_POLICY": str(policy)}) as worker:
        wait_for(lambda: shop.worked() > len(log) / 40, 90, "a part of the log worked")
        meanwhile = [verified(shop)]
        assert shop.left(), "void: the worker was faster"
        meanwhile.append(verified(shop))
        feed(shop, records[there:])
        wait_until_settled(shop, worker, log[-1].at)
        at_the_end = verified(shop)
        assert worker.terminate() == 0
    stopped = verified(shop)
    published = read_all(shop, shop.topics.transitions), read_all(shop, shop.topics.rewards)
    return Worked(shop, meanwhile, at_the_end, stopped, *published)


def delayed(told: Told) -> Told:
    """Some customers are told of months later."""
    return Told(told.at + DELAYED_MS * is_late(told.event["customer_id"]), told.event)


def is_late(customer: str) -> bool:
    return customer.isdigit() and int(customer) // ONE_IN % LATE_ONE_IN == 0


def verified(shop: Shop, code: int = 0) -> Answer:
    done = segue("verify", "--json", **shop_environment(shop, Path("unused")))
    assert done.returncode == code, done.stdout + done.stderr
    assert "Traceback" not in done.stderr
    answer: Answer = orjson.loads(done.stdout)
    return answer


def test_nothing_differs_while_a_worker_is_at_work(worked: Worked) -> None:
    first, second = worked.meanwhile
    for answer in worked.meanwhile:
        assert (answer["differences"], answer["unchecked"]) == (0, {}), answer
    assert 0 < first["transitions"] < second["transitions"] < worked.at_the_end["transitions"]


def test_nothing_differs_when_all_is_worked_and_everything_was_checked(worked: Worked) -> None:
    moves = [
        one for one in worked.transitions if one.header("ce_type") in ("segment.transitioned", "segment.retracted")
    ]
    customers = {one.key for one in moves}
    for answer in (worked.at_the_end, worked.stopped):
        assert (answer["differences"], answer["unchecked"], answer["due"]) == (0, {}, 0), answer
        assert answer["transitions"] == len(moves)
        assert answer["customers"] >= len(customers) > 300
    assert any(one.header("ce_type") == "segment.retracted" for one in moves), "the load has lost its point"
    late = {key for key in customers if key and is_late(key.decode())}
    assert len(late) <= worked.stopped["told_late"] < len(customers) / 2, "too few customers are checked to every field"


def test_it_says_so_in_a_line(worked: Worked) -> None:
    done = segue("verify", **shop_environment(worked.shop, Path("unused")))
    told = worked.stopped
    customers, transitions = f"{told['customers']:,} customers", f"{told['transitions']:,} transitions"
    assert done.stdout.splitlines()[-1] == f"{customers}, {transitions}, 0 differences"


def test_nothing_differs_with_erasures_repetitions_conflicts_and_facts_ahead_of_their_orders(
    apache_kafka: str, tmp_path: Path
) -> None:
    shop = open_shop(apache_kafka, PARTITIONS)
    log = list(closed(shop, ShopLoad(7, 200, 2_000, whole=True).tell(), SILENCE_MS))
    assert "customer_erased" in {told.event["type"] for told in log}, "the load has lost its point"
    feed(shop, (sent(shop, told) for told in log))
    with WorkerProcess(shop, tmp_path / "worker") as worker:
        wait_until_settled(shop, worker, log[-1].at)
        assert worker.terminate() == 0
    answer = verified(shop)
    assert (answer["differences"], answer["unchecked"], answer["due"]) == (0, {}, 0), answer
    assert answer["told_late"] < answer["customers"] / 10, "too few customers are checked to every field"


def test_who_was_overtaken_by_another_topic_cannot_be_checked_where_the_clock_goes_by_the_records(
    apache_kafka: str, tmp_path: Path
) -> None:
    shop = open_shop(apache_kafka, PARTITIONS)
    first, erased, again = order("1", T0, 1_000), erasure("x", T0 + DAY_MS), order("2", T0 + 2 * DAY_MS, 1_000)
    with WorkerProcess(shop, tmp_path / "worker") as worker:
        worker.wait_ready()
        for event in (first, again, erased):  # the erasure comes a moment later, as two days of the records
            feed(shop, [sent(shop, Told(event["occurred_at"], dict(event)))])
            shop.wait_until_worked(60)
        assert worker.terminate() == 0
    answer = verified(shop)
    assert (answer["differences"], answer["unchecked"]) == (0, {OVERTAKEN: 1})
    by_the_wall = segue("verify", **shop_environment(shop, Path("unused")) | {"SEGUE_CLOCK": "wall"})
    assert by_the_wall.returncode == DIFFERENCES


def test_whatever_is_tampered_with_is_named_and_nobody_else(worked: Worked) -> None:
    """The last test here: it changes what was published."""
    tampering = Tampering(worked.transitions, worked.rewards, but=is_late)
    wanted = {
        tampering.next(): "sequence 2 is missing: 3 comes after 1",
        tampering.next(): "was not published: sequence",
        tampering.next(): "came twice",
        tampering.next(): "the input brings",
        tampering.next(): "after is {",
        tampering.next(): "the input brings no such reward",
    }
    lost, lost_at_the_end, doubled, wrong_segment, wrong_measure, rewarded = wanted
    tampering.change(lost, lambda told: [told[0], *told[2:]])
    tampering.change(lost_at_the_end, lambda told: told[:-1])
    tampering.change(doubled, lambda told: [*told, told[1]])
    tampering.change(wrong_segment, lambda told: [*told[:-1], elsewhere(told[-1])])
    tampering.change(wrong_measure, lambda told: [*told[:-1], richer(told[-1])])
    published_anew(worked.shop, worked.shop.topics.transitions, tampering.published)
    produce(worked.shop, worked.shop.topics.rewards, [undeserved(worked.rewards, rewarded)])
    answer = verified(worked.shop, DIFFERENCES)
    found = {one["customer_id"]: one["difference"] for one in answer["first"]}
    assert found.keys() == wanted.keys()
    assert answer["differences"] == len(wanted)
    assert {customer: what for customer, what in found.items() if wanted[customer] not in what} == {}
    assert answer["unchecked"] == {}
