"""What all partition tasks of a worker share: settings, rules, stores, metrics, clocks, clients."""

from dataclasses import dataclass, field
from typing import Protocol

from aiokafka import TopicPartition
from rocksdict import Rdict

from app.metrics import Metrics
from app.runtime.clients import Clients
from app.runtime.clocks import Clocks
from app.runtime.rules import Rules
from app.settings import Settings
from schemas.rows import ROWS, IdentityRow
from tables.tombstones import Tombstones


class LocalStore(Protocol):
    """The databases of a worker's partitions; PartitionStore keeps them beside Faust's table."""

    def database(self, partition: int) -> Rdict:
        """Give the open database of a partition."""
        ...

    def wipe(self, partition: int) -> Rdict:
        """Throw the local state of a partition away and begin an empty one."""
        ...

    def release(self, partition: int) -> None:
        """Close the database of a partition, so that the next to ask opens it anew."""
        ...

    def set_aside(self, partition: int) -> None:
        """Keep a database that cannot be read out of the way, and begin an empty one."""
        ...

    def forget(self, before_ms: int) -> list[str]:
        """Remove what was set aside before that instant (epoch ms), of any partition; gives the names."""
        ...


@dataclass(frozen=True, slots=True)
class Deployment:
    """What all tasks of a worker share."""

    settings: Settings
    rules: Rules
    partitions: int
    store: LocalStore
    metrics: Metrics
    clocks: Clocks = field(default_factory=Clocks)
    clients: Clients = field(default_factory=Clients)

    @property
    def tombstones(self) -> Tombstones:
        """Mark erased customers as this deployment does."""
        return Tombstones(self.settings.tombstone_secret)

    def identity(self, partition: int) -> IdentityRow:
        """Say whose state a partition is."""
        policy, secret = self.rules.policies[0].fingerprint, self.tombstones.fingerprint
        return IdentityRow(self.settings.app_id, partition, self.partitions, policy, secret, ROWS)

    def changelog(self, partition: int) -> TopicPartition:
        """Name the changelog of a partition."""
        return TopicPartition(self.settings.topics.changelog, partition)
