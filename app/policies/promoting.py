"""A policy for a running deployment in; whether it may follow the one in force, and its record, out."""

from collections.abc import Sequence
from typing import Final

from app.control.documents import compiled
from app.policies.differing import Difference, differences
from app.runtime.errors import SegueError
from schemas.control import PolicyRecord
from schemas.instants import LATEST, rfc3339
from schemas.policy_file import parse_document, parse_policy
from schemas.rollout import obstacles

BUILT_BY: Final = ("currency", "window", "orders.", "engagement.kinds", "late.horizon")
"""What state is built by: paths of the language, those with a dot and all below."""
DELAY_MS: Final = 60_000
"""So long after its promotion a policy takes effect, unless told otherwise."""


class PromotionRefused(SegueError):
    """A policy that cannot follow the one in force."""


def following(
    known: Sequence[PolicyRecord], document: str, origin: str, *, effective_at: int, silent: bool
) -> PolicyRecord:
    """Give the record of a policy that follows those that are known; PromotionRefused, or PolicyError."""
    policy = parse_policy(document, origin)
    if not known:
        raise PromotionRefused(
            "no policy is in force yet. Operator action: start a worker; the first one publishes the policy that "
            "SEGUE_POLICY names."
        )
    newest = known[-1]
    if policy.fingerprint == newest.fingerprint:
        raise PromotionRefused(f"{origin} is the newest policy already: number {newest.number} (id {newest.id}).")
    others = list(obstacles(compiled(newest), policy))
    if others:
        raise PromotionRefused(_hangs_on(newest, document, origin, others))
    if effective_at <= newest.effective_at:
        raise PromotionRefused(
            f"policy {newest.number} takes effect at {rfc3339(newest.effective_at)}, this one would no later: at "
            f"{rfc3339(effective_at)}. Operator action: give a later instant with --at."
        )
    number = newest.number + 1
    return PolicyRecord(number, effective_at, silent, policy.fingerprint, policy.id, policy.version, document)


def before_newest(known: Sequence[PolicyRecord]) -> PolicyRecord:
    """Give the policy that a rollback promotes anew; PromotionRefused when there is none."""
    if len(known) < 2:
        raise PromotionRefused("there is no policy before the newest: nothing to go back to.")
    return known[-2]


def check_instant(effective_at: int, earliest: int) -> None:
    """Refuse an instant that workers may hear of too late, or that cannot be written."""
    if effective_at < earliest:
        raise PromotionRefused(
            f"--at {rfc3339(effective_at)} is too early: every worker has to hear of it, so it lies 40 s ahead at "
            f"least, at {rfc3339(earliest)} or later."
        )
    if effective_at > LATEST:
        raise PromotionRefused("--at lies after the year 9999.")


def changes(before: PolicyRecord, document: str, origin: str) -> list[Difference]:
    """Say in what a policy differs from one that was promoted."""
    return differences(parse_document(before.document, f"policy/{before.number}"), parse_document(document, origin))


def _hangs_on(newest: PolicyRecord, document: str, origin: str, others: Sequence[str]) -> str:
    """Say what state hangs on: what differs, by its path, or where that is no line of the language in words."""
    found = [change for change in changes(newest, document, origin) if change.path.startswith(BUILT_BY)]
    told = [f"{change.path}: {change.before} -> {change.after}" for change in found] or others
    return (
        f"{origin} differs in what the state is built by: {'; '.join(told)}. Operator action: keep it as it is, or "
        "choose a new SEGUE_APP_ID with this policy to build the state again from the topics."
    )
