"""Loaded orders in, how fast a consumer that does nothing reads them out."""

from statistics import median
from typing import Any

from tests.bench.peers import rounds
from tests.bench.peers.bench import Bench
from tests.bench.peers.catalogue import PASSES, Peer
from tests.bench.peers.load import Load
from tests.bench.peers.meter import Meter
from tests.bench.processes import WorkerProcess

LIMIT_S = 300.0


def measure(bench: Bench, peer: Peer, load: Load, name: str, number: int) -> rounds.Throughput:
    """Let a consumer read a load again and again; the first time warms it."""
    assert peer.start is not None
    with bench.place(load, f"{name}-t{number}") as place, peer.start(place) as worker:
        meter = Meter(worker)
        passes = _passes(worker, meter)
        peak = worker.peak_memory()
    return rounds.Throughput(
        peer=name,
        round=number,
        orders=load.orders,
        per_cpu_second=median(p["records"] / max(0.001, p["cpu_seconds"]) for p in passes),
        per_second=median(p["records"] / p["seconds"] for p in passes),
        whole_per_second=0.0,
        core_share=median(p["cpu_seconds"] / p["seconds"] for p in passes),
        waited_share=0.0,
        peak_rss=peak,
        peak_tree=max(meter.peak_tree, peak),
        missing=sum(load.orders != p["records"] for p in passes),
    )


def _passes(worker: WorkerProcess, meter: Meter) -> list[dict[str, Any]]:
    told: list[dict[str, Any]] = []

    def all_told() -> bool:
        meter.sample()
        told[:] = worker.told("read")
        return len(told) == PASSES

    worker.wait(all_told, LIMIT_S, every_s=0.2)
    return told[1:]
