"""What a deployment has published, remembered and left on its disks in; every difference from the load's fold out."""

import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from pathlib import Path

import orjson

from tables.tombstones import Tombstones
from tests.app.commands import LIMIT_S, run
from tests.faults.beyond_seed import BEYOND, budget_faults, journey_faults
from tests.faults.by_offset import letter_faults, offset_faults
from tests.faults.disks import disk_faults
from tests.faults.whole_load import Fold, WholeLoad
from tests.kafka.audit import Remembered, fold, message_faults, reward_faults, state_faults, transition_faults
from tests.kafka.reading import read_all
from tests.kafka.shop import Shop
from tests.kafka.worker_process import SEGUE, shop_environment

SHOWN = 5


def faults(shop: Shop, load: WholeLoad, folded: Fold, disks: Iterable[Path]) -> list[str]:
    """Name what is wrong in which place, the first few faults of each."""
    changelog = read_all(shop, shop.topics.changelog)
    kept = Remembered(fold(changelog))
    dead = read_all(shop, shop.topics.dead_letters)
    rewards, messages = read_all(shop, shop.topics.rewards), read_all(shop, shop.topics.messages)
    of_seed = [read for read in rewards if read.payload["rule"] not in BEYOND]
    of_rewards = [read for read in messages if read.payload["journey"] is None]
    found = {
        "transitions": transition_faults(read_all(shop, shop.topics.transitions), folded.transitions),
        "rewards": reward_faults(of_seed, folded.rewards),
        "messages": message_faults(of_rewards, folded.rewards),
        "journeys": journey_faults(shop, rewards, messages, folded.beyond),
        "budget": budget_faults(shop, rewards, folded.beyond),
        "dead letters": letter_faults(shop, dead, load.letters),
        "offsets": list(offset_faults(shop, kept.rows, dead, load.orders, load.others)),
        "state": state_faults(kept.customers(), folded.transitions),
        "tombstones": list(_tombstone_faults(shop, load, folded, kept)),
        "progress": list(_progress_faults(shop, load, kept)),
        "disks": disk_faults(disks, changelog),
    }
    return [f"{place}: {fault}" for place, told in found.items() for fault in told[:SHOWN]]


def paid_twice(shop: Shop) -> list[str]:
    """Name the rewards that were granted more than once; some must have been."""
    rewards = read_all(shop, shop.topics.rewards)
    ids = Counter(record.payload["reward_id"] for record in rewards if record.header("ce_type") == "reward.granted")
    assert ids, "void: nothing was paid"
    return [f"granted {times} times: {reward_id}" for reward_id, times in ids.items() if times > 1]


def verify_faults(shop: Shop, limit_s: float = LIMIT_S) -> list[str]:
    """Ask `segue verify` for what it finds."""
    done = run(*SEGUE, "verify", "--json", around=shop_environment(shop, Path("unused")), limit_s=limit_s)
    if done.returncode:
        return [f"verify: {done.stdout[-2_000:]}{done.stderr[-2_000:]}"]
    answer = orjson.loads(done.stdout)
    wanted = {"differences": 0, "unchecked": {}, "due": 0}
    return [f"verify: {name} is {answer[name]}" for name, value in wanted.items() if answer[name] != value]


def aside_faults(disks: Path) -> list[str]:
    """Name the stores that were kept aside, though nobody has spoiled any."""
    return [f"kept aside: {store}" for store in sorted(disks.rglob("*.unreadable-*"))]


def log_faults(directory: Path, allowed: Collection[str]) -> list[str]:
    """Name what workers have said at level error, but for what begins as patterns allow: event, then the exception."""
    told: Counter[str] = Counter()
    for line in (line for log in directory.glob("*.log") for line in log.read_bytes().split(b"\n")):
        if b'"level":"error"' in line.replace(b" ", b"") or b'"level":"critical"' in line.replace(b" ", b""):
            told[_said(orjson.loads(line))] += 1
    return [f"logs: {count} x {said}" for said, count in told.items() if not any(re.match(p, said) for p in allowed)]


def _said(entry: Mapping[str, object]) -> str:
    return "\n".join(str(entry[name]) for name in ("event", "exception") if name in entry)


def _tombstone_faults(shop: Shop, load: WholeLoad, folded: Fold, kept: Remembered) -> Iterator[str]:
    """Whoever was erased has one; if she has not come back, her last sequence stands there."""
    marks, tombstones = Tombstones(shop.topics.app_id.encode()), kept.tombstones()
    keys = {marks.key(customer.encode()): customer for customer in load.erased}
    yield from (f"tombstone of nobody: {key!r}" for key in tombstones.keys() - keys.keys())
    for key, customer in keys.items():
        left, life = tombstones.get(key), folded.transitions.get(customer)
        if left is None or left.erased_at != load.erased[customer]:
            yield f"tombstone of {customer}: is {left}, expected one of {load.erased[customer]}"
        elif life is not None and not life.known and left.sequence != len(life.transitions):
            yield f"tombstone of {customer}: is {left}, expected sequence {len(life.transitions)}"


def _progress_faults(shop: Shop, load: WholeLoad, kept: Remembered) -> Iterator[str]:
    """Rows and group stand at the ends of all inputs, and the clocks at the newest record."""
    for topic, feed in shop.topics.feeds.items():
        ends, committed = shop.ends(feed), shop.committed(feed)
        written = {p: row.offsets[topic] for p, row in kept.progress().items()}
        if not ends == committed == written:
            yield f"{topic}: ends {ends}, committed {committed}, in rows {written}"
    clocks = {row.clock for row in kept.progress().values()}
    if clocks != {load.clock}:
        yield f"clocks are {clocks}, expected {load.clock}"
