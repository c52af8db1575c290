"""`segue lift` of a deployment: what it says of the topics is what it says of files that hold the same."""

from pathlib import Path
from typing import Any

import orjson
import pytest
from confluent_kafka import Producer
from typer.testing import CliRunner, Result

from schemas.topics import Topics
from tests.builders import DAY, T0, Rec
from tests.control.records import policy
from tests.experiments.test_lift import AS_OF, POLICY, SEGUE, reward, shop, told
from tests.explaining.test_topics import PARTITIONS, Deployment
from tests.oracle.events import erasure, order

pytestmark = pytest.mark.usefixtures("logging_as_before")
FEW = 3
"""Of each arm: whoever asks an embedded broker asks for little."""


class Shop(Deployment):
    """A deployment whose rewards topic is there, too."""

    def publish(self, rewards: list[Any]) -> None:
        """Publish rewards, each with its customer as key."""
        producer = Producer({"bootstrap.servers": self._bootstrap, "linger.ms": 0})
        for number, one in enumerate(rewards):
            producer.produce(self.topics.rewards, orjson.dumps(one), one["customer_id"].encode(), number % PARTITIONS)
        assert producer.flush(30) == 0

    def lift(self, *more: str) -> Result:
        return CliRunner().invoke(SEGUE, ["--json", "--horizon", "30d", *more], env=self.environment)


@pytest.fixture
def running(embedded_broker: str) -> Shop:
    return Shop(embedded_broker)


def test_topics_say_what_files_say(running: Shop, tmp_path: Path) -> None:
    """Also of who was erased, whose record is on another topic, and of customers whom no reward names."""
    events, rewards = shop()
    events = [one for one in [*events, erasure("gone", T0 + DAY, customer_id="plain 0")] if _few(one["customer_id"])]
    rewards = [one for one in rewards if _few(one["customer_id"])]
    running.put(policy(1, 0, document=POLICY))
    running.feed([*events, order("of nobody", T0, 100, customer_id="zoe")])
    running.send([Rec(b"no JSON", b"held 0")])
    running.publish([*rewards, reward("held 0", T0 + DAY)])
    done = running.lift("--as-of", str(AS_OF))
    assert done.exit_code == 0, done.output
    of_files = told(tmp_path, events, [*rewards, reward("held 0", T0 + DAY)])
    assert orjson.loads(done.stdout) == of_files


def test_what_is_no_reward_is_named_by_its_place(running: Shop) -> None:
    running.feed([order("a", T0, 100)])
    running.publish([{"customer_id": "ann"}])
    done = running.lift("--policy", "seed")
    assert (done.exit_code, done.stdout) == (1, "")
    assert f"{Topics(running._prefix).rewards}[0] at offset 0: is no published reward" in done.stderr


def test_missing_topics_are_named(running: Shop) -> None:
    done = running.lift("--policy", "seed")
    assert done.exit_code == 1
    assert running.topics.rewards in done.stderr
    assert "segue topics apply" in done.stderr


@pytest.mark.parametrize("half", [("--events", "e.ndjson"), ("--rewards", "r.ndjson")])
def test_half_of_the_files_is_refused(half: tuple[str, str]) -> None:
    done = CliRunner().invoke(SEGUE, [*half, "--as-of", "1", "--policy", "seed"])
    assert done.exit_code == 2
    assert "go together" in done.stderr


def test_files_need_a_policy_and_an_instant() -> None:
    done = CliRunner().invoke(SEGUE, ["--events", "e.ndjson", "--rewards", "r.ndjson"])
    assert done.exit_code == 2
    assert "files need --policy and --as-of" in done.stderr


def _few(customer: str) -> bool:
    return int(customer.split()[1]) < FEW
