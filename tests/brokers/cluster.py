"""Three brokers, each a controller too, that keep three copies of everything: any one of them may be lost."""

import subprocess
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Final

from confluent_kafka.admin import AdminClient

from tests.brokers.apache import LIBS, ApacheKafka, free_port
from tests.kafka.waiting import wait_for

MEMBERS: Final = 3
CLUSTER_ID: Final = "c2VndWUtZmF1bHRzLTAwMQ"
JAVA: Final = ("java", "-cp", f"{LIBS}/*", "-Xmx384m", "-Dlog4j2.level=WARN")
WHOLE_S: Final = 120.0
PROPERTIES: Final = """\
process.roles=broker,controller
node.id={node}
listeners=PLAINTEXT://127.0.0.1:{port},CONTROLLER://127.0.0.1:{controller}
advertised.listeners=PLAINTEXT://127.0.0.1:{port}
listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT
controller.listener.names=CONTROLLER
controller.quorum.voters={voters}
log.dirs={directory}/data
auto.create.topics.enable=false
default.replication.factor=3
min.insync.replicas=2
offsets.topic.replication.factor=3
offsets.topic.num.partitions=4
transaction.state.log.replication.factor=3
transaction.state.log.min.isr=2
transaction.state.log.num.partitions=4
group.initial.rebalance.delay.ms=0
broker.session.timeout.ms=3000
broker.heartbeat.interval.ms=500
replica.lag.time.max.ms=5000
log.cleaner.dedupe.buffer.size=33554432
"""


class Member(ApacheKafka):
    """One of them."""

    def __init__(self, directory: Path, node: int, controllers: Sequence[int]) -> None:
        super().__init__(directory)
        self.node = node
        self._controllers = controllers

    def _command(self) -> list[str]:
        properties = self._directory / "server.properties"
        if not properties.exists():
            voters = ",".join(f"{node}@127.0.0.1:{port}" for node, port in enumerate(self._controllers, 1))
            controller, directory = self._controllers[self.node - 1], self._directory
            properties.write_text(
                PROPERTIES.format(
                    node=self.node, port=self.port, controller=controller, voters=voters, directory=directory
                )
            )
            tool = [*JAVA, "kafka.tools.StorageTool", "format", "-t", CLUSTER_ID, "-c", str(properties)]
            subprocess.run(tool, check=True, capture_output=True)
        return [*JAVA, "kafka.Kafka", str(properties)]


@contextmanager
def cluster(directory: Path) -> Iterator[tuple[Member, ...]]:
    """Run them; they are stopped in the end, whoever of them runs."""
    controllers = [free_port() for _ in range(MEMBERS)]
    members = tuple(Member(directory / str(node), node, controllers) for node in range(1, MEMBERS + 1))
    with ExitStack() as stack:
        for member in members:
            member.launch()
            stack.callback(member.kill)  # with nobody left to hand over to, a stop takes long
        for member in members:
            member.wait_until_it_answers()
        yield members


def bootstrap(members: Sequence[ApacheKafka]) -> str:
    """Name all of them: each may be the one that is away."""
    return ",".join(member.bootstrap for member in members)


def wait_until_led_by_others(members: Sequence[ApacheKafka], lost: Member) -> None:
    """Wait until no partition is led by a broker that was killed: who asks before that goes on asking it."""
    admin = AdminClient({"bootstrap.servers": bootstrap(members)})

    def unled() -> list[str | None]:
        topics = admin.list_topics(timeout=10).topics
        return [t.topic for t in topics.values() for p in t.partitions.values() if p.leader in {-1, lost.node}]

    wait_for(lambda: not unled(), WHOLE_S, f"leaders but {lost.node}")


def wait_whole(members: Sequence[ApacheKafka]) -> None:
    """Wait until every partition has all of its copies in step again."""
    admin = AdminClient({"bootstrap.servers": bootstrap(members)})

    def behind() -> list[str | None]:
        topics = admin.list_topics(timeout=10).topics
        return [t.topic for t in topics.values() for p in t.partitions.values() if len(p.isrs) < len(p.replicas)]

    wait_for(lambda: not behind(), WHOLE_S, "all copies in step")
