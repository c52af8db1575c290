"""A customer's id, files and options of a command in; what is known of her, and the policy that it is read by, out."""

import asyncio
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

from app.runtime.errors import SegueError

if TYPE_CHECKING:
    from app.control.view import ControlView
    from app.explaining.evidence import Evidence
    from app.settings import Settings
    from schemas.policy import Policy


def gathered(
    customer: str,
    files: tuple[Path, ...],
    policy: str | None,
    settings: "Settings",
    *,
    as_of: int | None,
    cut_points: Path | None,
    rewards: bool = False,
) -> "tuple[Evidence, Policy]":
    """Read files, or without any the input topics; without a policy named, topics go by what is in force.

    `rewards`: whether of topics what was published of her rewards is read, too. SegueError or PolicyError when they
    cannot be read.
    """
    from schemas.policy_file import load_policy  # noqa: PLC0415  # keeps other commands quick to start

    view = deployed_view(settings) if policy is None and not files else None
    if view is not None and view.policies:
        return _deployed_evidence(customer, view, settings, as_of=as_of, cut_points=cut_points, rewards=rewards)
    read = load_policy(policy if policy is not None else settings.first_policy)
    evidence = _given_evidence(customer, files, read, settings, as_of=as_of, cut_points=cut_points, rewards=rewards)
    return evidence, read


def deployed_view(settings: "Settings") -> "ControlView | None":
    """Read the control topic; None where there is none yet. SegueError when the brokers fail."""
    from app.logs import configure_logging  # noqa: PLC0415  # as above
    from app.policies.rollout import history  # noqa: PLC0415  # as above
    from app.topic_check import partition_counts  # noqa: PLC0415  # as above

    if settings.topics.control not in asyncio.run(partition_counts(settings)):
        return None
    configure_logging(settings.model_copy(update={"log_level": "error", "log_format": "text"}))
    return asyncio.run(history(settings))


def _deployed_evidence(
    customer: str,
    view: "ControlView",
    settings: "Settings",
    *,
    as_of: int | None,
    cut_points: Path | None,
    rewards: bool,
) -> "tuple[Evidence, Policy]":
    """Take policies and cut points from the control topic, unless cut points are given."""
    from app.control.documents import rollout  # noqa: PLC0415  # as above

    first, *later = map(rollout, view.policies)
    evidence = _given_evidence(
        customer, (), first.policy, settings, as_of=as_of, cut_points=cut_points, rewards=rewards
    )
    if cut_points is None:
        evidence = evidence._replace(cut_points=[one.cut_points for one in view.cut_points])
    return evidence._replace(rollouts=tuple(later)), first.policy


def _given_evidence(
    customer: str,
    files: tuple[Path, ...],
    policy: "Policy",
    settings: "Settings",
    *,
    as_of: int | None,
    cut_points: Path | None,
    rewards: bool,
) -> "Evidence":
    """Read what is known of a customer from files, or without any from the input topics."""
    from app.explaining.files import evidence_of_files  # noqa: PLC0415  # as above
    from app.explaining.topics import evidence_of_topics  # noqa: PLC0415  # as above
    from app.simulate.cut_point_file import read_history  # noqa: PLC0415  # as above
    from app.simulate.progress import Progress  # noqa: PLC0415  # as above
    from schemas.checking import is_id  # noqa: PLC0415  # as above

    if not is_id(customer):
        raise SegueError("CUSTOMER: an id is 1 to 128 bytes of UTF-8 without control characters")
    progress = Progress(sys.stderr)
    try:
        if files:
            return evidence_of_files(customer, files, policy, progress, as_of=as_of, cut_points=cut_points)
        history = read_history(cut_points, policy) if cut_points else []
        now = int(time.time() * 1000) if as_of is None else as_of
        return asyncio.run(
            evidence_of_topics(customer, settings, progress, as_of=now, cut_points=history, rewards=rewards)
        )
    finally:
        progress.clear()
