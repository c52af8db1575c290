"""The control topic of a deployment in; a policy promoted on it, or what was promoted so far, out."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Final, NamedTuple

from aiokafka.errors import ProducerFenced

from app.control.publishing import Publisher, TooLate, earliest
from app.control.reader import ControlReader
from app.control.view import ControlView
from app.kafka_errors import clear_kafka_errors
from app.policies.differing import Difference
from app.policies.promoting import DELAY_MS, PromotionRefused, before_newest, changes, check_instant, following
from app.rights import Process
from app.rights_check import check_rights
from app.runtime.errors import SegueError
from app.settings import Settings
from app.topic_check import partition_counts
from app.transactional_ids import promotion_id
from schemas.control import PolicyRecord
from schemas.policy_file import parse_policy, policy_text

LEVEL_SECONDS: Final = 60

Choice = Callable[[ControlView], tuple[str, str]]
"""Which policy: its text, and what messages call it."""


class Rollout(NamedTuple):
    """A policy that was promoted, or would be."""

    record: PolicyRecord
    differences: list[Difference]
    """From the one before."""


async def promote(settings: Settings, name: str, *, at: int | None, silent: bool, dry_run: bool) -> Rollout:
    """Let a policy file, or a pack, take effect at an instant; SegueError, or PolicyError, and nothing has changed."""
    text, origin = policy_text(name)
    parse_policy(text, origin)
    return await _roll_out(settings, lambda view: (text, origin), at=at, silent=silent, dry_run=dry_run)


async def rollback(settings: Settings, *, at: int | None, dry_run: bool) -> Rollout:
    """Let the policy before the newest take effect anew; SegueError, and nothing has changed."""

    def before(view: ControlView) -> tuple[str, str]:
        record = before_newest(view.policies)
        return record.document, f"policy/{record.number}"

    return await _roll_out(settings, before, at=at, silent=False, dry_run=dry_run)


async def history(settings: Settings) -> ControlView:
    """Read what was promoted, and the cut points that were frozen, so far."""
    async with _open(settings, "history") as reader:
        return reader.view


async def _roll_out(settings: Settings, choose: Choice, *, at: int | None, silent: bool, dry_run: bool) -> Rollout:
    async with _open(settings, "history" if dry_run else "promote") as reader:
        if dry_run:
            return _rollout(settings, reader.view, choose, at=at, silent=silent)
        publisher = Publisher(settings, promotion_id(settings.app_id))
        try:
            async with asyncio.timeout(LEVEL_SECONDS):
                # Whoever promotes at the same time is fenced: look once more, for what it had committed is there now.
                await publisher.start()
                await reader.level(_now())
            rollout = _rollout(settings, reader.view, choose, at=at, silent=silent)
            stream = settings.clock == "stream"
            await publisher.publish([rollout.record], None if stream else rollout.record.effective_at)
        except ProducerFenced as error:
            raise PromotionRefused(
                "somebody else has begun to promote a policy. Operator action: look at `segue policy history`, then "
                "try again."
            ) from error
        finally:
            await publisher.stop()
        return rollout


def _rollout(settings: Settings, view: ControlView, choose: Choice, *, at: int | None, silent: bool) -> Rollout:
    document, origin = choose(view)
    if settings.clock == "stream":
        if at is None:
            raise PromotionRefused("under SEGUE_CLOCK=stream give the instant with --at: it is one of the records.")
        effective_at = at
    else:
        effective_at = _now() + DELAY_MS if at is None else at
        check_instant(effective_at, earliest(_now()))
    record = following(view.policies, document, origin, effective_at=effective_at, silent=silent)
    found = changes(view.policies[-1], document, origin)
    return Rollout(record, found)


@asynccontextmanager
async def _open(settings: Settings, process: Process) -> AsyncIterator[ControlReader]:
    """Read the control topic to its end; one clear error for whatever goes wrong at the brokers."""
    topic = settings.topics.control
    counts = await partition_counts(settings)
    await check_rights(settings, process)
    if topic not in counts:
        raise SegueError(f"there is no topic {topic}. Operator action: create it with `segue topics apply`.")
    reader = ControlReader(settings)
    reader.start()
    needed = "may read and write the control topic; then look at `segue policy history`"
    try:
        with clear_kafka_errors(settings.kafka, needed):
            async with asyncio.timeout(LEVEL_SECONDS):
                await reader.loaded()
            yield reader
    except TooLate as error:
        raise SegueError("the brokers took too long: nothing was promoted. Operator action: try again.") from error
    finally:
        await reader.stop()


def _now() -> int:
    return int(time.time() * 1000)
