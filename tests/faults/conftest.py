"""The load of the trials and what must come of it, and a broker of each trial's own behind a proxy."""

import multiprocessing
from collections.abc import Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from pathlib import Path
from typing import Final

import pytest

from tests.brokers.apache import ApacheKafka, free_port
from tests.brokers.proxy import Proxy
from tests.faults.fleet import PARTITIONS
from tests.faults.programme import ORDERS, Site
from tests.faults.whole_load import Fold, WholeLoad, fold, tell

SOON_ABORTED: Final = "transaction.abort.timed.out.transaction.cleanup.interval.ms=1000\n"


@pytest.fixture(scope="module")
def load() -> WholeLoad:
    return tell(PARTITIONS, ORDERS)


@pytest.fixture(scope="module")
def folding() -> Iterator[Future[Fold]]:
    """The fold of the load, in a process of its own while the workers work on it."""
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as folder:
        yield folder.submit(fold, PARTITIONS, ORDERS)


@pytest.fixture
def site(apache_broker: type[ApacheKafka], tmp_path: Path) -> Iterator[Site]:
    """A broker of our own: it is killed, and whoever comes to its second port is sent to the proxy."""
    second, port = free_port(), free_port()
    properties = tmp_path / "soon.properties"
    properties.write_text(SOON_ABORTED)
    broker = apache_broker(tmp_path / "broker", (second, port), properties)
    with Proxy(port, second) as proxy, broker:
        yield Site(broker, proxy, tmp_path / "workers")
