"""One customer's life on a broker of its own, full of marked personal data, until she is erased: where she is found."""

import asyncio
import os
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from itertools import count
from pathlib import Path
from typing import Any, Final

import orjson
import pytest
from confluent_kafka.admin import AdminClient
from confluent_kafka.admin._config import AlterConfigOpType, ConfigEntry, ConfigResource
from confluent_kafka.admin._resource import ResourceType

from app.exporting import Export, export
from app.kafka_settings import KafkaSettings
from app.settings import Settings
from tests.app.commands import segue
from tests.brokers.apache import ApacheKafka
from tests.kafka.audit import remembered
from tests.kafka.feeding import Sent, feed, sent
from tests.kafka.reading import read_all
from tests.kafka.shop import Shop, open_shop
from tests.kafka.shop_load import T0, Told
from tests.kafka.waiting import wait_for
from tests.kafka.worker_process import SEED_AS_IT_BEGINS, WorkerProcess, shop_environment

pytestmark = pytest.mark.kafka
ANN: Final = "ann-7f3a91"
MARK: Final = "canary-c0ffee"
DAY_MS: Final = 86_400_000
SOON: Final = {"segment.ms": "100", "min.cleanable.dirty.ratio": "0.0", "delete.retention.ms": "0"}
SETTINGS: Final = {"SEGUE_LOG_LEVEL": "debug", "SEGUE_ERASURE_SECRET": "a secret of this test"}
PERSONAL: Final = "\npersonal: {products: 2}\n"
"""Messages may name what she ordered last."""


@dataclass(frozen=True, slots=True)
class Life:
    """What was left of her, before and after."""

    log: str
    metrics: str
    before: Export
    after: Export
    published: list[Any]
    dead: list[Any]
    customers: dict[str, Any]
    on_disk: set[str]
    """Names of topics in whose files her id stood after compaction."""
    was_on_disk: set[str]
    shown: str
    """What `segue export` printed before."""
    replies: list[Any]
    """What came to the topic to which headers of hers would have Faust's agents answer: there are messages anyway."""
    aside: Path
    """A store that could not be read and was set aside long before, of a partition that is elsewhere now."""


def told(customer: str, number: int, event: str, **more: Any) -> Told:
    at = T0 + number * 1_000
    return Told(at, {"type": event, "event_id": f"e-{number}", "customer_id": customer, "occurred_at": at, **more})


def facts() -> Iterator[Told]:
    # The profile first: what is asked to be said to her afterwards may name what she likes.
    yield told(ANN, 0, "profile_changed", country="GB", interests=[MARK], lists=[MARK], name=f"Ann {MARK}")
    price = {"amount_minor": 45_000, "currency": "GBP"}
    for number in range(1, 4):
        lines = [{"sku": MARK, "quantity": 1, "unit_price": price, "category": MARK}]
        order = {"order_id": f"{MARK}-{number}", "total": price, "lines": lines, "delivery_address": f"1 {MARK} St"}
        yield told(ANN, number, "order_placed", **order)
    yield told(ANN, 4, "engaged", kind="review_posted", rating=5, channel="email", context={"e-mail": f"{MARK}@x.org"})


def spoilt(shop: Shop) -> Iterator[Sent]:
    """Give records of hers that are rejected, one at the value and one at the field that holds her data."""
    wrong = {"type": "order_placed", "event_id": MARK, "customer_id": ANN, "occurred_at": MARK, "order_id": MARK}
    for value in (f"{MARK}, no JSON".encode(), orjson.dumps(wrong)):
        yield Sent(ANN.encode(), value, T0 + 5_000, shop.partition_of(ANN))


def somebody(shop: Shop, number: int) -> Sent:
    order = {"order_id": f"o-{number}", "total": {"amount_minor": 100, "currency": "GBP"}}
    return sent(shop, told(f"somebody-{number}", 20 + number, "order_placed", **order))


def found_in(directory: Path, shop: Shop) -> set[str]:
    """Name the compacted topics of the deployment in whose files her id stands."""
    topics = (shop.topics.changelog, shop.topics.customer_segments)
    files = [(topic, file) for topic in topics for file in directory.glob(f"data/{topic}-*/*.log")]
    return {topic for topic, file in files if ANN.encode() in file.read_bytes()}


def compact_soon(bootstrap: str, shop: Shop) -> None:
    admin = AdminClient({"bootstrap.servers": bootstrap})
    entries = [ConfigEntry(name, value, incremental_operation=AlterConfigOpType.SET) for name, value in SOON.items()]
    resources = [
        ConfigResource(ResourceType.TOPIC, topic, incremental_configs=entries)
        for topic in (shop.topics.changelog, shop.topics.customer_segments)
    ]
    for done in admin.incremental_alter_configs(resources).values():
        done.result(20)


def settings_of(shop: Shop, bootstrap: str) -> Settings:
    kafka = KafkaSettings(bootstrap_servers=bootstrap)
    return Settings(app_id=shop.topics.app_id, topic_prefix=shop.topics.prefix, kafka=kafka)


def live(shop: Shop) -> None:
    """Feed what she does, and what is spoilt of it, with headers that would steer Faust's agents."""
    steering = (("Faust-Ag-ReplyTo", shop.topics.messages.encode()), ("Faust-Ag-CorrelationId", b"1"))
    hers = [replace(sent(shop, one), headers=steering) for one in facts()]
    feed(shop, [*hers, *spoilt(shop)])
    shop.wait_until_worked(60)


def erase(shop: Shop, broker: Path) -> None:
    """Erase her, and wait until the compacted topics know nothing of her; the test about it tells which still do."""
    feed(shop, [sent(shop, told(ANN, 10, "customer_erased"))])
    shop.wait_until_worked(30)
    numbers = count(1)

    def gone() -> bool:
        # What is written last is not compacted, until something comes after it.
        feed(shop, [somebody(shop, next(numbers))])
        return not found_in(broker, shop)

    with suppress(AssertionError):
        wait_for(gone, 40, "compaction", every_s=0.5)
    shop.wait_until_worked(30)


def published(shop: Shop) -> list[Any]:
    topics = shop.topics
    outputs = (topics.transitions, topics.customer_segments, topics.rewards, topics.messages, topics.alerts)
    return [record for topic in outputs for record in read_all(shop, topic)]


@pytest.fixture(scope="module")
def life(apache_broker: type[ApacheKafka], tmp_path_factory: pytest.TempPathFactory) -> Life:
    directory = tmp_path_factory.mktemp("privacy")
    properties = directory / "more.properties"
    properties.write_text("log.cleaner.backoff.ms=100\n")
    with apache_broker(directory / "broker", properties=properties) as broker:
        shop = open_shop(broker.bootstrap, partitions=1)
        compact_soon(broker.bootstrap, shop)
        settings, files = settings_of(shop, broker.bootstrap), directory / "broker"
        aside = directory / "worker" / "v1" / "tables" / "customers-9.db.unreadable-1"
        aside.mkdir(parents=True)
        os.utime(aside, (0, 0))
        policy = directory / "policy.yaml"
        policy.write_text(SEED_AS_IT_BEGINS.read_text("utf-8") + PERSONAL)
        with WorkerProcess(shop, directory / "worker", SETTINGS | {"SEGUE_POLICY": str(policy)}) as worker:
            live(shop)
            before, was = asyncio.run(export(ANN, settings)), found_in(files, shop)
            shown = segue("export", ANN, **shop_environment(shop, directory / "none")).stdout
            erase(shop, files)
            metrics = worker.get("/metrics")[1]
            assert worker.terminate() == 0
            return Life(
                log=worker.log,
                metrics=metrics,
                before=before,
                after=asyncio.run(export(ANN, settings)),
                published=published(shop),
                dead=read_all(shop, shop.topics.dead_letters),
                customers=remembered(shop).customers(),
                on_disk=found_in(files, shop),
                was_on_disk=was,
                shown=shown,
                replies=read_all(shop, shop.topics.messages),
                aside=aside,
            )


def test_no_log_line_metric_or_dead_letter_header_tells_of_her(life: Life) -> None:
    assert '"event": "worker starts"' in life.log
    headers = str([letter.headers for letter in life.dead])
    assert len(life.dead) == 2
    for told_there in (life.log, life.metrics, headers):
        assert [mark for mark in (ANN, MARK) if mark in told_there] == []


def test_only_the_fields_of_a_message_tell_what_she_likes_and_has_ordered_all_else_tells_her_id_only(
    life: Life,
) -> None:
    hers = [record for record in life.published if record.key == ANN.encode()]
    assert len(hers) > 1
    said = []
    for record in life.published:
        value = orjson.loads(record.value) if record.value else {}
        fields = value.pop("fields", {})
        said += [name for name, field in fields.items() if MARK in str(field)]
        assert MARK not in f"{record.key}{value}{record.headers}"
    assert said == ["interests", "products"]


def test_headers_that_steer_faust_have_no_effect(life: Life) -> None:
    assert [held.type for held in life.before.facts].count("order_placed") == 4
    assert life.before.transitions
    assert {dict(record.headers).get("ce_type") for record in life.replies} == {b"message.requested"}


def test_export_gives_all_that_is_held_of_her(life: Life) -> None:
    before = life.before
    assert [held.type for held in before.facts] == [
        "order_placed", "order_placed", "order_placed", None, "order_placed", "engaged", "profile_changed",
    ]  # fmt: skip
    assert before.standing is not None
    assert before.standing.value["customer_id"] == ANN
    assert before.transitions[0].type == "segment.transitioned"
    assert len(before.dead_letters) == 2
    assert life.shown.startswith("facts: 7\n")
    assert "dead letters: 2\n" in life.shown
    assert orjson.loads(orjson.dumps(before.as_object()))["facts"][0]["value"]["order_id"] == f"{MARK}-1"


def test_an_erasure_leaves_nothing_of_her_in_state_and_compacted_topics_not_even_bytes(life: Life) -> None:
    assert len(life.was_on_disk) == 2
    assert ANN not in life.customers
    assert life.after.standing is None
    assert life.on_disk == set()


def test_a_store_that_was_set_aside_long_ago_is_removed_when_a_partition_is_opened(life: Life) -> None:
    assert not life.aside.exists()
    assert f'"name": "{life.aside.name}"' in life.log
