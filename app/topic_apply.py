"""The topics a deployment needs in; what is missing or wrong out, and what is missing created."""

import asyncio
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

from aiokafka.admin import NewTopic
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType
from aiokafka.errors import TopicAlreadyExistsError, for_code

from app.runtime.errors import SegueError
from app.settings import Settings
from app.topic_admin import open_admin
from app.topic_check import partition_counts
from schemas.topics import TopicPlan

REPLICAS: Final = 3
VISIBLE_SECONDS: Final = 15
FOREVER: Final = (("retention.ms", "-1"), ("retention.bytes", "-1"))


@dataclass(frozen=True, slots=True)
class TopicFinding:
    """A topic of the plan as the brokers have it; `detail` says what is wrong."""

    name: str
    state: Literal["missing", "present", "wrong"]
    detail: str


async def plan_topics(settings: Settings) -> list[TopicFinding]:
    """Compare what a deployment needs with what the brokers have; changes nothing."""
    counts = await partition_counts(settings)
    topics = settings.topics
    expected = settings.partitions or counts.get(topics.orders)
    configs = await topic_configs(settings, [plan for plan in topics.plan() if plan.name in counts])
    return [
        _finding(plan, counts[plan.name], expected if plan.name in _together(settings) else None, configs)
        if plan.name in counts
        else TopicFinding(plan.name, "missing", f"cleanup.policy {plan.cleanup}")
        for plan in topics.plan()
    ]


async def apply_topics(settings: Settings, partitions: int, *, keep_forever: bool) -> list[str]:
    """Create what is missing of the plan, and say what; SegueError when it cannot be done.

    `keep_forever` is for histories: records with old timestamps fall to the topic's retention at once.
    """
    counts = await partition_counts(settings)
    _refuse_unequal(settings, counts, partitions)
    missing = [plan for plan in settings.topics.plan() if plan.name not in counts]
    if not missing:
        return []
    async with open_admin(settings) as admin:
        replicas = min(REPLICAS, len((await admin.describe_cluster())["brokers"]))
        topics = [_new_topic(plan, partitions, replicas, keep_forever=keep_forever) for plan in missing]
        answer = await admin.create_topics(topics)
    created = _created(answer)
    await _visible(settings, created)
    return created


def _created(answer: Any) -> list[str]:
    """Read what a broker says of each topic; one that is there already is as good."""
    for name, code, reason in answer.topic_errors:
        if code not in (0, TopicAlreadyExistsError.errno):
            raise SegueError(
                f"topic {name} could not be created: {reason or for_code(code).__name__}. Operator action: check "
                "the brokers' limits, and that this user may create topics."
            )
    return [name for name, code, _ in answer.topic_errors if not code]


async def _visible(settings: Settings, names: Collection[str]) -> None:
    """Wait for new topics to be told of: a worker started now would call them missing."""
    try:
        async with asyncio.timeout(VISIBLE_SECONDS):
            while not set(names) <= (await partition_counts(settings)).keys():
                await asyncio.sleep(0.1)
    except TimeoutError:
        raise SegueError(
            f"topics were created, but the brokers do not tell of them after {VISIBLE_SECONDS} s: {', '.join(names)}. "
            "Operator action: check the brokers' logs."
        ) from None


def _new_topic(plan: TopicPlan, partitions: int, replicas: int, *, keep_forever: bool) -> NewTopic:
    forever = FOREVER if keep_forever and plan.cleanup == "delete" else ()
    configs = dict([("cleanup.policy", plan.cleanup), *forever, *plan.settings])
    return NewTopic(plan.name, plan.partitions or partitions, replicas, topic_configs=configs)


def _together(settings: Settings) -> tuple[str, ...]:
    """Inputs and changelog: a task has the same partition of all of them."""
    return (*settings.topics.inputs, settings.topics.changelog)


def _refuse_unequal(settings: Settings, counts: Mapping[str, int], partitions: int) -> None:
    wrong = {name: counts[name] for name in _together(settings) if counts.get(name, partitions) != partitions}
    if wrong:
        found = ", ".join(f"{name} has {count}" for name, count in wrong.items())
        raise SegueError(
            f"partition counts differ: {found}, asked for {partitions}; nothing was created. Operator action: ask for "
            "the number that is there, or create the wrong ones again."
        )


def _finding(
    plan: TopicPlan, count: int, expected: int | None, configs: Mapping[str, Mapping[str, str]]
) -> TopicFinding:
    """Compare one topic; `expected` of None accepts any number of partitions, as a customer stays in one anyway."""
    wanted = plan.partitions or expected
    differences = [] if wanted in (None, count) else [f"{count} partitions, expected {wanted}"]
    for key, value in (("cleanup.policy", plan.cleanup), *plan.settings):
        found = configs[plan.name].get(key)
        if found != value:
            differences.append(f"{key} is {found}, expected {value}")
    if differences:
        return TopicFinding(plan.name, "wrong", "; ".join(differences))
    return TopicFinding(plan.name, "present", f"{count} partitions, cleanup.policy {plan.cleanup}")


async def topic_configs(settings: Settings, plans: list[TopicPlan]) -> dict[str, dict[str, str]]:
    """Ask for the settings that the plan names, of topics that exist."""
    if not plans:
        return {}
    asked = [
        ConfigResource(ConfigResourceType.TOPIC, plan.name, {"cleanup.policy": "", **dict(plan.settings)})
        for plan in plans
    ]
    async with open_admin(settings) as admin:
        answers = await admin.describe_configs(asked)
    found: dict[str, dict[str, str]] = {}
    for code, reason, _, name, entries in (resource for answer in answers for resource in answer.resources):
        if code:
            raise SegueError(
                f"settings of topic {name} cannot be read: {reason or for_code(code).__name__}. Operator action: "
                "this user needs the right to describe topics."
            )
        found[name] = {entry[0]: entry[1] for entry in entries}
    return found
