"""Settings in, every finding out: what cannot be asked is a finding too, and nothing takes longer than ten seconds."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Final, get_args

from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaError

from app.doctor.cluster import ask_cluster, ask_copies, ask_members
from app.doctor.directory import directory_findings
from app.doctor.finding import Check, Finding, refused, unseen
from app.doctor.judging import (
    broker_findings,
    clock_finding,
    key_finding,
    replication_findings,
    rights_findings,
    topic_findings,
    worker_finding,
)
from app.doctor.policies import changelog_finding, own_policy, policy_in_force, read_control
from app.doctor.sampling import newest_records
from app.kafka_settings import KafkaSettings
from app.rights_check import missing_rights, refusal
from app.runtime.clients import client_options
from app.runtime.ending_producers import end_producer
from app.runtime.errors import SegueError
from app.settings import Settings
from app.topic_apply import plan_topics
from app.topic_check import partition_counts
from app.topic_configs import SettingsHidden
from schemas.topics import TABLE

LIMIT_SECONDS: Final = 4.0
"""Of two rounds: whether anybody answers, then everything else side by side."""
_ORDER: Final = {check: place for place, check in enumerate(get_args(Check))}

_RIGHTS: Final = (
    "let this user describe and write the transactional ids that begin with {}-, and check transaction.max.timeout.ms "
    "and the state of __transaction_state."
)

Examination = Callable[[], Awaitable[list[Finding]]]


async def examine(settings: Settings, limit_s: float = LIMIT_SECONDS) -> list[Finding]:
    """Look at everything; without brokers only at what is here. So long each question to them may take."""
    found = [own_policy(settings), *directory_findings(settings.state.directory)]
    counts: dict[str, int] = {}

    async def reach() -> list[Finding]:
        counts.update(await partition_counts(settings))
        return []

    unreachable = await _in_time(settings.kafka, "broker", reach, limit_s)
    if unreachable:
        return _in_order([*unreachable, *found])
    asked = Ward(settings, counts).examinations()
    results = await asyncio.gather(
        *(_in_time(settings.kafka, check, examination, limit_s) for check, examination in asked)
    )
    return _in_order([*found, *(one for result in results for one in result)])


@dataclass(frozen=True, slots=True)
class Ward:
    """What is asked of brokers, side by side; what a topic is needed for waits until there is that topic."""

    settings: Settings
    counts: Mapping[str, int]

    def examinations(self) -> list[tuple[Check, Examination]]:
        """Say what can be asked."""
        topics = self.settings.topics
        asked: list[tuple[Check, Examination, bool]] = [
            ("broker", self.brokers, True),
            ("topics", self.plan, True),
            ("replication", self.copies, bool(self._present(plan.name for plan in topics.plan()))),
            ("keys", self.records, bool(self._present(topics.inputs))),
            ("rights", self.rights, True),
            ("transactions", self.transactions, True),
            ("workers", self.workers, topics.orders in self.counts),
            ("policy", self.state, topics.control in self.counts),
        ]
        return [(check, examination) for check, examination, possible in asked if possible]

    async def brokers(self) -> list[Finding]:
        return broker_findings(await ask_cluster(self.settings), self.settings)

    async def plan(self) -> list[Finding]:
        try:
            return topic_findings(await plan_topics(self.settings))
        except SettingsHidden:
            seen = topic_findings(await plan_topics(self.settings, with_settings=False))
            return [*(one for one in seen if one.level != "ok"), unseen("topics", "settings of topics")]

    async def copies(self) -> list[Finding]:
        names = self._present(plan.name for plan in self.settings.topics.plan())
        return replication_findings(await ask_copies(self.settings, list(names)))

    async def records(self) -> list[Finding]:
        samples = await newest_records(self.settings, self._present(self.settings.topics.inputs))
        keys = [key_finding(name, one.records, one.keyless, one.astray) for name, one in samples.items()]
        newest = {name: one.newest for name, one in samples.items() if one.records}
        return [*keys, clock_finding(newest, int(time.time() * 1000))]

    async def rights(self) -> list[Finding]:
        return rights_findings(await missing_rights(self.settings, "worker"))

    async def workers(self) -> list[Finding]:
        partitions = self.settings.partitions or self.counts[self.settings.topics.orders]
        return [worker_finding(partitions, await ask_members(self.settings))]

    async def state(self) -> list[Finding]:
        view = await read_control(self.settings)
        known = [policy_in_force(self.settings, view)]
        changelog = self.settings.topics.changelog
        if changelog in self.counts:
            known.append(await changelog_finding(self.settings, view, self.counts[changelog]))
        return known

    async def transactions(self) -> list[Finding]:
        """Start a transactional producer as a partition task does, under an id that fences none of them."""
        name = f"{self.settings.app_id}-{TABLE}-doctor"
        try:
            await self._start_once(name)
        except KafkaError as error:
            told = f"no producer starts as {name}: {type(error).__name__}"
            return [Finding("transactions", "error", told, _RIGHTS.format(self.settings.app_id))]
        return [Finding("transactions", "ok", f"a producer starts as {name}")]

    async def _start_once(self, name: str) -> None:
        settings = self.settings
        producer = AIOKafkaProducer(
            **client_options(settings.kafka),
            transactional_id=name,
            transaction_timeout_ms=settings.transactions.timeout_ms,
        )
        try:
            await producer.start()
        finally:
            await end_producer(producer)

    def _present(self, names: Iterable[str]) -> dict[str, int]:
        """Give those topics that are there, with their partitions."""
        return {name: self.counts[name] for name in names if name in self.counts}


async def _in_time(kafka: KafkaSettings, check: Check, examination: Examination, limit_s: float) -> list[Finding]:
    """Examine; what goes wrong, or takes too long, is an error that is found."""
    try:
        async with asyncio.timeout(limit_s):
            return await examination()
    except SegueError as error:
        return [refused(check, str(error))]
    except TimeoutError:
        action = "check that the brokers are up, and address, protocol and credentials in SEGUE_KAFKA__*."
        return [Finding(check, "error", f"no answer within {limit_s:g} s", action)]
    except (KafkaError, OSError) as error:
        unheard = refusal(kafka, error)
        if unheard is not None:
            return [refused(check, str(unheard))]
        action = "check the brokers' logs, and that this user may read the topics and describe cluster and group."
        return [Finding(check, "error", f"the brokers did not do as asked: {type(error).__name__}", action)]


def _in_order(findings: list[Finding]) -> list[Finding]:
    return sorted(findings, key=lambda one: _ORDER[one.check])
