"""Minutes of load under faults drawn from a seed in; memory's slope, how long records waited, every difference out.

`python -m tests.faults.soak --minutes 60 --seed 1`. Exit code 3 when anything differs. One worker, `ann`, is cut
off and frozen but never killed: hers is the memory that is watched.
"""

import argparse
import random
import shutil
import sys
import tempfile
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Final

from tests.brokers.apache import ApacheKafka, free_port
from tests.brokers.proxy import Proxy
from tests.faults.disks import disk_faults
from tests.faults.fleet import PARTITIONS, Fleet
from tests.faults.ground import Ground, last
from tests.faults.programme import STOOD_STILL, UNREACHABLE, WORKERS
from tests.faults.verdict import aside_faults, log_faults, paid_twice, verify_faults
from tests.faults.watch import LOOK_S, Watch, watching
from tests.faults.whole_load import WholeLoad, tell
from tests.kafka.feeding import Feeder
from tests.kafka.reading import read_all
from tests.kafka.shop import open_shop

DIFFERENT: Final = 3
RECORDS_EACH_ORDER: Final = 1.87
"""All kinds of records that a load has, on average."""
CALM_S: Final = 8.0
LAST_FAULT, SENT = 0.85, 0.99
"""Shares of the load: after the first nothing is broken any more, at the second its feeder is nearly done."""
SLOW_S, DELAY_S = 5.0, 0.05


def killed(ground: Ground) -> None:
    ground.running.kill("bob")
    ground.running.start("bob")


def killed_and_wiped(ground: Ground) -> None:
    ground.running.kill("cyd")
    shutil.rmtree(ground.running.disk("cyd"))
    ground.running.start("cyd")


def sent_away(ground: Ground) -> None:
    ground.running.leave("cyd")
    ground.running.start("cyd")


def frozen(ground: Ground) -> None:
    worker = ground.running.workers["ann"]
    worker.freeze()
    ground.running.wait_taken_over(worker)
    worker.thaw()


def connections_cut(ground: Ground) -> None:
    ground.proxy.cut()


def connections_slow(ground: Ground) -> None:
    ground.proxy.slow_down(DELAY_S)
    last(SLOW_S)
    ground.proxy.slow_down(0)


def broker_killed(ground: Ground) -> None:
    ground.running.at_rest(ground.broker.kill)
    ground.broker.start()


FAULTS: Final[tuple[Callable[[Ground], None], ...]] = (
    *(killed, killed_and_wiped, sent_away, frozen, connections_cut, connections_slow, broker_killed),
)


def soak(ground: Ground, load: WholeLoad, dice: random.Random, per_second: int) -> Watch:
    """Break one thing after another until nearly all is worked; the workers have left in the end."""
    running = ground.running
    with Feeder(running.shop, load.records, per_second):
        for name in WORKERS:
            running.start(name)
        running.wait_all_at_work()
        watch = Watch(running.shop, running.workers["ann"].pid)
        with watching(watch):
            while running.worked() < LAST_FAULT:
                fault = dice.choice(FAULTS)
                _say(f"{running.worked():4.0%} {fault.__name__.replace('_', ' ')}")
                fault(ground)
                running.wait_moved()
                last(CALM_S)
            while running.worked() < SENT:
                last(LOOK_S)
    running.finish()
    return watch


def main() -> None:
    """Soak, and say what came of it."""
    parser = argparse.ArgumentParser(prog="python -m tests.faults.soak")
    parser.add_argument("--minutes", type=float, default=60.0)
    parser.add_argument("--per-second", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    load = tell(PARTITIONS, int(asked.minutes * 60 * asked.per_second / RECORDS_EACH_ORDER))
    root = Path(tempfile.mkdtemp(prefix="segue-soak-"))
    _say(f"seed {asked.seed}: {len(load.records):,} records in {asked.minutes:g} minutes, all in {root}")
    port, second = free_port(), free_port()
    through = {"SEGUE_KAFKA__BOOTSTRAP_SERVERS": f"127.0.0.1:{port}"}
    with Proxy(port, second) as proxy, ApacheKafka(root / "broker", (second, port)) as broker, ExitStack() as stack:
        shop = open_shop(broker.bootstrap, PARTITIONS)
        running = Fleet(shop, root / "workers", len(load.records), (), through, stack)
        watch = soak(Ground(running, broker, proxy), load, random.Random(asked.seed), asked.per_second)
        found = [*disk_faults(running.disks(), read_all(shop, shop.topics.changelog)), *paid_twice(shop)]
        found += (
            aside_faults(running.root) + verify_faults(shop) + log_faults(running.root, (*UNREACHABLE, *STOOD_STILL))
        )
    _say(watch.told())
    _say("\n".join(found) or "0 differences")
    sys.exit(DIFFERENT if found else 0)


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
