"""The text of a policy on the control topic in, the policy as the decisions read it out."""

from functools import lru_cache
from typing import Final

from schemas.control import PolicyRecord, Unreadable
from schemas.policy import Policy
from schemas.policy_file import PolicyError, parse_policy
from schemas.rollout import Rollout

KEPT: Final = 32


def rollout(record: PolicyRecord) -> Rollout:
    """Give a policy with the instant from which on it is in force; Unreadable as for `compiled`."""
    return Rollout(compiled(record), record.effective_at, record.silent)


@lru_cache(maxsize=KEPT)
def compiled(record: PolicyRecord) -> Policy:
    """Read a policy, once; Unreadable when this version of Segue cannot, or reads another one than was written."""
    name = f"policy/{record.number}"
    try:
        policy = parse_policy(record.document, name)
    except PolicyError as error:
        raise Unreadable(f"{name}: cannot be read by this version of Segue: {error}") from error
    if policy.fingerprint != record.fingerprint:
        raise Unreadable(f"{name}: its text is not the one that was published")
    return policy
