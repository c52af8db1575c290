"""What is fuzzed: how its inputs are made, what must hold of each, and how long one may take."""

from collections.abc import Callable
from dataclasses import dataclass
from random import Random
from typing import Any

from msgspec import Struct


class Input(Struct, frozen=True):
    """What a target is given; it can be written to a file and read back."""

    @property
    def size(self) -> int:
        """Bytes of it that the input's length may excuse."""
        raise NotImplementedError


@dataclass(frozen=True, slots=True)
class Target:
    """A part of Segue that reads what strangers write."""

    name: str
    kind: type[Input]
    make: Callable[[Random], Input]
    judge: Callable[[Any], None]
    """Demands what must hold; whatever it raises is a failure."""
    seconds: float
    """CPU seconds that any input may take ..."""
    seconds_per_byte: float
    """... and as many more for each of its bytes."""

    def bound(self, given: Input) -> float:
        """Give the CPU seconds that an input may take."""
        return self.seconds + self.seconds_per_byte * given.size
