"""A finished run in, everything that must be true and is not out; the fold it is measured by knows nothing of ours."""

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import replace
from itertools import pairwise

from aiokafka import TopicPartition

from agents.dead_letters import UNDELIVERABLE
from app.partitioner import partition_of
from schemas.topics import Topics
from tables.codec import decode_progress
from tables.keys import POSITION, PROGRESS
from tables.position import decode_position
from tests import oracle
from tests.kafka.audit import DECIDED, Remembered, reward_faults, state_faults
from tests.kafka.reading import Read
from tests.oracle import SEED, Limit, OnEngaged, OnFirstOrder, OnTransition, RewardRule, at_least
from tests.oracle.compare import RETRACTED
from tests.simulation.broker import Broker
from tests.simulation.disks import Rows, is_local
from tests.simulation.load import PUNCTUAL, Event, Load
from tests.simulation.log import Log

POLICY = replace(
    SEED,
    id="short",
    within_ms=(400, 800),
    frequency=at_least(2, 4),
    monetary_minor=at_least(10_000, 50_000),
    frequency_quantiles=None,
    monetary_quantiles=None,
    engagement_kinds=("review_posted",),
    rewards=(
        RewardRule("welcome", OnFirstOrder(), give={"kind": "points", "points": 100}),
        RewardRule("review-points", OnEngaged("review_posted", rating_min=1), give={"kind": "points", "points": 50}),
        RewardRule(
            "champion-gift",
            OnTransition(to=("champions",), direction="up", causes=("order",)),
            give={"kind": "gift", "sku": "THANKS-1"},
            limit=Limit(1, 365 * oracle.DAY_MS),
        ),
    ),
)
"""policy.yaml in the oracle's words."""


def folded(log: Log, until: int) -> Rows:
    """Fold what is committed in a changelog before an offset."""
    kept: Rows = {}
    for entry in log.committed(until):
        assert entry.key is not None, "rows have keys"
        if entry.value is None:
            kept.pop(entry.key, None)
        else:
            kept[entry.key] = entry.value
    return kept


def disk_faults(disk: Mapping[int, Rows], changelog: Callable[[int], Log]) -> Iterator[str]:
    """A store is a prefix of the committed changelog, up to the position that it has kept."""
    for partition, rows in disk.items():
        stored = rows.get(POSITION)
        position = decode_position(stored).next_offset if stored is not None else 0
        kept = {key: value for key, value in rows.items() if not is_local(key)}
        wanted = folded(changelog(partition), position)
        wrong = sorted(key for key in kept.keys() | wanted.keys() if kept.get(key) != wanted.get(key))
        if wrong:
            yield f"disk: partition {partition} at {position} differs from its changelog in {wrong[:3]}"


def violations(
    broker: Broker, load: Load, topics: Topics, partitions: int, *, punctual: bool, apart: Collection[str] = ()
) -> list[str]:
    """Name them. `punctual`: no clock was ever wrong, so nobody who is punctual may seem late.

    `apart`: reward rules of which the fold knows nothing.
    """
    until = broker.now()
    wanted = oracle.timeline(load.events, POLICY, until)
    changelogs = {p: broker.log(TopicPartition(topics.changelog, p)) for p in range(partitions)}
    kept = Remembered({p: folded(log, log.end) for p, log in changelogs.items()})
    decided = [read for read in reads(broker, topics.rewards) if read.payload["rule"] not in apart]
    return [
        *_transition_faults(reads(broker, topics.transitions), wanted, PUNCTUAL if punctual else ()),
        *(f"rewards: {told}" for told in _reward_faults(decided, load.events, until, punctual)),
        *_row_faults(kept, wanted, PUNCTUAL if punctual else ()),
        *_letter_faults(reads(broker, topics.dead_letters), load.broken),
        *_progress_faults(broker, topics, changelogs),
        *_stray_faults(kept, partitions),
    ]


def reads(broker: Broker, topic: str) -> list[Read]:
    logs = sorted((tp, log) for tp, log in broker.logs.items() if tp.topic == topic)
    return [
        Read(e.partition, e.offset, e.key, e.value, e.timestamp, tuple(e.headers))
        for _, log in logs
        for e in log.committed()
    ]


def _transition_faults(
    published: list[Read], wanted: Mapping[str, oracle.CustomerTimeline], punctual: Collection[str]
) -> Iterator[str]:
    ids = Counter(read.header("ce_id") for read in published)
    yield from (f"transitions: ce_id {name} stands {count} times" for name, count in ids.items() if count > 1)
    told = [(read.header("ce_type"), read.payload) for read in published]
    for hers, fields in ((True, oracle.COMPARED), (False, oracle.IDENTITY)):
        of_group = [one for one in told if (one[1]["customer_id"] in punctual) is hers]
        expected = {name: line for name, line in wanted.items() if (name in punctual) is hers}
        yield from (f"transitions: {fault}" for fault in oracle.compare(of_group, expected, fields))
    for kind, payload in told:
        if payload["customer_id"] in punctual and (kind == RETRACTED or payload.get("late")):
            yield f"clock: {kind} of {payload['customer_id']}, who is punctual, at {payload['effective_at']}"


def _row_faults(
    kept: Remembered, wanted: Mapping[str, oracle.CustomerTimeline], punctual: Collection[str]
) -> Iterator[str]:
    """Rows are the state of the fold; only of who was never late is it known how many sequence numbers were used."""
    rows = kept.customers()
    for name, row in rows.items():
        if name not in punctual and name in wanted:
            row.sequence = len(wanted[name].transitions)
    yield from (f"rows: {told}" for told in state_faults(rows, wanted))


def _reward_faults(published: list[Read], events: list[Event], until: int, punctual: bool) -> Iterator[str]:  # noqa: FBT001  # of one caller
    ids = Counter(read.payload["reward_id"] for read in published if read.header("ce_type") in DECIDED)
    yield from (f"{name} is decided {count} times" for name, count in ids.items() if count > 1)
    if punctual:
        hers = [read for read in published if read.payload["customer_id"] in PUNCTUAL]
        wanted = oracle.rewards([e for e in events if e["customer_id"] in PUNCTUAL], POLICY, until)
        yield from reward_faults(hers, wanted, POLICY)


def _letter_faults(letters: list[Read], broken: list[bytes]) -> Iterator[str]:
    rejected = [read.value for read in letters if read.header("segue.dlq.code") != UNDELIVERABLE]
    came, should = Counter(rejected), Counter[bytes | None](broken)
    yield from (f"dead letters: missing {value!r}" for value in (should - came).elements())
    yield from (f"dead letters: not expected {value!r}" for value in (came - should).elements())


def _progress_faults(broker: Broker, topics: Topics, changelogs: Mapping[int, Log]) -> Iterator[str]:
    """Every transaction writes how far it has come, clocks and offsets only go on, and the group ends where they do."""
    for partition, log in changelogs.items():
        rows = [decode_progress(e.value) for e in log.committed() if e.key == PROGRESS and e.value is not None]
        for before, after in pairwise(rows):
            if after.clock < before.clock or any(at < before.offsets[t] for t, at in after.offsets.items()):
                yield f"progress: partition {partition} went back from {before} to {after}"
        for topic, at in rows[-1].offsets.items() if rows else ():
            told = broker.offsets.get(TopicPartition(topic, partition))
            end = broker.log(TopicPartition(topic, partition)).end
            if not told == at == end:
                where = f"worked up to {at}, the group was told {told}, it ends at {end}"
                yield f"progress: {topic}[{partition}]: {where}"


def _stray_faults(kept: Remembered, partitions: int) -> Iterator[str]:
    """Every customer has a row where she belongs and nowhere else."""
    for partition, rows in kept.rows.items():
        for key in rows:
            if key[:1] == b"c" and partition_of(key[1:], partitions) != partition:
                yield f"rows: {key!r} stands in partition {partition}"
