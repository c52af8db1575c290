"""Loaded orders in, what a worker has made of them and at what cost out."""

from typing import Final, TypedDict

from tests.bench.peers import disk, rounds
from tests.bench.peers.bench import Bench
from tests.bench.peers.catalogue import Peer
from tests.bench.peers.load import Load
from tests.bench.peers.meter import Meter
from tests.bench.peers.progress import Point, positions, reached
from tests.bench.peers.work import work

FROM: Final = 0.2
TO: Final = 0.9


class Rates(TypedDict):
    """The part of the figures that comes from progress and use together."""

    per_cpu_second: float
    per_second: float
    whole_per_second: float
    core_share: float
    waited_share: float


def measure(bench: Bench, peer: Peer, load: Load, name: str, number: int) -> rounds.Throughput:
    """Let a peer work through a load."""
    app_id = f"{name}-t{number}"
    with bench.place(load, app_id) as place:
        worked = work(peer, load, place)
        points = positions(load).curve((seen.at_ms, seen.order) for seen in worked.told if seen.order)
        return rounds.Throughput(
            peer=name,
            round=number,
            orders=load.orders,
            **_rates(points, worked.meter, load.orders),
            peak_rss=worked.peak_rss,
            peak_tree=max(worked.meter.peak_tree, worked.peak_rss),
            **worked.verdict._asdict(),
            state_bytes=disk.taken(place.state),
            changelog_bytes=bench.changelog_bytes(app_id),
        )


def _rates(points: list[Point], meter: Meter, orders: int) -> Rates:
    first, last = reached(points, FROM * orders), reached(points, TO * orders)
    begin, end = meter.at(first.at), meter.at(last.at)
    done, seconds = last.done - first.done, max(0.001, last.at - first.at)
    return {
        "per_cpu_second": done / max(0.01, end.cpu - begin.cpu),
        "per_second": done / seconds,
        "whole_per_second": orders / max(0.001, points[-1].at - meter.started),
        "core_share": (end.cpu - begin.cpu) / seconds,
        "waited_share": (end.waited - begin.waited) / seconds,
    }
