"""What is known of one customer before it is explained: her facts, from wherever they were read."""

from typing import NamedTuple

from app.explaining.said import Published
from schemas.cut_points import CutPoints
from schemas.facts import Fact
from schemas.rollout import Rollout


class Evidence(NamedTuple):
    """Everything that an explanation is made from, but the policy."""

    facts: list[Fact]
    """Her accepted facts in the order of the log, whenever they occurred."""
    as_of: int
    """The instant that is explained, epoch ms."""
    cut_points: list[CutPoints]
    """The history of cut points, ascending; empty = what the policy calls initial."""
    notes: list[str]
    """What to know of the sources, a line each."""
    rollouts: tuple[Rollout, ...] = ()
    """The policies that were promoted after the first, ascending."""
    published: Published | None = None
    """What was published of her rewards; None where that was not read."""
