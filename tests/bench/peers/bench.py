"""One broker and one folder in, places for workers to work at out."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.bench.broker import Broker
from tests.bench.peers import disk
from tests.bench.peers.catalogue import Place
from tests.bench.peers.load import Load, deploy


@dataclass(frozen=True, slots=True)
class Bench:
    """What all measurements share."""

    broker: Broker
    directory: Path
    """Every worker's state and log."""
    data: Path
    """The broker's own files."""

    @contextmanager
    def place(self, load: Load, app_id: str, clock: str = "stream") -> Iterator[Place]:
        """Give a place for one application; afterwards its state and its own topics are gone."""
        place = self.lasting_place(load, app_id, clock)
        try:
            yield place
        finally:
            shutil.rmtree(place.state, ignore_errors=True)
            self.broker.delete(self.own_topics(app_id))

    def lasting_place(self, load: Load, app_id: str, clock: str = "stream") -> Place:
        """Give a place for one application."""
        topics = load.topics(app_id)
        deploy(self.broker, topics)
        return Place(self.broker, topics, self.directory, clock)

    def own_topics(self, app_id: str) -> list[str]:
        """Name the topics that carry the name of one application: its changelog, and what else it has made."""
        return [name for name in self.broker.names() if app_id in name]

    def changelog_bytes(self, app_id: str) -> int:
        """Sum what the changelogs of one application take in the broker's log."""
        return disk.logged(self.data, [name for name in self.own_topics(app_id) if "changelog" in name])
