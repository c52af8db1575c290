"""What a worker has used, between samples and on the disk; versions that must go together."""

import re
from pathlib import Path

from tests.bench.peers import disk
from tests.bench.peers.environments import KSTREAMS, QUIX
from tests.bench.peers.meter import Sample, between
from tests.bench.processes import REPOSITORY

SAMPLES = [Sample(10.0, 0.0, 0.0), Sample(12.0, 1.0, 0.5), Sample(14.0, 3.0, 0.5)]


def test_use_lies_straight_between_samples() -> None:
    assert between(SAMPLES, 11.0) == Sample(11.0, 0.5, 0.25)
    assert between(SAMPLES, 13.0) == Sample(13.0, 2.0, 0.5)
    assert between(SAMPLES, 12.0) == SAMPLES[1]


def test_use_ends_with_the_samples() -> None:
    assert between(SAMPLES, 9.0) == SAMPLES[0]
    assert between(SAMPLES, 99.0) == SAMPLES[-1]


def test_a_topic_is_its_segments_only(tmp_path: Path) -> None:
    for name, size in (("rows-0/0.log", 3), ("rows-1/0.log", 4), ("rows-1/0.index", 50), ("rows-more-0/0.log", 60)):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(b"x" * size)
    assert disk.logged(tmp_path, ["rows"]) == 7
    assert disk.taken(tmp_path) >= 7


def test_kafka_streams_goes_with_the_broker() -> None:
    streams = re.search(r"<kafka\.version>(.+)</kafka\.version>", (KSTREAMS / "pom.xml").read_text())
    broker = (REPOSITORY / "deploy" / "kafka" / "pom.xml").read_text()
    assert streams is not None
    assert streams[1] in broker


def test_every_requirement_of_quix_streams_has_its_hash() -> None:
    lines = [line for line in QUIX.read_text().splitlines() if line and not line.lstrip().startswith("#")]
    pinned = [line for line in lines if not line.startswith(" ")]
    assert pinned
    assert all("==" in line and line.endswith("\\") for line in pinned)
    assert all("--hash=sha256:" in line for line in lines if line.startswith(" "))
