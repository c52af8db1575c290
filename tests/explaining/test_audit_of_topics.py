"""`segue rewards audit` on the topics of a deployment: what was published of her, beside what her facts give."""

from typing import Any

import orjson
import pytest
from confluent_kafka import Producer
from typer.testing import CliRunner, Result

from app.partitioner import partition_of
from app.rewards_command import rewards
from tests.agents.small_policies import HEAD, LADDER
from tests.builders import DAY, T0, TOPICS, Rec
from tests.control.records import policy
from tests.explaining.test_audit_of_published import DIFFERS, LATE, ONE_A_MONTH, OUT_OF_ORDER, lived
from tests.explaining.test_topics import PARTITIONS, Deployment

pytestmark = pytest.mark.usefixtures("logging_as_before")
POLICY = f"""{HEAD}{LATE}{LADDER}
rewards: [{{id: large, on: {{order_value: {{min: 1.00}}}}, give: {{kind: points, points: 10}}, limit: {{times: 1, per: 30d}}}}]
"""  # noqa: E501  # a line of a policy
UNTIL = T0 + 50 * DAY


class Rewarding(Deployment):
    """A deployment in which a worker has run."""

    def work(self) -> None:
        """Let her orders come, and publish what a worker makes of them."""
        self.put(policy(1, 0, document=POLICY))
        self.feed(OUT_OF_ORDER)
        for one in lived(ONE_A_MONTH, OUT_OF_ORDER, UNTIL).sent:
            self.send([Rec(one.value, one.key, T0, TOPICS.rewards, headers=one.headers)])

    def audit(self, *arguments: str) -> Result:
        return CliRunner().invoke(rewards, ["audit", *arguments], env=self.environment)

    def audited(self, *arguments: str) -> dict[str, Any]:
        done = self.audit("ann", "--as-of", str(UNTIL), "--json", *arguments)
        assert done.exit_code == 0, done.output
        told: dict[str, Any] = orjson.loads(done.stdout)
        return told


@pytest.fixture
def deployment(embedded_broker: str) -> Rewarding:
    return Rewarding(embedded_broker)


def test_it_tells_what_was_published_and_marks_where_her_facts_give_something_else(deployment: Rewarding) -> None:
    deployment.work()
    told = deployment.audited()
    assert [(one["outcome"], one["balance"], one["published"]) for one in told["entries"]] == [
        ("limit", 0, True), ("granted", 10, True), ("limit", 10, True),
    ]  # fmt: skip
    assert all(one["difference"].startswith(DIFFERS) for one in told["entries"])
    text = deployment.audit("ann", "--as-of", str(UNTIL)).stdout
    assert text.count(f"    ! {DIFFERS}: ") == 3


def test_what_was_aborted_or_is_of_others_was_not_published_of_her(deployment: Rewarding) -> None:
    deployment.work()
    grant = next(one for one in lived(ONE_A_MONTH, OUT_OF_ORDER, UNTIL).sent if b"o-2" in (one.value or b""))
    deployment.send([Rec(grant.value, b"bob", T0, TOPICS.rewards, headers=grant.headers)])
    before = deployment.audited()
    producer = Producer(
        {"bootstrap.servers": deployment.environment["SEGUE_KAFKA__BOOTSTRAP_SERVERS"], "transactional.id": "aborts"}
    )
    producer.init_transactions(30)
    producer.begin_transaction()
    revoked = orjson.dumps(
        {**orjson.loads(grant.value or b""), "points": 10, "cause": {"type": "cancellation", "event_id": "c"}}
    )
    headers: list[tuple[str, str | bytes | None]] = [("ce_type", b"reward.revoked")]
    producer.produce(deployment.topics.rewards, revoked, b"ann", partition_of(b"ann", PARTITIONS), headers=headers)
    producer.abort_transaction(30)
    assert deployment.audited() == before


def test_what_is_no_reward_under_her_key_is_noted_and_kinds_of_later_versions_are_passed_over(
    deployment: Rewarding,
) -> None:
    deployment.work()
    for kind in (b"reward.granted", b"reward.lent"):
        deployment.send([Rec(b"{}", b"ann", T0, TOPICS.rewards, headers=[("ce_type", kind)])])
    told = deployment.audited()
    assert told["notes"] == ["records among the rewards of this customer that are none of Segue's: 1"]
    assert len(told["entries"]) == 3


def test_a_deployment_without_the_topic_of_rewards_is_told_which_one_is_missing(deployment: Rewarding) -> None:
    deployment.feed(OUT_OF_ORDER)
    done = deployment.audit("ann", "--policy", "seed")
    assert (done.exit_code, done.stdout) == (1, "")
    assert f"topics are missing: {deployment.topics.rewards}. " in done.stderr
