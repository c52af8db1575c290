"""The policy that is asked for, the control topic and the changelog in; whether they fit together, out."""

from collections.abc import Callable, Mapping
from functools import partial

import msgspec

from app.control.reader import ControlReader
from app.control.view import ControlView
from app.doctor.finding import Finding, refused
from app.doctor.sampling import beginnings, first_records, newest_progress
from app.runtime.errors import StateRefused
from app.runtime.state_checks import OTHER_ROWS, check_layout, check_stored_identity
from app.settings import Settings
from schemas.policy_file import PolicyError, load_policy
from schemas.rows import ROWS, IdentityRow
from tables.codec import decode_progress
from tables.keys import IDENTITY
from tables.tombstones import Tombstones


def own_policy(settings: Settings) -> Finding:
    """Read the policy that a worker would be told of."""
    try:
        policy = load_policy(settings.first_policy)
    except PolicyError as error:
        return Finding("policy", "error", str(error), "mend the file: `segue policy lint` tells of every mistake.")
    return Finding("policy", "ok", f"{settings.first_policy} can be read: id {policy.id}, version {policy.version}")


async def read_control(settings: Settings) -> ControlView:
    """Read the control topic once, to its end; ControlRefused as for a worker."""
    reader = ControlReader(settings)
    reader.start()
    try:
        await reader.loaded()
    finally:
        await reader.stop()
    return reader.view


def policy_in_force(settings: Settings, view: ControlView) -> Finding:
    """Judge what SEGUE_POLICY names by what the deployment has."""
    if not view.policies:
        told = f"none is in force yet: the first worker publishes {settings.first_policy}"
        return Finding("policy", "ok", told)
    newest = view.policies[-1]
    told = f"the newest of the deployment is number {newest.number} (id {newest.id}, version {newest.version})"
    if settings.policy and not _knows(view, settings.policy):
        action = "promote it with `segue policy promote`, or take SEGUE_POLICY away: a worker with it does not start."
        return Finding("policy", "error", f"SEGUE_POLICY={settings.policy} is none of this deployment; {told}", action)
    return Finding("policy", "ok", told)


async def changelog_finding(settings: Settings, view: ControlView, partitions: int) -> Finding:
    """Compare the identity that begins every changelog partition, and the layout of its newest rows, with ours."""
    changelog = settings.topics.changelog
    lost = {
        partition: begins for partition, begins in (await beginnings(settings, changelog, partitions)).items() if begins
    }
    if lost:
        return _headless(changelog, lost)
    firsts = await first_records(settings, changelog, partitions)
    if not firsts:
        return Finding("changelog", "ok", "empty: no worker has committed anything yet")
    if not view.policies:
        action = "restore the control topic, or choose a new SEGUE_APP_ID to build the state again from the topics."
        return Finding("changelog", "error", "there is state, but no policy on the control topic", action)
    newest = await newest_progress(settings, changelog, partitions)
    for partition, record in sorted(firsts.items()):
        place = f"{changelog}[{partition}]"
        if record.key != IDENTITY:
            action = "choose another SEGUE_APP_ID, which names the changelog."
            told = f"{place} does not begin with an identity: it is not Segue's"
            return Finding("changelog", "error", told, action)
        expected = _identity(settings, view, partition, partitions)
        wrong = _refusal(place, partial(_check, record.value, expected, newest.get(partition)))
        if wrong is not None:
            return wrong
    told = f"{len(firsts)} of {partitions} partitions have state, all of it ours, in rows that this version reads"
    return Finding("changelog", "ok", told)


def _headless(changelog: str, begins: Mapping[int, int]) -> Finding:
    """Tell of logs whose beginning has moved, which compaction never does."""
    places = ", ".join(f"{changelog}[{partition}] at {offset}" for partition, offset in sorted(begins.items()))
    told = f"rows that only workers' disks have now were deleted, by retention or by hand: {places} is the first left"
    action = (
        "let `segue topics apply` set cleanup.policy to compact; keep the data directories as they are until a new "
        "SEGUE_APP_ID has built the state again from the topics: without them partitions are refused."
    )
    return Finding("changelog", "error", told, action)


def _identity(settings: Settings, view: ControlView, partition: int, partitions: int) -> IdentityRow:
    secret = Tombstones(settings.tombstone_secret).fingerprint
    return IdentityRow(settings.app_id, partition, partitions, view.policies[0].fingerprint, secret, ROWS)


def _check(identity: bytes, expected: IdentityRow, progress: bytes | None) -> None:
    check_stored_identity(identity, expected)
    if progress is not None:
        check_layout(decode_progress(progress))


def _refusal(place: str, check: Callable[[], None]) -> Finding | None:
    """Say why a worker would refuse this state; None where it would not."""
    try:
        check()
    except StateRefused as error:
        return refused("changelog", f"{place}: {error}")
    except msgspec.ValidationError:
        return refused("changelog", f"{place}: {OTHER_ROWS}")
    return None


def _knows(view: ControlView, name: str) -> bool:
    try:
        return load_policy(name).fingerprint in {one.fingerprint for one in view.policies}
    except PolicyError:
        return True  # told already, with its place
