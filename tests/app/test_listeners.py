"""What a running worker, or read side, opens to the world: one HTTP port on loopback; a worker's names no customer."""

import os
import re
import urllib.request
from collections.abc import Iterator, Sequence
from pathlib import Path

import orjson
import pytest

from tests.app.commands import FAUST
from tests.kafka.feeding import Sent, feed
from tests.kafka.shop import Shop, open_shop
from tests.kafka.shop_load import T0
from tests.kafka.waiting import wait_for
from tests.kafka.worker_process import READY_S, SEGUE, WORKER, WorkerProcess

pytestmark = pytest.mark.kafka
CANARY = "canary-5e9d"
SERVE = (*SEGUE, "serve")
LISTENING = "0A"
LOOPBACK = "0100007F"


@pytest.fixture(scope="module", params=[WORKER, (*FAUST, "worker")], ids=["segue-worker", "faust-worker"])
def worker(
    request: pytest.FixtureRequest, apache_kafka: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[WorkerProcess]:
    """Run a worker with everything to say, on orders of canaries: good, repeated, broken, astray."""
    shop = open_shop(apache_kafka, 2)
    command: Sequence[str] = request.param
    directory = tmp_path_factory.mktemp("listeners") / "worker"
    with WorkerProcess(shop, directory, {"SEGUE_LOG_LEVEL": "debug"}, command) as started:
        started.wait_ready()
        records = list(_canaries(shop))
        feed(shop, records)
        shop.wait_until_worked(limit_s=30)
        yield started


def test_it_listens_on_its_one_port_on_loopback_only(worker: WorkerProcess) -> None:
    assert _listeners(worker.pid) == [(LOOPBACK, worker.port())]


def test_health_readiness_and_metrics_answer_and_nothing_else(worker: WorkerProcess) -> None:
    assert worker.get("/healthz")[0] == 200
    assert worker.get("/readyz")[0] == 200
    assert worker.metric("segue_events_read_total") > 0
    for path in ("/", "/table", "/tables/", "/stats", "/graph", "/router", "/customer"):
        assert worker.get(path)[0] == 404


def test_metrics_name_no_customer_and_no_order(worker: WorkerProcess) -> None:
    wait_for(lambda: worker.metric("segue_transitions_total") > 0, 15, "transitions in the metrics")
    assert worker.metric("segue_events_rejected_total") > 0
    assert CANARY not in worker.get("/metrics")[1]


def test_the_log_names_no_customer_and_no_order(worker: WorkerProcess) -> None:
    assert list(worker.told("partition open")), "the log is empty"
    assert CANARY not in worker.log


def test_the_read_side_listens_on_its_one_port_on_loopback_only(apache_kafka: str, tmp_path: Path) -> None:
    environment = {
        "SEGUE_SERVING__PORT": "0",
        "SEGUE_SERVING__DIRECTORY": str(tmp_path / "view"),
        "SEGUE_SERVING__WORKERS": "http://127.0.0.1:1/metrics",
    }
    with WorkerProcess(open_shop(apache_kafka, 2), tmp_path / "serve", environment, SERVE) as serve:
        (told,) = wait_for(lambda: list(serve.told("serving")), READY_S, "a port")
        wait_for(lambda: _is_ready(told["port"]), READY_S, "a view that is level")
        assert _listeners(serve.pid) == [(LOOPBACK, told["port"])]


def _is_ready(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=10) as answer:
            return bool(answer.status == 200)
    except OSError:  # 503 is one
        return False


def _canaries(shop: Shop) -> Iterator[Sent]:
    for number in range(20):
        customer = f"{CANARY}-{number}"
        order = {
            "type": "order_placed",
            "event_id": f"{customer}-event",
            "customer_id": customer,
            "occurred_at": T0 + number,
            "order_id": f"{customer}-order",
            "total": {"amount_minor": 1_000, "currency": "GBP"},
        }
        home = shop.partition_of(customer)
        key, good = customer.encode(), orjson.dumps(order)
        yield Sent(key, good, T0 + number, home)
        yield Sent(key, good, T0 + number, home)
        yield Sent(key, orjson.dumps(order | {"total": CANARY}), T0 + number, home)
        yield Sent(key, orjson.dumps(order | {"customer_id": f"{CANARY}-other"}), T0 + number, home)
        yield Sent(f"{key.decode()}-astray".encode(), good, T0 + number, 1 - home)


def _listeners(pid: int) -> list[tuple[str, int]]:
    """Read from /proc which TCP sockets of a process listen: address in hexadecimal, port."""
    inodes = {found[1] for link in Path(f"/proc/{pid}/fd").iterdir() if (found := _socket(link))}
    rows = [
        row.split()
        for table in ("tcp", "tcp6")
        for row in Path(f"/proc/{pid}/net/{table}").read_text().splitlines()[1:]
    ]
    local = [row[1].rpartition(":") for row in rows if row[3] == LISTENING and row[9] in inodes]
    return [(address, int(port, 16)) for address, _, port in local]


def _socket(link: Path) -> re.Match[str] | None:
    try:
        return re.fullmatch(r"socket:\[(\d+)\]", os.readlink(link))  # noqa: PTH115  # a socket is no path
    except OSError:
        return None
