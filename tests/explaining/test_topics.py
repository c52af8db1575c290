"""`segue explain` on the topics of a deployment: her partition of each, merged by the time of the records."""

import time
import uuid
from collections.abc import Iterable
from typing import Any

import orjson
import pytest
from confluent_kafka import Producer
from typer.testing import Result

from app.partitioner import partition_of
from schemas.control import ControlRecord, CutPointsRecord, encode_control
from schemas.topics import Topics
from tests.builders import DAY, T0, Rec, record
from tests.control.records import SEED_TEXT, policy
from tests.explaining.stage import ran, run
from tests.oracle.events import cancellation, delivered, engaged, erasure, order, profile
from tests.oracle.orders import Event

pytestmark = pytest.mark.usefixtures("logging_as_before")
MINUTE = 60_000
PARTITIONS = 4
"""Of every topic of the embedded broker."""


class Deployment:
    """Topics of a test's own on the embedded broker."""

    def __init__(self, bootstrap: str) -> None:
        self._bootstrap = bootstrap
        self._prefix = f"explain-{uuid.uuid4().hex[:8]}."
        self.topics = Topics(self._prefix)
        self.environment = {
            "SEGUE_KAFKA__BOOTSTRAP_SERVERS": bootstrap,
            "SEGUE_KAFKA__CHECK_CRCS": "false",
            "SEGUE_TOPIC_PREFIX": self._prefix,
        }

    def feed(self, events: Iterable[Event]) -> None:
        """Write events in this order, each with the time of its record; every topic has at least one."""
        bob = {"customer_id": "bob"}
        others = [
            order("x", T0, 1, **bob),
            engaged("x", T0, customer_id="bob"),
            erasure("x", T0, **bob),
            {**delivered("x", T0, "m"), **bob},
        ]
        self.send([record(event) for event in [*others, *events]])

    def send(self, records: Iterable[Rec]) -> None:
        producer = Producer({"bootstrap.servers": self._bootstrap, "linger.ms": 0})
        for one in records:
            topic = f"{self._prefix}{one.topic}"
            home = partition_of(one.key or b"", PARTITIONS)
            producer.produce(topic, one.value, one.key, home, timestamp=one.timestamp, headers=list(one.headers))
        assert producer.flush(30) == 0

    def put(self, *records: ControlRecord) -> None:
        """Write records of the control topic."""
        producer = Producer({"bootstrap.servers": self._bootstrap, "linger.ms": 0})
        for one in records:
            key, value = encode_control(one)
            producer.produce(self.topics.control, value, key, 0)
        assert producer.flush(30) == 0

    def run(self, *arguments: str) -> Result:
        return run(*arguments, **self.environment)

    def told(self, *arguments: str) -> dict[str, Any]:
        return ran(*arguments, **self.environment)


@pytest.fixture
def deployment(embedded_broker: str) -> Deployment:
    return Deployment(embedded_broker)


LOOKED_AFTER = SEED_TEXT.replace("loyal", "looked_after").replace("Loyal", "Looked after")
LIFE = [
    order("a", T0, 6_000),
    order("b", T0 + 10 * DAY, 7_000),
    engaged("e", T0 + 11 * DAY, rating=5),
    profile("p", T0 + 12 * DAY, "email"),
    order("c", T0 + 13 * DAY, 9_000),
    cancellation("c", T0 + 14 * DAY),
]


def test_what_stands_on_the_control_topic_is_in_force(deployment: Deployment) -> None:
    """Policies and cut points, each from its instant on; --policy asks what another one would say."""
    frozen = CutPointsRecord(1, T0, T0 + 5 * DAY, None, (1, 2), (20_000, 30_000), 100, 1)
    deployment.put(policy(1, 0), frozen, policy(2, T0 + 15 * DAY, document=LOOKED_AFTER))
    deployment.feed(LIFE)
    told = deployment.told("ann", "--as-of", str(T0 + 20 * DAY))
    assert [move["cut_points_version"] for move in told["transitions"]] == [0, 1, 1, 1, 1]
    assert [(move["cause"]["type"], move["to"]) for move in told["transitions"]][-1] == ("policy", "looked_after")
    assert told["standing"]["segment"] == "looked_after"
    alone = deployment.told("ann", "--as-of", str(T0 + 20 * DAY), "--policy", "seed")
    assert alone["standing"]["segment"] == "loyal"
    assert deployment.run("ann", "--as-of", str(T0 + 20 * DAY)).exit_code == 0


def test_all_three_inputs_make_one_life(deployment: Deployment) -> None:
    deployment.feed(LIFE)
    told = deployment.told("ann", "--as-of", str(T0 + 20 * DAY))
    assert [fact["type"] for fact in told["facts"]] == [event["type"] for event in LIFE]
    assert told["standing"]["segment"] == "loyal"
    assert [move["to"] for move in told["transitions"]] == ["recent", "loyal", "champions", "loyal"]
    assert told["notes"] == []


def test_records_of_several_topics_are_merged_by_their_time(deployment: Deployment) -> None:
    """An erasure forgets what stands before it in the log, wherever that was read."""
    early = [order("a", T0, 6_000), order("b", T0 + 3 * DAY, 7_000)]
    deployment.feed([*early, erasure("x", T0 + 2 * DAY)])
    told = deployment.told("ann", "--as-of", str(T0 + 4 * DAY))
    assert [fact["event_id"] for fact in told["facts"]] == ["o-b"]
    assert told["erased_at"] == T0 + 2 * DAY


def test_in_a_partition_the_order_of_the_log_stays_though_clocks_differ(deployment: Deployment) -> None:
    """The record of b says that it is older than the erasure; it stands behind one that is newer, and so does b."""
    home = partition_of(b"ann", PARTITIONS)
    neighbour = next(name for name in map(str, range(99)) if partition_of(name.encode(), PARTITIONS) == home)
    erased_at = T0 + 3 * DAY
    deployment.feed(
        [
            order("a", T0, 100),
            order("n", T0 + 5 * DAY, 100, customer_id=neighbour),
            order("b", erased_at + MINUTE, 200, recorded_at=erased_at - MINUTE),
            erasure("x", erased_at),
        ]
    )
    told = deployment.told("ann", "--as-of", str(T0 + 6 * DAY))
    assert [fact["order_id"] for fact in told["facts"]] == ["b"]


def test_what_is_rejected_of_hers_is_no_fact_but_noted(deployment: Deployment) -> None:
    deployment.feed([order("a", T0, 100)])
    deployment.send([Rec(b"no JSON"), Rec(b"no JSON", b"bob"), Rec(orjson.dumps(order("b", T0 + DAY, 100)))])
    told = deployment.told("ann", "--as-of", str(T0))
    assert [fact["order_id"] for fact in told["facts"]] == ["a"]
    assert told["notes"] == ["records rejected, of this customer: 2; see `segue dlq list`"]


def test_without_an_instant_it_is_now(deployment: Deployment) -> None:
    deployment.feed(LIFE)
    before = int(time.time() * 1000)
    assert before <= deployment.told("ann")["as_of"] <= int(time.time() * 1000)
    assert "Segment: " in deployment.run("ann").stdout


def test_whom_no_topic_knows_is_refused(deployment: Deployment) -> None:
    deployment.feed(LIFE)
    done = deployment.run("zoe")
    assert (done.exit_code, done.stdout) == (1, "")
    assert done.stderr.startswith("error: customer zoe: no fact of such a customer in ")
    for topic in deployment.topics.inputs:
        assert f"{topic}[{partition_of(b'zoe', PARTITIONS)}]" in done.stderr


def test_missing_topics_and_brokers_are_named(deployment: Deployment) -> None:
    done = deployment.run("ann")
    assert done.exit_code == 1
    assert [topic for topic in deployment.topics.inputs if topic not in done.stderr] == []
    assert "segue topics apply" in done.stderr
    nowhere = run("ann", SEGUE_KAFKA__BOOTSTRAP_SERVERS="127.0.0.1:1")
    assert nowhere.exit_code == 1
    assert "cannot reach Kafka at 127.0.0.1:1" in nowhere.stderr
