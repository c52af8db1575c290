"""Broken promises of the deployment: each says what happened and what an operator does about it."""

import traceback
from pathlib import Path
from typing import Final


class SegueError(Exception):
    """Ends a command or a worker with one clear message and exit code 1."""


class StateRefused(SegueError):
    """Local state or changelog that this worker must not touch."""


class OpeningRefused(SegueError):
    """A partition that could not be opened although nobody else owns it."""


class RecordRefused(SegueError):
    """A record that cannot be decided, where the operator wants no record set aside."""


BUILD_AGAIN: Final = (
    "Operator action: stop all workers, and choose a new SEGUE_APP_ID to build the state again from what the topics "
    "hold; `segue backfill` writes what is missing into them. Rewards keep their reward_id, so whoever pays by it pays "
    "none twice."
)


class InputLost(SegueError):
    """An input that has not, or not any more, what is next to be read."""

    def __init__(self, topic: str, partition: int, offset: int) -> None:
        super().__init__(
            f"{topic}[{partition}] has no offset {offset}, which is next to be read: the topic was created again, or "
            f"retention has taken records that nobody had read. {BUILD_AGAIN}"
        )


class InputGone(SegueError):
    """An input that the group gives to nobody any more."""

    def __init__(self, partition: int, error: Exception) -> None:
        super().__init__(
            f"partition {partition} has not all its inputs any more ({error}): a topic was deleted, or created again. "
            f"{BUILD_AGAIN}"
        )


class ExtraMissing(SegueError):
    """A library that is installed only where somebody has asked for it."""

    def __init__(self, who: str, library: str, extra: str) -> None:
        super().__init__(
            f"{who} needs {library}, which comes with the extra `{extra}`. Operator action: install the pins of "
            f"`uv export --extra {extra}` (README.md, Installing), or build the image with --build-arg EXTRA={extra}."
        )


def whereabouts(error: Exception) -> str:
    """Say what was raised and where, but not its message: that may name a customer."""
    frames = traceback.extract_tb(error.__traceback__)
    place = f" at {Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else ""
    return f"{type(error).__name__}{place}"
