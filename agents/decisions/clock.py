"""The clock of a partition: what the inputs have reached in, an instant out; it never goes back."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Final, Literal, NamedTuple

from agents.run import LogEnd

ClockMode = Literal["wall", "stream"]

JUMP_MS: Final = 1_000
"""By so much more or less than the steady clock the wall clock must have gone on to have jumped."""


@dataclass(frozen=True, slots=True)
class InputState:
    """One input of a task."""

    lagging: bool
    """Whether the log holds records that the task has not worked; unknown counts as lagging."""
    reached: int
    """Timestamp of the newest record worked, epoch ms; 0 before the first."""
    confirmed_at: int
    """When the last fetch that found nothing left, committed or not, was sent, epoch ms."""


class Reading(NamedTuple):
    """Two clocks at one moment, ms: the wall clock may be set and sleeps through nothing, the steady one may not."""

    wall: int
    steady: int


def jump(before: Reading, now: Reading) -> int:
    """Give the milliseconds by which the wall clock has jumped between two readings; 0 if it has not."""
    ahead = (now.wall - before.wall) - (now.steady - before.steady)
    return ahead if abs(ahead) >= JUMP_MS else 0


def level_at(position: int, ends: Iterable[LogEnd | None]) -> int | None:
    """Give the newest moment (epoch ms) at which the log held nothing behind a position; None: it may hold more."""
    return max((end.asked_at for end in ends if end is not None and end.offset <= position), default=None)


def read_clock(mode: ClockMode, before: int, inputs: Collection[InputState], now: int, bound: int | None = None) -> int:
    """Say what time it is for a partition.

    While an input lags, no later than what the slowest has reached: an order that waits unread must not find
    its customer decayed. Else the wall clock, but not past the moment for which the inputs are known to be empty.
    `stream` never passes the newest record, and nothing passes the `bound`.
    """
    lagging = [state.reached for state in inputs if state.lagging]
    if mode == "stream":
        at = min(lagging) if lagging else max((state.reached for state in inputs), default=0)
    elif lagging:
        at = min(lagging)
    else:
        at = min([now, *(state.confirmed_at for state in inputs)])
    return max(before, at if bound is None else min(at, bound))
