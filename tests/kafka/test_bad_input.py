"""10,000 broken records among 100,000 good ones: each comes back as it was, with its reason; nothing is lost."""

import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, get_args

import orjson
import pytest

from schemas.rejections import RejectionCode
from tests.kafka.audit import Remembered, remembered
from tests.kafka.broken_kinds import KINDS
from tests.kafka.broken_records import LARGE, Broken, BrokenRecords
from tests.kafka.feeding import Sent, feed
from tests.kafka.reading import Read, read_all
from tests.kafka.shop import Shop, open_shop
from tests.kafka.shop_load import T0
from tests.kafka.waiting import wait_for
from tests.kafka.worker_process import PATIENT, WorkerProcess

pytestmark = pytest.mark.kafka
GOOD = 100_000
CUSTOMERS = 20_000
MINOR = 4_250
BROKEN = 10_000
COUNT_S = 60.0  # only the orders were waited for
STOP_FOR_NOTHING = {"SEGUE_DEAD_LETTERS__RUN": "0"}  # two of the topics bring nothing but broken records
BY_REFERENCE = "segue.dlq.by_reference"


@dataclass(frozen=True)
class Mixed:
    """What a load with broken records has left behind."""

    shop: Shop
    good: Counter[str]
    broken: list[Broken]
    dead: list[Read]
    remembered: Remembered
    read: float
    rejected: float
    opened: float


@pytest.fixture(scope="module")
def mixed(apache_kafka: str, tmp_path_factory: pytest.TempPathFactory) -> Mixed:
    shop = open_shop(apache_kafka, partitions=4)
    broken: list[Broken] = []
    feed(shop, _mix(shop, broken))
    quiet = {"SEGUE_CUSTOMER_SEGMENTS": "false"} | STOP_FOR_NOTHING | PATIENT
    with WorkerProcess(shop, tmp_path_factory.mktemp("mixed") / "worker", quiet) as worker:
        worker.wait_ready()
        shop.wait_until_worked(limit_s=120)
        wait_for(lambda: _counted(worker) >= GOOD + BROKEN, COUNT_S, "records in the metrics")
        read, rejected = worker.metric("segue_events_read_total"), worker.metric("segue_events_rejected_total")
        opened = worker.metric("segue_task_opens_total")
        assert worker.terminate() == 0
    dead = read_all(shop, shop.topics.dead_letters)
    return Mixed(
        shop, Counter(_customer(n) for n in range(GOOD)), broken, dead, remembered(shop), read, rejected, opened
    )


def _counted(worker: WorkerProcess) -> float:
    return worker.metric("segue_events_read_total") + worker.metric("segue_events_rejected_total")


def _mix(shop: Shop, broken: list[Broken]) -> Iterator[Sent]:
    """Strew the broken records, and one that is too large to copy, evenly at random between the good ones."""
    kinds = BrokenRecords(shop, seed=5)
    places = set(random.Random(4).sample(range(GOOD), BROKEN))
    homes = {customer: shop.partition_of(customer) for customer in map(_customer, range(CUSTOMERS))}
    for number in range(GOOD):
        at, customer = T0 + number * 1_000, _customer(number)
        yield Sent(customer.encode(), orjson.dumps(_order(number, at)), at, homes[customer])
        if number in places:
            broken.append(kinds.large(at) if len(broken) == BROKEN // 2 else kinds.tell(at))
            yield broken[-1].record


def _customer(number: int) -> str:
    return f"customer-{number % CUSTOMERS}"


def _order(number: int, at: int) -> dict[str, Any]:
    return {
        "type": "order_placed",
        "event_id": f"event-{number}",
        "customer_id": _customer(number),
        "occurred_at": at,
        "order_id": f"order-{number}",
        "total": {"amount_minor": MINOR, "currency": "GBP"},
    }


def test_the_load_has_every_code_that_a_record_can_provoke() -> None:
    assert {kind.code for kind in KINDS} == set(get_args(RejectionCode)) - {"internal_error"}


def test_every_broken_record_comes_back_once_byte_for_byte_with_code_and_path(mixed: Mixed) -> None:
    wanted = Counter((one.returned, one.code, one.path, one.attempt) for one in mixed.broken if not one.by_reference)
    found = Counter(_returned(mixed.shop, record) for record in mixed.dead if BY_REFERENCE not in _origin(record))
    assert sum(wanted.values()) == BROKEN - 1 > len(KINDS)
    assert (list((wanted - found).items())[:3], list((found - wanted).items())[:3]) == ([], [])


def test_a_dead_letter_names_the_place_of_its_original(mixed: Mixed) -> None:
    originals = _originals(mixed.shop)
    places = [_place(record) for record in mixed.dead]
    assert len(set(places)) == len(places) == BROKEN
    for record, place in zip(mixed.dead, places, strict=True):
        original, origin = originals[place], _origin(record)
        assert (record.key, record.timestamp) == (original.key, original.timestamp)
        assert BY_REFERENCE in origin or record.value == original.value
        assert origin.keys() >= {"__streams.errors.exception", "__streams.errors.stacktrace"}
        assert origin["segue.dlq.stage"] == "decode"


def test_what_is_too_large_to_copy_comes_back_by_reference(mixed: Mixed) -> None:
    (letter,) = [record for record in mixed.dead if BY_REFERENCE in _origin(record)]
    assert letter.value is None
    assert len(_originals(mixed.shop)[_place(letter)].value or b"") == LARGE
    assert _origin(letter)["segue.dlq.code"] == "too_large"


def test_every_good_record_counts_and_no_broken_one_does(mixed: Mixed) -> None:
    rows = mixed.remembered.customers()
    assert {customer: row.frequency for customer, row in rows.items()} == dict(mixed.good)
    assert {customer: row.monetary for customer, row in rows.items()} == {c: n * MINOR for c, n in mixed.good.items()}


def test_every_record_is_counted_once_as_accepted_or_rejected(mixed: Mixed) -> None:
    assert (mixed.read, mixed.rejected) == (GOOD, BROKEN)


def test_nothing_stops_for_broken_records(mixed: Mixed) -> None:
    assert mixed.opened == mixed.shop.partitions, "a partition had to open again"


def _origin(letter: Read) -> dict[str, str]:
    """Give the headers that say why; they stand behind those of the original, which may have the same names."""
    begin = max(i for i, (name, _) in enumerate(letter.headers) if name == "__streams.errors.exception")
    return {name: (value or b"").decode() for name, value in letter.headers[begin:]}


def _returned(shop: Shop, letter: Read) -> tuple[Sent, str, str, int]:
    origin = _origin(letter)
    headers = letter.headers[: len(letter.headers) - len(origin)]
    path = origin["__streams.errors.message"].partition(": ")[0]
    topic, partition, _ = _place(letter)
    sent = Sent(letter.key, letter.value, letter.timestamp, partition, headers, shop.topics.feeds[topic])
    return sent, origin["segue.dlq.code"], path, int(origin["segue.dlq.attempt"])


def _place(letter: Read) -> tuple[str, int, int]:
    origin = _origin(letter)
    partition, offset = origin["__streams.errors.partition"], origin["__streams.errors.offset"]
    return origin["__streams.errors.topic"], int(partition), int(offset)


def _originals(shop: Shop) -> dict[tuple[str, int, int], Read]:
    return {
        (topic, record.partition, record.offset): record
        for topic in shop.topics.inputs
        for record in read_all(shop, topic)
    }
