"""Published rewards in, the decisions among them that tell who was held out and who was not, out."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

import msgspec
from msgspec import Struct

from app.runtime.errors import SegueError
from app.simulate.lines import blocks
from app.simulate.sources import open_source
from schemas.rejections import UNREADABLE
from schemas.transitions import PolicyRef

NOT_ASSIGNED: Final = frozenset({"country", "consent", "chance"})
"""Reasons that are looked at before anybody is held out: they keep customers out of both arms alike."""


class RewardSeen(Struct, frozen=True, gc=False, rename={"from_segment": "from"}):
    """What is looked at of a published reward, whatever became of it."""

    customer_id: str
    effective_at: int
    policy: PolicyRef
    reward_id: str
    rule: str
    detected_at: int | None = None
    from_segment: str | None = None
    give: dict[str, object] | None = None
    reason: str | None = None
    to: str | None = None
    variant: str | None = None

    @property
    def decides(self) -> bool:
        """Whether it grants or withholds, with everybody in one arm or the other: the rest is what became of grants."""
        return (self.give is not None or self.reason is not None) and self.reason not in NOT_ASSIGNED


_decode: Final = msgspec.json.Decoder(RewardSeen).decode


def read_rewards(files: Sequence[Path]) -> Iterator[RewardSeen]:
    """Read the values of the topic of rewards, one a line; SegueError names the line that is none.

    What was only simulated is refused: nobody was given it, so it can have done nothing.
    """
    for path in files:
        with open_source(path) as source:
            if source.kind != "lines":
                raise SegueError(f"{path}: published rewards stand one a line, as JSON")
            number = 0
            for block in blocks(source):
                for line in block.splitlines():
                    number += 1
                    if line.strip():
                        yield read_reward(line, f"{path}:{number}")


def read_reward(line: bytes, place: str) -> RewardSeen:
    """Read a value of the topic of rewards; SegueError names the place of what is none, or was only simulated."""
    try:
        seen = _decode(line)
    except UNREADABLE as error:
        raise SegueError(f"{place}: is no published reward: {error}") from error
    if seen.detected_at is None:
        raise SegueError(
            f"{place}: this reward was simulated and never given: it can have done nothing. "
            "Operator action: give what was published on the topic of rewards"
        )
    return seen
