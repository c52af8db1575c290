"""What a deployment has published in; the same with records of a customer lost, doubled or changed out."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Final

import orjson
from confluent_kafka import Producer
from confluent_kafka.admin import AdminClient
from confluent_kafka.cimpl import NewTopic

from schemas.digests import digest, reward_id, transition_id
from tests.kafka.reading import Read
from tests.kafka.shop import LIMIT_S, Shop
from tests.kafka.waiting import wait_for

MOVED: Final = "segment.transitioned"
REVIEWED: Final = "review-points"


class Tampering:
    """What was published, and customers who moved often and were rewarded, each of them given once."""

    def __init__(self, transitions: Iterable[Read], rewards: Iterable[Read], *, but: Callable[[str], bool]) -> None:
        """`but`: whom to leave out."""
        self.published = list(transitions)
        moved: dict[str, list[Read]] = {}
        for one in self.published:
            if one.header("ce_type") == MOVED:
                moved.setdefault((one.key or b"").decode(), []).append(one)
        reviewed = {(one.key or b"").decode() for one in rewards if one.payload["rule"] == REVIEWED}
        self._customers = (
            customer
            for customer, told in sorted(moved.items())
            if customer.isdigit() and not but(customer) and len(told) > 3 and customer in reviewed
        )

    def next(self) -> str:
        return next(self._customers)

    def change(self, customer: str, how: Callable[[list[Read]], list[Read]]) -> None:
        """Put a customer's transitions in another way, behind everything else."""
        hers = [one for one in self.published if one.key == customer.encode() and one.header("ce_type") == MOVED]
        self.published = [one for one in self.published if one not in hers] + how(hers)


def elsewhere(read: Read) -> Read:
    """A last move to another segment, with the id that it would have."""
    told = read.payload
    told["to"] = "loyal" if told["to"] != "loyal" else "recent"
    told["transition_id"] = transition_id(
        told["customer_id"], told["policy"]["id"], told["effective_at"], told["from"], told["to"]
    )
    return replace(read, value=orjson.dumps(told))


def richer(read: Read) -> Read:
    told = read.payload
    told["after"]["monetary_minor"] += 1
    return replace(read, value=orjson.dumps(told))


def undeserved(rewards: Iterable[Read], customer: str) -> Read:
    """A reward of the right id, for an engagement that there was, but by a rule that does not give for it."""
    read = next(one for one in rewards if one.key == customer.encode() and one.payload["rule"] == REVIEWED)
    told = read.payload
    told["rule"] = "thanks"
    told["reward_id"] = reward_id(customer, "thanks", told["cause"]["event_id"])
    kind = read.header("ce_type").removeprefix("reward.")
    ce_id = digest(f"{told['reward_id']}\0{kind}").encode()
    headers = tuple((name, ce_id if name == "ce_id" else value) for name, value in read.headers)
    return replace(read, value=orjson.dumps(told), headers=headers)


def published_anew(shop: Shop, topic: str, records: Iterable[Read]) -> None:
    """Let a topic hold these records and no others."""
    admin = AdminClient({"bootstrap.servers": shop.bootstrap})
    admin.delete_topics([topic])[topic].result(LIMIT_S)
    wait_for(lambda: topic not in admin.list_topics(timeout=LIMIT_S).topics, LIMIT_S, "the topic gone")
    anew = NewTopic(topic, shop.partitions, 1, config={"retention.ms": "-1"})
    wait_for(lambda: _created(admin, anew), LIMIT_S, "the topic anew", every_s=0.5)
    wait_for(lambda: topic in admin.list_topics(timeout=LIMIT_S).topics, LIMIT_S, "the topic known")
    produce(shop, topic, records)


def _created(admin: AdminClient, topic: NewTopic) -> bool:
    return admin.create_topics([topic])[topic.topic].exception(LIMIT_S) is None


def produce(shop: Shop, topic: str, records: Iterable[Read]) -> None:
    producer = Producer({"bootstrap.servers": shop.bootstrap, "enable.idempotence": True})
    for one in records:
        producer.produce(topic, one.value, one.key, one.partition, timestamp=one.timestamp, headers=list(one.headers))
        producer.poll(0)
    assert producer.flush(LIMIT_S) == 0
