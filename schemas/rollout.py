"""A policy that takes over from another at an instant; what of the state would have to be built anew for it."""

from collections.abc import Iterator
from dataclasses import dataclass

from schemas.policy import Policy


@dataclass(frozen=True, slots=True)
class Rollout:
    """A policy, and the first millisecond (epoch) at which it is in force."""

    policy: Policy
    effective_at: int
    silent: bool = False
    """Whether the moves that it causes stay unpublished."""


def obstacles(before: Policy, after: Policy) -> Iterator[str]:
    """Name what keeps one policy from taking over the state that another has built, each in a few words.

    Measures, and which facts are kept, are in the rows as the policy before had them.
    """
    if after.id != before.id:
        yield "another id, which every transition_id is made of"
    if after.currency != before.currency:
        yield "another currency"
    if after.window_ms != before.window_ms:
        yield "another window"
    if (after.zero_value_counts, after.refunded_drops) != (before.zero_value_counts, before.refunded_drops):
        yield "other rules for orders"
    if (after.engagement, after.engagement_acts) != (before.engagement, before.engagement_acts):
        yield "other engagement that counts"
    if after.horizon_ms != before.horizon_ms:
        yield "another horizon for late facts"
