"""Complete freezes in, for each the version of cut points that follows, or why none does, out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from msgspec.structs import replace

from app.control.collecting import Misfit, Values
from app.control.cutting import cut
from app.control.documents import compiled
from app.control.view import ControlView
from schemas.control import CutPointsRecord, PolicyRecord
from schemas.policy import Policy

Reason = Literal["published", "no quantiles", "too few customers", "chunks do not fit the policy", "superseded"]


@dataclass(frozen=True, slots=True)
class Decided:
    """What has become of a freeze."""

    at: int
    version: CutPointsRecord | None
    reason: Reason


def decide(view: ControlView, chunks: Mapping[int, Sequence[Values]]) -> list[Decided]:
    """Decide complete freezes, given in ascending order; versions are still to be dated and numbered."""
    return [_frozen(view, at, values) for at, values in chunks.items()]


def dated(view: ControlView, decided: Sequence[Decided], earliest: int | None) -> list[Decided]:
    """Number the versions that follow, and date those that come too late for their instant.

    Such a one takes effect at `earliest`, and gives way to a later one that is in force as early. None is the clock
    of the stream: tasks wait for a version at its instant, however late it comes.
    """
    if earliest is not None:
        decided = _re_dated(decided, earliest)
    newest = view.cut_points[-1] if view.cut_points else None
    number, last = (newest.version, newest.effective_at) if newest else (0, 0)
    numbered: list[Decided] = []
    for one in decided:
        version = one.version
        if version is not None:
            number, last = number + 1, max(version.effective_at, last + 1)
            version = replace(version, version=number, effective_at=last)
        numbered.append(Decided(one.at, version, one.reason))
    return numbered


def policy_at(view: ControlView, instant: int) -> PolicyRecord:
    """Give the policy in force at an instant; the first one is in force from the beginning on."""
    return next(one for one in reversed(view.policies) if one.effective_at <= instant)


def version_at(view: ControlView, instant: int) -> CutPointsRecord | None:
    """Give the cut points in force at an instant; None while the initial values of its policy are.

    A policy with other quantiles than the newest version was frozen for begins with its own initial values.
    """
    version = next((one for one in reversed(view.cut_points) if one.effective_at <= instant), None)
    if version is None or version.policy > len(view.policies):
        return None
    frozen_for, policy = compiled(view.policies[version.policy - 1]), compiled(policy_at(view, instant))
    return version if frozen_for.quantiles == policy.quantiles else None


def _frozen(view: ControlView, at: int, values: Sequence[Values]) -> Decided:
    record = policy_at(view, at)
    policy = compiled(record)
    if not policy.has_quantiles:
        return Decided(at, None, "no quantiles")
    if sum(chunk.customers for chunk in values) < max(1, policy.refresh.min_customers):
        return Decided(at, None, "too few customers")
    try:
        return Decided(at, _version(policy, record.number, at, values), "published")
    except Misfit:
        return Decided(at, None, "chunks do not fit the policy")


def _version(policy: Policy, number: int, at: int, values: Sequence[Values]) -> CutPointsRecord:
    found = cut(policy, values)
    effective_at = at + policy.refresh.apply_after_ms
    return CutPointsRecord(1, at, effective_at, found.recency, found.frequency, found.monetary, found.customers, number)


def _re_dated(decided: Sequence[Decided], earliest: int) -> list[Decided]:
    """Let nothing take effect before everybody can know of it; of several at one instant the last remains."""
    kept: list[Decided] = []
    following: int | None = None
    for one in reversed(decided):
        version, reason = one.version, one.reason
        if version is not None:
            at = max(version.effective_at, earliest)
            if following is not None and at >= following:
                version, reason = None, "superseded"
            else:
                version, following = replace(version, effective_at=at), at
        kept.append(Decided(one.at, version, reason))
    return kept[::-1]
