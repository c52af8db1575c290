"""Minutes of load under faults drawn from a seed in; memory's slope, standstills, latency, every difference out.

`python -m tests.faults.soak --minutes 60 --seed 1`. Exit code 3 when anything differs. The whole load waits from the
beginning, two years of a shop: told at its pace within minutes, what comes to one topic a moment after another would be
days late. One worker, `ann`, is cut off and frozen but never killed: hers is the memory that is watched.
"""

import argparse
import gc
import os
import random
import shutil
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Final

from confluent_kafka import KafkaException

from tests.brokers.apache import ApacheKafka, free_port
from tests.brokers.proxy import Proxy
from tests.faults.disks import disk_faults
from tests.faults.fleet import PARTITIONS, Fleet
from tests.faults.ground import Ground, last
from tests.faults.programme import CUT_OFF, STOOD_STILL, UNHURRIED, UNREACHABLE, WORKERS
from tests.faults.verdict import aside_faults, log_faults, paid_twice, verify_faults
from tests.faults.watch import LOOK_S, Watch, watching
from tests.faults.whole_load import tell
from tests.kafka.feeding import feed
from tests.kafka.reading import read_all
from tests.kafka.shop import open_shop

DIFFERENT: Final = 3
RECORDS_EACH_ORDER: Final = 1.87
"""All kinds of records that a load has, on average."""
CALM_S: Final = 8.0
LAST_FAULT: Final = 0.85
"""Share of the load after which nothing is broken any more."""
SLOW_S, DELAY_S = 5.0, 0.05
SMALL_CACHES: Final = {"SEGUE_STATE__BLOCK_CACHE_MIB": "64", "SEGUE_STATE__WRITE_BUFFERS_MIB": "32"}
"""They are full when the warm-up ends: what grows after that is not theirs."""
LOST_GROUPS: Final = (
    "Could not commit offset for partition .* due to unexpected error: <class 'aiokafka.errors.UnknownError'>",
    r"(?s)Unexpected error in sender routine\n.* in _do_txn_offset_commit\n.*UnknownError",
)
"""What aiokafka has to say of a broker whose coordinator of groups is about to leave for good (see `moved_on`). Its
producer ends, and its partition opens again."""
SMALL_SEGMENTS: Final = "offsets.topic.segment.bytes=1048576\n"
"""What the group has committed is compacted behind so much of it; a broker that comes back has to load the rest."""
BACK_S: Final = 300.0
"""A broker that was killed reads its logs again, which are many times those of a trial."""


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
    ground.broker.start(BACK_S)


FAULTS: Final[tuple[Callable[[Ground], None], ...]] = (
    *(killed, killed_and_wiped, sent_away, frozen, connections_cut, connections_slow, broker_killed),
)


def soak(ground: Ground, dice: random.Random, seconds: float) -> Watch:
    """Break one thing after another, and let the rest be worked in peace; the workers have left in the end."""
    running = ground.running
    for name in WORKERS:
        running.start(name)
    running.wait_all_at_work()
    watch, end = Watch(running.shop, running.workers["ann"]), time.monotonic() + seconds
    with watching(watch):
        while (worked := moved_on(ground)) < LAST_FAULT and time.monotonic() < end:
            fault = dice.choice(FAULTS)
            _say(f"{worked:4.0%} {fault.__name__.replace('_', ' ')}")
            fault(ground)
            moved_on(ground)
            last(CALM_S)
        while moved_on(ground) < 1:
            last(LOOK_S)
    running.finish()
    return watch


def moved_on(ground: Ground) -> float:
    """Wait until every partition commits; gives the share of the load that is worked.

    A marker that comes while the coordinator of groups loads its log may leave it without an answer for ever, from a
    later commit on (4.3.1, "out of sync with the underlying log"): a broker in that state is to be started again.
    """
    while True:
        try:
            ground.running.wait_moved()
            return ground.running.worked()
        except KafkaException as error:
            _say(f"     the broker has lost its groups ({error}): killed once more")
            ground.running.while_frozen(ground.broker.kill)
            ground.broker.start(BACK_S)


def differences(running: Fleet, limit_s: float) -> list[str]:
    """Look through what the workers have left on brokers and disks, and in their logs."""
    shop = running.shop
    found = [*disk_faults(running.disks(), read_all(shop, shop.topics.changelog)), *paid_twice(shop)]
    found += aside_faults(running.root) + running.too_much() + verify_faults(shop, limit_s)
    return found + log_faults(running.root, (*UNREACHABLE, *CUT_OFF, *STOOD_STILL, *LOST_GROUPS))


def main() -> None:
    """Soak, and say what came of it."""
    parser = argparse.ArgumentParser(prog="python -m tests.faults.soak")
    parser.add_argument("--minutes", type=float, default=60.0)
    parser.add_argument("--per-second", type=int, default=300, help="records, so many are there")
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    load = tell(PARTITIONS, int(asked.minutes * 60 * asked.per_second / RECORDS_EACH_ORDER))
    gc.freeze()  # millions of records, all of them needed to the end: looking through them takes from the workers
    root = Path(tempfile.mkdtemp(prefix="segue-soak-"))
    _say(f"seed {asked.seed}: {len(load.records):,} records in {asked.minutes:g} minutes, all in {root}")
    _send_chatter_to(root / "clients.log")
    port, second = free_port(), free_port()
    more = root / "more.properties"
    more.write_text(SMALL_SEGMENTS)
    settings = UNHURRIED | SMALL_CACHES | {"SEGUE_KAFKA__BOOTSTRAP_SERVERS": f"127.0.0.1:{port}"}
    with ExitStack() as stack:
        proxy = stack.enter_context(Proxy(port, second))
        broker = stack.enter_context(ApacheKafka(root / "broker", (second, port), more))
        shop = open_shop(broker.bootstrap, PARTITIONS)
        feed(shop, load.records)
        running = Fleet(shop, root / "workers", len(load.records), (), settings, stack)
        watch = soak(Ground(running, broker, proxy), random.Random(asked.seed), asked.minutes * 60)
        _say(watch.told())
        found = differences(running, asked.minutes * 60)
    _say("\n".join(found) or "0 differences")
    sys.exit(DIFFERENT if found else 0)


def _send_chatter_to(log: Path) -> None:
    """Keep apart what clients in C tell of brokers that are away; what Python has to say stays in sight."""
    sys.stderr = sys.stdout
    os.dup2(os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND), 2)


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
