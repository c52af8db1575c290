"""A peer and a load in, every move that its worker tells and the verdict on them out."""

import time
from collections.abc import Callable
from typing import Final, NamedTuple

from tests.bench.broker import Offsets
from tests.bench.peers import reading
from tests.bench.peers.catalogue import Peer, Place
from tests.bench.peers.load import Load
from tests.bench.peers.meter import Meter
from tests.bench.peers.verdict import Verdict, compare, oracle
from tests.bench.processes import WorkerProcess

LIMIT_S: Final = 1_800.0
QUIET_S: Final = 2.0
"""Time without a new record on the topic of moves after which a worker that has done all orders has told all."""
STUCK_S: Final = 60.0
"""The same for a worker that has not: what it has not told by then is missing."""
ASK_EVERY_S: Final = 0.5


class Worked(NamedTuple):
    """What a worker has told, and what it has used until then."""

    told: list[reading.Seen]
    verdict: Verdict
    meter: Meter
    peak_rss: int


def work(peer: Peer, load: Load, place: Place) -> Worked:
    """Let a peer work through a load and stop it; what it has told is held against the oracle."""
    assert peer.start is not None
    wanted = oracle(load, timers=peer.timers)
    since = place.broker.ends(place.topics.transitions)
    with peer.start(place) as worker:
        meter = Meter(worker)
        _wait(worker, meter, _all_told(peer, load, place, since, wanted.total()))
        peak = worker.peak_memory()
    told = list(reading.moves(place.broker, place.topics.transitions, since))
    return Worked(told, compare(wanted, (seen.move for seen in told)), meter, peak)


def _wait(worker: WorkerProcess, meter: Meter, finished: Callable[[], bool]) -> None:
    asked = 0.0

    def reached_it() -> bool:
        nonlocal asked
        meter.sample()
        if time.monotonic() - asked < ASK_EVERY_S:
            return False
        asked = time.monotonic()
        return finished()

    worker.wait(reached_it, LIMIT_S, every_s=0.1)


def _all_told(peer: Peer, load: Load, place: Place, since: Offsets, moves: int) -> Callable[[], bool]:
    """Give a way to ask whether nothing more is to come.

    With transactions records that are not moves are on the topic, but offsets are committed together with the moves;
    without, offsets come late or early, but whatever is on the topic is a move.
    """
    broker, topic, before = place.broker, place.topics.transitions, sum(since.values())
    committed = broker.progress(place.topics.app_id, place.topics.orders)
    last, changed = -1, time.monotonic()

    def told() -> bool:
        nonlocal last, changed
        written = broker.written(topic) - before
        if written != last:
            last, changed = written, time.monotonic()
            return False
        done = committed() >= load.orders if peer.guarantee == "exactly once" else written >= moves
        return time.monotonic() - changed > (QUIET_S if done else STUCK_S)

    return told
