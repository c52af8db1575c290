"""The input topics as brokers have them in; how many partitions, or why they would not keep a history, out."""

from collections.abc import Mapping
from typing import Final

from app.runtime.errors import SegueError
from app.settings import Settings
from app.topic_check import partition_counts
from app.topic_configs import topic_configs
from app.topic_settings import CLEANUP, FOREVER

ANY_AGE: Final = str(2**63 - 1)
"""Milliseconds: what brokers say where they take records however old."""
KEEPING: Final = (
    *FOREVER,
    ("message.timestamp.type", "CreateTime"),
    ("message.timestamp.before.max.ms", ANY_AGE),
    ("message.timestamp.difference.max.ms", ANY_AGE),
)
"""What a topic must say for old records to stay, and to stay old; older and newer brokers lack one of the last two."""


async def check_inputs(settings: Settings, *, must_keep: bool) -> int:
    """Give the number of partitions of every input; SegueError if it is not fit for a history.

    Without `must_keep` nobody asks how long the topics keep a record.
    """
    counts = await partition_counts(settings)
    partitions = _equal_partitions(settings, counts)
    if must_keep:
        wanted = {name: [CLEANUP, *dict(KEEPING)] for name in settings.topics.inputs}
        found = await topic_configs(settings, wanted)
        faults = [fault for name in wanted for fault in keeping_faults(name, found[name])]
        if faults:
            raise SegueError(
                f"the topics would not keep a history: {'; '.join(faults)}; nothing was sent. Operator action: create "
                "them with `segue topics apply --keep-forever` or alter them; --ignore-retention sends all the same."
            )
    return partitions


def keeping_faults(topic: str, found: Mapping[str, str]) -> list[str]:
    """Say which settings make a topic lose old records, or take them for new ones."""
    wanted = ((CLEANUP, "delete"), *KEEPING)
    return [
        f"{topic} has {name} {found[name]}, expected {value}"
        for name, value in wanted
        if name in found and found[name] != value
    ]


def _equal_partitions(settings: Settings, counts: Mapping[str, int]) -> int:
    topics = settings.topics
    missing = [name for name in topics.inputs if name not in counts]
    if missing:
        raise SegueError(
            f"topics are missing: {', '.join(missing)}; nothing was sent. Operator action: create them with "
            "`segue topics apply --keep-forever`."
        )
    partitions = settings.partitions or counts[topics.orders]
    wrong = [f"{name} has {counts[name]}" for name in topics.inputs if counts[name] != partitions]
    if wrong:
        raise SegueError(
            f"partition counts differ: {', '.join(wrong)}, expected {partitions}; nothing was sent. Operator action: "
            "a customer has the same partition in every input; create the wrong ones again."
        )
    return partitions
