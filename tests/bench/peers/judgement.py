"""The figures of all rounds in, what was not as it has to be out."""

from collections.abc import Iterator, Sequence

from tests.bench.peers import rounds
from tests.bench.peers.catalogue import PEERS, Guarantee


def faults(measured: Sequence[rounds.Any]) -> Iterator[str]:
    """Tell each breach of a promise: of those a run fails.

    Nothing may be missing; at least once promises no more than that, so what it tells again is counted only, and what
    is told again is out of order.
    """
    for one in measured:
        where = f"{PEERS[one.peer].title} ({PEERS[one.peer].guarantee}), round {one.round + 1}"
        if isinstance(one, rounds.Failure):
            yield f"{where}: {one.doing} failed: {one.why}"
        elif isinstance(one, rounds.Checked):
            yield from (f"{where}: {breach}" for breach in _breaches(one, PEERS[one.peer].guarantee))


def notes(measured: Sequence[rounds.Any]) -> Iterator[str]:
    """Tell what a reader has to know beside the figures, though no promise is broken."""
    for one in measured:
        where = f"{PEERS[one.peer].title} ({PEERS[one.peer].guarantee}), round {one.round + 1}"
        if isinstance(one, rounds.Checked) and PEERS[one.peer].guarantee == "at least once" and one.surplus:
            yield f"{where}: {one.surplus:,} moves too many, as at least once allows"
        if isinstance(one, rounds.Latency) and one.late:
            yield f"{where}: {one.late:,} of {one.produced:,} orders at {one.rate:,}/s had no move in time"
        if isinstance(one, rounds.Latency) and 0 < one.paced < 0.95 * one.rate:
            yield f"{where}: only {one.paced:,.0f} orders a second came of {one.rate:,}"


def _breaches(one: rounds.Checked, guarantee: Guarantee) -> Iterator[str]:
    if one.missing:
        yield f"{one.missing:,} moves missing"
    if guarantee == "exactly once" and one.surplus:
        yield f"{one.surplus:,} moves too many"
    if one.disorder and (guarantee == "exactly once" or not one.surplus):
        yield f"{one.disorder:,} moves out of order"
