"""A large view that processes of their own read: the same view, also where one of them or all are killed."""

import os
import signal
import urllib.request
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import msgspec
import pytest
from confluent_kafka import Producer

from app.serving.sharing import MANY
from schemas.transitions import CustomerSegment, Next
from tests.kafka.shop import Shop, open_shop
from tests.kafka.waiting import wait_for
from tests.kafka.worker_process import READY_S, SEGUE, WorkerProcess
from tests.serving.telling import BEGIN, DAY, POLICY, RANKS, measures

pytestmark = pytest.mark.kafka
ROUNDS: Final = 3
CUSTOMERS: Final = MANY // ROUNDS + 1
ERASED: Final = 97
"""Of so many customers one is erased in the end."""
PAGE: Final = 1_000


def name(number: int) -> str:
    """Name a customer."""
    return f"c-{number:06d}"


def segment_of(number: int, told: int) -> str:
    """Say where a customer stands by the record of a round."""
    return list(RANKS)[(number + told) % len(RANKS)]


@pytest.fixture(scope="module")
def shop(apache_kafka: str) -> Shop:
    """Publish more than one process would read alone: everybody three times, and some are erased."""
    opened = open_shop(apache_kafka, partitions=4)
    producer = Producer({"bootstrap.servers": opened.bootstrap, "linger.ms": 20, "queue.buffering.max.messages": 10**6})
    for told in range(ROUNDS):
        for number in range(CUSTOMERS):
            publish(producer, opened, number, standing(number, told))
        producer.flush()
    for number in range(0, CUSTOMERS, ERASED):
        publish(producer, opened, number, None)
    producer.flush()
    return opened


def publish(producer: Producer, shop: Shop, number: int, value: bytes | None) -> None:
    """Write a record of a customer's."""
    headers: Any = [("ce_type", b"customer.segment")]
    place = shop.partition_of(name(number))
    producer.produce(shop.topics.customer_segments, value, name(number).encode(), place, headers=headers)


def standing(number: int, told: int) -> bytes:
    """Write where a customer stands by the record of a round."""
    segment, at = segment_of(number, told), BEGIN + told * DAY
    ahead = Next(at + DAY, "inactive")
    return msgspec.json.encode(
        CustomerSegment(
            at, name(number), 1, None, None, measures(), ahead, 0, POLICY, RANKS[segment], segment, told + 1
        )
    )


def serve(shop: Shop, directory: Path) -> WorkerProcess:
    """Begin to serve a view of nothing."""
    environment = {"SEGUE_SERVING__PORT": "0", "SEGUE_SERVING__DIRECTORY": str(directory / "view")}
    return WorkerProcess(shop, directory / "serve", environment, (*SEGUE, "serve"))


def ask(port: int, path: str) -> Any:
    """Ask for something that there is."""
    with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=30) as answer:
        return msgspec.json.decode(answer.read())


def members(port: int, segment: str) -> Iterator[str]:
    """Page through everybody in a segment."""
    page, cursor = f"/v1/segments/{segment}/customers?limit={PAGE}", ""
    while True:
        read = ask(port, page + cursor)
        yield from (one["customer_id"] for one in read["customers"])
        if not read.get("next_cursor"):
            return
        cursor = f"&cursor={read['next_cursor']}"


def port_once_level(process: WorkerProcess) -> int:
    """Wait until everything is read."""
    (told,) = wait_for(lambda: list(process.told("serving")), READY_S, "a port")
    port = int(told["port"])

    def ready() -> bool:
        assert process.running
        try:
            return bool(ask(port, "/v1/segments"))
        except OSError:  # 503 is one
            return False

    wait_for(ready, READY_S, "a view that is level")
    return port


def children(process: WorkerProcess) -> list[int]:
    """Give the processes that it has begun."""
    return [int(pid) for pid in Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()]


def hold_a_reader(process: WorkerProcess) -> int:
    """Stop one of them and wait until the other reads: until that one goes on, it is the middle of it."""
    held, _ = wait_for(lambda: children(process)[1:] and children(process), READY_S, "readers", every_s=0.01)
    os.kill(held, signal.SIGSTOP)
    wait_for(lambda: list(process.told("the view is read in shares")), READY_S, "shares")
    return held


def has_ended(pid: int) -> bool:
    """Tell whether a process is gone, or only waits for somebody to ask how it ended."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except OSError:
        return True


def check(port: int) -> None:
    """See that everybody stands where her newest record says, and nobody else is there."""
    stand = {name(number): segment_of(number, ROUNDS - 1) for number in range(CUSTOMERS) if number % ERASED}
    sizes = {one["id"]: one["customers"] for one in ask(port, "/v1/segments")["segments"]}
    assert sizes == Counter(stand.values())
    for segment in RANKS:
        assert list(members(port, segment)) == sorted(who for who, where in stand.items() if where == segment)
    leaving = ask(port, f"/v1/segments/loyal/leaving?within=400d&at={BEGIN}&limit={PAGE}")["customers"]
    assert len(leaving) == PAGE
    assert {stand[one["customer_id"]] for one in leaving} == {"loyal"}


def test_it_is_what_the_records_say_and_its_readers_end(shop: Shop, tmp_path: Path) -> None:
    with serve(shop, tmp_path) as process:
        port = port_once_level(process)
        check(port)
        (told,) = process.told("the view is read in shares")
        assert told["processes"] == 2
        assert not list(process.told("one process reads alone now"))
        assert children(process) == []
        assert not (tmp_path / "view" / "scratch").exists()
        assert process.terminate() == 0


def test_where_a_reader_is_killed_the_view_is_read_alone(shop: Shop, tmp_path: Path) -> None:
    with serve(shop, tmp_path) as process:
        os.kill(hold_a_reader(process), signal.SIGKILL)
        check(port_once_level(process))
        assert list(process.told("one process reads alone now"))


def test_who_is_asked_to_end_in_the_middle_of_it_ends_and_so_do_its_readers(shop: Shop, tmp_path: Path) -> None:
    with serve(shop, tmp_path) as process:
        hold_a_reader(process)
        readers = children(process)
        assert process.terminate() == 0
        assert all(map(has_ended, readers))
        assert not list(process.told("one process reads alone now")), "nothing failed"


def test_where_all_are_killed_the_next_goes_on(shop: Shop, tmp_path: Path) -> None:
    scratch = tmp_path / "view" / "scratch"
    with serve(shop, tmp_path) as process:
        wait_for(lambda: scratch.exists() and list(scratch.glob("*.sst")), READY_S, "a file of rows", every_s=0.01)
        readers = children(process)
        process.kill9()
    wait_for(lambda: all(map(has_ended, readers)), READY_S, "readers that end by themselves")
    with serve(shop, tmp_path) as process:
        check(port_once_level(process))
