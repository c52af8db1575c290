"""Every figure of every round: as JSON in a file, and back."""

from pathlib import Path

import msgspec


class Round(msgspec.Struct, tag_field="section", kw_only=True, frozen=True):
    """What was measured of which peer in which round, counted from 0."""

    peer: str
    round: int


class Checked(Round, kw_only=True, frozen=True):
    """What the oracle said; the last three are 0 where all is right."""

    published: int = 0
    missing: int = 0
    surplus: int = 0
    disorder: int = 0


class Throughput(Checked, tag="throughput", kw_only=True, frozen=True):
    """A run over loaded orders; what is said per second is of the part from 20 % to 90 % of the orders."""

    orders: int
    per_cpu_second: float
    per_second: float
    whole_per_second: float
    """All orders, from the start of the process to the last move."""
    core_share: float
    waited_share: float
    """Seconds for which threads that could run waited for the core, by seconds: of several threads more than 1."""
    peak_rss: int
    peak_tree: int
    state_bytes: int = 0
    changelog_bytes: int = 0


class Latency(Round, tag="latency", kw_only=True, frozen=True):
    """Milliseconds from produce() to a read_committed consumer at one rate."""

    rate: int
    paced: float
    """Orders per second that were produced in fact."""
    p50: float | None
    p99: float | None
    produced: int
    late: int
    """Orders whose move had not come a good while after the last order."""


class Build(Checked, tag="build", kw_only=True, frozen=True):
    """What a peer had done before its restarts."""

    customers: int
    state_bytes: int


class Restart(Checked, tag="restart", kw_only=True, frozen=True):
    """Seconds from the start of the process until every partition has answered an order."""

    customers: int
    rows: int
    """Records of the changelog that can be read."""
    kept_s: float
    lost_s: float | None = None
    """The same after the state directory was deleted."""


class Failure(Round, tag="failure", kw_only=True, frozen=True):
    """A measurement that did not come to an end."""

    doing: str
    why: str


Any = Throughput | Latency | Build | Restart | Failure


class Conditions(msgspec.Struct, kw_only=True, frozen=True):
    """What a run was run with."""

    orders: int
    order_bytes: int
    customers: int
    restart_customers: int
    rounds: int
    warm_up_s: float
    seconds: float
    partitions: int
    processor: str
    cores: int
    worker_core: int | None
    python: str
    commit: str
    compiled: bool
    kafka: str
    faust: str
    quix: str
    kafka_streams: str


class Document(msgspec.Struct):
    """One run: what it was run with, and everything it has measured."""

    conditions: Conditions
    rounds: list[Any]

    def write(self, path: Path) -> None:
        """Write all so far; a run that is broken off leaves what it has."""
        path.write_bytes(msgspec.json.format(msgspec.json.encode(self), indent=1) + b"\n")


def read(path: Path) -> Document:
    """Read what was written."""
    return msgspec.json.decode(path.read_bytes(), type=Document)
