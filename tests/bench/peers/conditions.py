"""A run's options in, what it was measured with and how to read its table out."""

import os
import platform
import re
from importlib.metadata import version
from typing import Final

from tests.bench.orders import PARTITIONS, wire
from tests.bench.peers.catalogue import PASSES, PEERS
from tests.bench.peers.environments import KSTREAMS, QUIX
from tests.bench.peers.load import Load
from tests.bench.peers.options import Options
from tests.bench.peers.rounds import Conditions
from tests.bench.processes import core
from tests.bench.report import commit, kafka, processor

QUIX_VERSION: Final = re.compile(r"^quixstreams==(\S+)", re.MULTILINE)
KSTREAMS_VERSION: Final = re.compile(r"<kafka\.version>(.+)</kafka\.version>")


def conditions(options: Options, *, compiled: bool) -> Conditions:
    """Say what a run is measured with."""
    return Conditions(
        orders=options.orders,
        order_bytes=len(wire(next(Load("", 1, 1).placed()))),
        customers=options.customers,
        restart_customers=options.restart_customers,
        rounds=options.rounds,
        warm_up_s=options.warm_up,
        seconds=options.seconds,
        partitions=PARTITIONS,
        processor=processor(),
        cores=os.cpu_count() or 0,
        worker_core=core(),
        python=platform.python_version(),
        commit=commit(),
        compiled=compiled,
        kafka=kafka(),
        faust=version("faust-streaming"),
        quix=_found(QUIX_VERSION, QUIX.read_text()),
        kafka_streams=_found(KSTREAMS_VERSION, (KSTREAMS / "pom.xml").read_text()),
    )


def told(of: Conditions) -> str:
    """Write conditions below a table."""
    pinned = "all cores" if of.worker_core is None else "one core, broker and load the others"
    return f"""\
- Apache Kafka {of.kafka} on the same machine, loopback, {of.partitions} partitions, replication 1; {of.processor},
  {of.cores} cores; a worker has {pinned}. Python {of.python}, commit {of.commit}.
- {of.rounds} round(s), every peer once in each, another one first each time; medians, in brackets the least and the
  greatest. Memory: the greatest of all rounds.
- {of.orders:,} orders of {of.order_bytes} bytes of JSON, {of.customers:,} customers, loaded before a worker starts;
  rates between 20 % and 90 % of the orders, by the broker's time of the moves; CPU of the worker and its children.
  † a {PEERS["faust"].share}th of all orders and customers (at its speed).
- One rule, one oracle: every move of every run is compared with one fold of the orders. Segue also tells what only
  time brings about, up to the end of the orders; the others tell it with the customer's next order.
- All at their defaults unless said: Segue {"compiled" if of.compiled else "from its source"}, without the topic
  customer-segments; plain Faust {of.faust}, `rocksdb://`; Quix Streams {of.quix}; Kafka Streams {of.kafka_streams},
  Processor API, JSON, a heap of 512 MiB, its compiler at work in the first seconds of a run.
- Latency: produce() to a read_committed consumer, every order a new customer, {of.warm_up_s:.0f} s of warming,
  {of.seconds:.0f} s at each rate, the first third dropped. `broker alone`: the same without a worker. Delays of many
  seconds are those of a worker that cannot keep up: they grow for as long as it is measured.
- Restart: from the start of the process to the answers of all partitions, {of.restart_customers:,} customers, stopped
  in order. Recovery: rows of the changelog by what the lost disk adds to that. Disk: the state after the stop.
- Reading only: {PASSES - 1} warm passes over the orders without any work.
"""


def _found(pattern: re.Pattern[str], text: str) -> str:
    found = pattern.search(text)
    assert found is not None, pattern.pattern
    return found[1]
