"""A rolling upgrade: rows of an earlier build are read and written anew while orders come in, and nothing is lost."""

import io
from contextlib import ExitStack
from pathlib import Path

import pytest

from app.kafka_settings import KafkaSettings
from app.settings import Settings
from app.simulate.progress import Progress
from app.verifying.program import run_verification
from schemas.rows import LAYOUT, ProgressRow
from tables.codec import decode_progress, encode
from tables.customer_codec import decode_customer, encode_customer
from tables.keys import CUSTOMER, PROGRESS
from tests.builders import T0
from tests.kafka.audit import remembered
from tests.kafka.customers_due import order
from tests.kafka.earlier_build import CUSTOMERS, NAMES, PARTITIONS, earlier_build
from tests.kafka.feeding import Feeder, feed, new_producer, sent
from tests.kafka.reading import read_all
from tests.kafka.shop import Shop, create_topics, open_shop
from tests.kafka.worker_process import WorkerProcess

pytestmark = pytest.mark.kafka


def test_workers_go_on_from_the_rows_of_an_earlier_build_one_after_another_under_load(
    apache_kafka: str, tmp_path: Path
) -> None:
    build = earlier_build()
    customers = [row for key, row in build.rows.items() if key.startswith(CUSTOMER)]
    assert any(encode_customer(decode_customer(row)) != row for row in customers), "these rows are of this very build"
    shop = Shop(apache_kafka, NAMES, PARTITIONS)
    create_topics(shop)
    feed(shop, build.worked)
    build.publish(shop)
    with WorkerProcess(shop, tmp_path / "first") as first, ExitStack() as stack:
        first.wait_ready()
        with Feeder(shop, build.later, per_second=40):
            second = stack.enter_context(WorkerProcess(shop, tmp_path / "second")).wait_ready()
            assert first.terminate() == 0
        shop.wait_until_worked(60)
        assert second.terminate() == 0
    kafka = KafkaSettings(bootstrap_servers=shop.bootstrap)
    settings = Settings(app_id=NAMES.app_id, topic_prefix=NAMES.prefix, kafka=kafka)
    assert decode_progress(build.rows[PROGRESS]).layout < LAYOUT
    assert {row.layout for row in remembered(shop).progress().values()} == {LAYOUT}
    account = run_verification(settings, Progress(io.StringIO()))
    assert (account.customers, account.differences) == (CUSTOMERS, 0), account.first


def test_a_worker_that_would_drop_what_a_later_version_wrote_ends_with_an_instruction(
    apache_kafka: str, tmp_path: Path
) -> None:
    shop = open_shop(apache_kafka, partitions=1)
    feed(shop, [sent(shop, order("ann", T0))])
    with WorkerProcess(shop, tmp_path / "before") as before:
        before.wait_ready()
        shop.wait_until_worked(60)
        assert before.terminate() == 0
    written = read_all(shop, shop.topics.changelog)
    later = encode(ProgressRow({}, 0, layout=LAYOUT + 1))
    producer = new_producer(shop)
    producer.produce(shop.topics.changelog, later, PROGRESS, partition=0)
    assert producer.flush(30) == 0
    with WorkerProcess(shop, tmp_path / "worker") as worker:
        assert worker.wait_ended(60) == 70
        (line,) = [line for line in worker.log.splitlines() if line.startswith("error: ")]
        assert f"have layout {LAYOUT + 1}, this version of Segue writes {LAYOUT}" in line
        assert "Operator action: run the version that wrote them" in line
        assert "Traceback" not in worker.log
    assert [one.value for one in read_all(shop, shop.topics.changelog)] == [*(one.value for one in written), later]
