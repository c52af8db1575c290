"""The topics a deployment needs in; what is missing or wrong out, and made right as far as that loses nothing."""

import asyncio
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

from aiokafka.admin import NewTopic
from aiokafka.errors import TopicAlreadyExistsError, for_code

from app.runtime.errors import SegueError
from app.settings import Settings
from app.topic_admin import open_admin
from app.topic_altering import alter_settings
from app.topic_check import partition_counts
from app.topic_configs import topic_configs
from app.topic_export import COPIES, Layout, min_in_sync
from app.topic_settings import Change, changes, wanted_settings
from schemas.topics import TopicPlan

PARTITIONS: Final = 12
"""Of a new deployment, unless told otherwise."""
VISIBLE_SECONDS: Final = 15


@dataclass(frozen=True, slots=True)
class TopicFinding:
    """A topic of the plan as the brokers have it; `detail` says what is wrong, `changes` which settings are."""

    name: str
    state: Literal["missing", "present", "wrong"]
    detail: str
    changes: tuple[Change, ...] = ()

    @property
    def alterable(self) -> list[Change]:
        """Give the settings that can be set without losing a record."""
        return [change for change in self.changes if change.loses_nothing]


@dataclass(frozen=True, slots=True)
class Applied:
    """What was made right, topic by topic, and the differences that are left to the operator."""

    created: list[str]
    altered: list[str]
    left: list[str]


async def plan_topics(
    settings: Settings, *, keep_forever: bool = False, with_settings: bool = True
) -> list[TopicFinding]:
    """Compare what a deployment needs with what the brokers have; changes nothing. SettingsHidden by topic_configs."""
    counts = await partition_counts(settings)
    plan = settings.topics.plan()
    looked_at = [one for one in plan if one.name in counts and with_settings]
    wanted = {one.name: wanted_settings(one, keep_forever=keep_forever) for one in looked_at}
    found = await topic_configs(settings, wanted)
    expected = settings.partitions or counts.get(settings.topics.orders)
    return [_finding(settings, one, counts, expected, tuple(_changes(one, wanted, found))) for one in plan]


async def apply_topics(settings: Settings, partitions: int | None, *, keep_forever: bool) -> Applied:
    """Create what is missing and set what is wrong; SegueError when that cannot be done.

    Deletes nothing, adds no partitions (customers would move to others, away from their state), and sets nothing that
    would let brokers throw records away. `partitions` of None: as many as are there, 12 in a new deployment.
    `keep_forever` is for histories: records with old timestamps fall to the topic's retention at once.
    """
    counts = await partition_counts(settings)
    asked = partitions or _usual_partitions(settings, counts)
    _refuse_unequal(settings, counts, asked)
    findings = await plan_topics(settings, keep_forever=keep_forever)
    would = would_apply(findings)
    created: list[str] = []
    if would.created or would.altered:
        async with open_admin(settings) as admin:
            replicas = min(COPIES, len((await admin.describe_cluster())["brokers"]))
            layout = Layout(asked, replicas, keep_forever)
            topics = [new_topic(plan, layout) for plan in settings.topics.plan() if plan.name in would.created]
            created = _created(await admin.create_topics(topics)) if topics else []
            await alter_settings(admin, {one.name: one.alterable for one in findings if one.alterable})
    await _visible(settings, created)
    return Applied(created, would.altered, would.left)


def would_apply(findings: Sequence[TopicFinding]) -> Applied:
    """Say what would be made right, and what would be left."""
    return Applied(
        [one.name for one in findings if one.state == "missing"],
        [
            f"{one.name} {change.setting}={change.wanted} (was {change.found})"
            for one in findings
            for change in one.alterable
        ],
        [
            f"{one.name}: {difference}"
            for one in findings
            if one.state == "wrong"
            for difference in one.detail.split("; ")
            if difference not in {str(change) for change in one.alterable}
        ],
    )


def new_topic(plan: TopicPlan, layout: Layout) -> NewTopic:
    """Describe a topic as brokers are asked for it."""
    settings = dict([*wanted_settings(plan, keep_forever=layout.keep_forever).items(), *min_in_sync(layout.replicas)])
    return NewTopic(plan.name, plan.partitions or layout.partitions, layout.replicas, topic_configs=settings)


async def ensure_topic(settings: Settings, plan: TopicPlan) -> None:
    """Create a topic with a partition number of its own, unless it is there; SegueError when that cannot be done."""
    if plan.name in await partition_counts(settings):
        return
    async with open_admin(settings) as admin:
        replicas = min(COPIES, len((await admin.describe_cluster())["brokers"]))
        _created(await admin.create_topics([new_topic(plan, Layout(1, replicas))]))
    await _visible(settings, [plan.name])


def _changes(
    plan: TopicPlan, wanted: Mapping[str, Mapping[str, str]], found: Mapping[str, Mapping[str, str]]
) -> Sequence[Change]:
    return list(changes(wanted[plan.name], found[plan.name])) if plan.name in wanted else []


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


def _together(settings: Settings) -> tuple[str, ...]:
    """Inputs and changelog: a task has the same partition of all of them."""
    return (*settings.topics.inputs, settings.topics.changelog)


def _usual_partitions(settings: Settings, counts: Mapping[str, int]) -> int:
    there = [counts[name] for name in _together(settings) if name in counts]
    return settings.partitions or (there[0] if there else PARTITIONS)


def _refuse_unequal(settings: Settings, counts: Mapping[str, int], partitions: int) -> None:
    wrong = {name: counts[name] for name in _together(settings) if counts.get(name, partitions) != partitions}
    if wrong:
        found = ", ".join(f"{name} has {count}" for name, count in wrong.items())
        raise SegueError(
            f"partition counts differ: {found}, asked for {partitions}; nothing was created. Operator action: ask for "
            "the number that is there, or create the wrong ones again."
        )


def _finding(
    settings: Settings, plan: TopicPlan, counts: Mapping[str, int], expected: int | None, found: tuple[Change, ...]
) -> TopicFinding:
    """Compare one topic; outputs may have any number of partitions, as a customer stays in one of them anyway."""
    if plan.name not in counts:
        return TopicFinding(plan.name, "missing", f"cleanup.policy {plan.cleanup}")
    count = counts[plan.name]
    wanted = plan.partitions or (expected if plan.name in _together(settings) else None)
    differences = [] if wanted in (None, count) else [f"{count} partitions, expected {wanted}"]
    differences += map(str, found)
    if differences:
        return TopicFinding(plan.name, "wrong", "; ".join(differences), found)
    return TopicFinding(plan.name, "present", f"{count} partitions, cleanup.policy {plan.cleanup}")
