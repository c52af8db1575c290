"""What a worker is told of the policy in; the control topic with a policy in force out, or one clear error."""

import asyncio
import time
from typing import Final

import structlog
from aiokafka.errors import KafkaError, ProducerFenced

from app.control.publishing import Publisher
from app.control.reader import ControlReader
from app.runtime.errors import SegueError
from app.settings import Settings
from app.transactional_ids import control_id
from schemas.control import PolicyRecord
from schemas.policy import Policy
from schemas.policy_file import parse_policy, policy_text

log = structlog.get_logger("segue.control")

RIVAL_SECONDS: Final = 2.0
ATTEMPTS: Final = 5


class PolicyRefused(SegueError):
    """A worker with a policy of its own, which the deployment does not have."""


async def ensure_policy(settings: Settings, reader: ControlReader, own: Policy) -> None:
    """Make sure that a policy is in force: the first worker publishes its own, the others take what is there.

    PolicyRefused when SEGUE_POLICY names one that never was in force nor will be.
    """
    await reader.loaded()
    for _ in range(ATTEMPTS):
        if reader.view.policies:
            break
        await _publish(settings, reader)
    else:
        raise SegueError(
            "the first policy cannot be published: see the log lines before this one. Operator action: check that "
            "this user may write to the control topic, with the transactional ids of this deployment."
        )
    if settings.policy and own.fingerprint not in {one.fingerprint for one in reader.view.policies}:
        raise PolicyRefused(_unknown(settings, own, reader.view.policies[-1]))


def first_record(name: str) -> PolicyRecord:
    """Build the record of a policy file, or pack, that is in force from the beginning on."""
    return policy_record(name, number=1, effective_at=0, silent=False)


def policy_record(name: str, *, number: int, effective_at: int, silent: bool) -> PolicyRecord:
    """Build the record of a policy file, or pack; PolicyError names every mistake in it."""
    text, origin = policy_text(name)
    read = parse_policy(text, origin)
    return PolicyRecord(number, effective_at, silent, read.fingerprint, read.id, read.version, text)


async def _publish(settings: Settings, reader: ControlReader) -> None:
    """Publish the first policy, unless another worker is quicker."""
    publisher = Publisher(settings, control_id(settings.app_id))
    try:
        await publisher.start()
        # Whoever was fenced by this start has published before, or never will: look once more.
        await reader.level(_now())
        if not reader.view.policies:
            await publisher.publish([first_record(settings.first_policy)])
            await reader.level(_now())
            log.info("first policy published", policy=reader.view.policies[-1].id)
    except ProducerFenced:
        log.info("another worker publishes the first policy")
        await asyncio.sleep(RIVAL_SECONDS)
        await reader.level(_now())
    except (KafkaError, OSError, TimeoutError) as error:
        log.warning("the first policy was not published, trying again", error=repr(error))
        await asyncio.sleep(RIVAL_SECONDS)
        await reader.level(_now())
    finally:
        await publisher.stop()


def _now() -> int:
    return int(time.time() * 1000)


def _unknown(settings: Settings, own: Policy, newest: PolicyRecord) -> str:
    return (
        f"SEGUE_POLICY={settings.policy} (id {own.id}, version {own.version}) is another policy than any of this "
        f"deployment; the newest is number {newest.number} (id {newest.id}, version {newest.version}). Operator "
        "action: promote it with `segue policy promote`, or take SEGUE_POLICY away: a worker without it takes what "
        "is in force."
    )
