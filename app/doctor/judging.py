"""What the brokers say in, findings out; nothing is asked here."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from app.doctor.cluster import Cluster, Copies
from app.doctor.features import RELEASES, VERIFYING, release
from app.doctor.finding import Finding, Level, unseen
from app.rights import Right
from app.settings import Settings
from app.topic_apply import TopicFinding

REPLICAS: Final = 3
MIN_IN_SYNC: Final = 2
PARTITIONS_PER_WORKER: Final = 32
"""Above it the transactions of a worker cost its broker and its cadence too much (deploy/capacity.md)."""

AHEAD_MS: Final = 1_000
FAR_AHEAD_MS: Final = 60_000

_AT_LEAST: Final = {
    "transaction.state.log.replication.factor": REPLICAS,
    "transaction.state.log.min.isr": MIN_IN_SYNC,
    "offsets.topic.replication.factor": REPLICAS,
}
_MUST_BE: Final = {
    "unclean.leader.election.enable": "false",
    "transaction.partition.verification.enable": "true",
}
_ALTER: Final = (
    "`segue topics apply` alters settings; the number of partitions never changes under customers: create the topic "
    "again."
)
_CREATE: Final = "`segue topics apply` creates them; where they are there, this user may not see them: see `rights`."
_GRANT: Final = "`segue acls worker --user NAME` prints the commands that grant it: deploy/kafka/acls.md."
_SEE: Final = "see deploy/guarantees.md for what it promises."


def broker_findings(cluster: Cluster, settings: Settings) -> list[Finding]:
    """Judge the cluster: its release, and the settings of brokers that promises rest upon."""
    if cluster.settings is None:
        return [_release(cluster), unseen("broker", "settings of brokers")]
    longest = int(cluster.settings.get("transaction.max.timeout.ms", "0"))
    ours = settings.transactions.timeout_ms
    found = [_release(cluster)]
    if longest and longest < ours:
        told = f"transaction.max.timeout.ms is {longest}, SEGUE_TRANSACTIONS__TIMEOUT_MS {ours}"
        found.append(Finding("broker", "error", told, "raise the first or lower the second: no producer starts so."))
    for name, value in _AT_LEAST.items():
        copies = cluster.settings.get(name)
        if copies is not None and int(copies) < value:
            found.append(_warning(f"{name} is {copies}, expected {value} or more"))
    for name, expected in _MUST_BE.items():
        set_to = cluster.settings.get(name, expected)
        if set_to != expected:
            found.append(_warning(f"{name} is {set_to}, expected {expected}"))
    return found


def topic_findings(plan: Iterable[TopicFinding]) -> list[Finding]:
    """Judge topics: what is missing or wrong keeps a worker from starting, or from keeping its promises."""
    plan = list(plan)
    missing = [one.name for one in plan if one.state == "missing"]
    found = [Finding("topics", "error", f"{one.name}: {one.detail}", _ALTER) for one in plan if one.state == "wrong"]
    if missing:
        found.append(Finding("topics", "error", f"missing: {', '.join(missing)}", _CREATE))
    return found or [Finding("topics", "ok", "all there, with the partitions and settings that Segue needs")]


def replication_findings(copies: Mapping[str, Copies]) -> list[Finding]:
    """Judge on how many machines records are; one finding for all topics that have the same fault."""
    faults: dict[tuple[str, str], list[str]] = {}
    for name, one in copies.items():
        if one.replicas < REPLICAS:
            what = (
                f"replication factor {one.replicas}, expected {REPLICAS}",
                "raise it with kafka-reassign-partitions.sh",
            )
            faults.setdefault(what, []).append(name)
        if one.min_in_sync is not None and one.min_in_sync < MIN_IN_SYNC:
            what = f"min.insync.replicas {one.min_in_sync}, expected {MIN_IN_SYNC}", "alter it with kafka-configs.sh"
            faults.setdefault(what, []).append(name)
        if one.in_sync < one.replicas:
            what = f"{one.in_sync} of {one.replicas} replicas in sync", "look for the broker that lags or is down"
            faults.setdefault(what, []).append(name)
    hidden = [name for name, one in copies.items() if one.min_in_sync is None]
    return [
        *(
            Finding("replication", "warning", f"{told}: {', '.join(names)}", f"{action}; {_SEE}")
            for (told, action), names in faults.items()
        ),
        *([unseen("replication", f"min.insync.replicas of {', '.join(hidden)}")] if hidden else []),
    ] or [Finding("replication", "ok", "every topic has the copies it needs, all in sync")]


def rights_findings(missing: Sequence[Right]) -> list[Finding]:
    """Judge what this user lacks of a worker's rights, one finding for each."""
    return [Finding("rights", "error", f"this user lacks {right}: {right.why}", _GRANT) for right in missing] or [
        Finding("rights", "ok", "brokers tell of none that this user lacks to run a worker")
    ]


def worker_finding(partitions: int, members: int) -> Finding:
    """Judge how many partitions fall to one worker, of those that run or of the first one."""
    each = -(-partitions // max(1, members))
    told = (
        f"{members} running, {partitions} partitions: {each} for each"
        if members
        else f"none runs, {partitions} partitions for the first"
    )
    if each > PARTITIONS_PER_WORKER:
        return Finding(
            "workers",
            "warning",
            told,
            f"run {-(-partitions // PARTITIONS_PER_WORKER)} workers or more: above "
            f"{PARTITIONS_PER_WORKER} partitions each, moves come later and brokers have more to do.",
        )
    return Finding("workers", "ok", told)


def clock_finding(newest: Mapping[str, int], now: int) -> Finding:
    """Judge the newest record of each topic (epoch ms) against this machine's clock.

    It sees a clock of brokers or producers that is ahead of ours; one that is behind looks like silence.
    """
    if not newest:
        return Finding("clock", "ok", "no records yet to compare this machine's clock with")
    topic, at = max(newest.items(), key=lambda one: one[1])
    ahead = at - now
    if ahead <= AHEAD_MS:
        return Finding("clock", "ok", f"no record of {len(newest)} topics is ahead of this machine's clock")
    level: Level = "error" if ahead > FAR_AHEAD_MS else "warning"
    return Finding(
        "clock",
        level,
        f"the newest record of {topic} is {ahead / 1000:.1f} s ahead of this machine's clock",
        "set the clocks of this machine, of the brokers and of whoever feeds the topic by NTP: moves by time alone "
        "follow them.",
    )


def key_finding(topic: str, sampled: int, keyless: int, astray: Mapping[int, int]) -> Finding:
    """Judge a sample of a topic's records: `astray` counts by partition those whose key belongs to another one."""
    wrong = sum(astray.values())
    if not wrong and not keyless:
        told = f"{topic}: {sampled} records lie where murmur2 says" if sampled else f"{topic}: no records yet"
        return Finding("keys", "ok", told)
    parts = [f"{wrong} in another partition than murmur2 of their key says"] if wrong else []
    parts += [f"{keyless} without a key"] if keyless else []
    return Finding(
        "keys",
        "error",
        f"{topic}: of {sampled} records {' and '.join(parts)}",
        "let its producers use the customer as key and Java's default partitioner (librdkafka: "
        "partitioner=murmur2_random); what lies elsewhere goes to the dead letters.",
    )


def _release(cluster: Cluster) -> Finding:
    brokers = f"{cluster.brokers} broker{'s' if cluster.brokers != 1 else ''}"
    if cluster.level is None:
        return Finding(
            "broker",
            "warning",
            f"{brokers}, of a version that does not tell its release",
            f"make sure that it is Apache Kafka {VERIFYING} or newer: older ones do not verify transactions.",
        )
    told = f"{brokers}, Apache Kafka {release(cluster.level)}"
    if cluster.level < next(level for level, name in RELEASES if name == VERIFYING):
        return Finding(
            "broker", "warning", told, f"upgrade to {VERIFYING} or newer: older ones do not verify transactions."
        )
    return Finding("broker", "ok", told)


def _warning(told: str) -> Finding:
    return Finding("broker", "warning", told, f"change it on every broker; {_SEE}")
