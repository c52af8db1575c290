"""How a shop writes to its customers: when it does not, what it may name of them, and how often it tries."""

from dataclasses import dataclass
from typing import Final

from schemas.instants import DAY_MS


@dataclass(frozen=True, slots=True)
class Quiet:
    """When nobody is written to: from one minute of the day up to before another, which may be on the next day."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Personal:
    """How much messages may name of a customer."""

    products: int = 0
    """0: lines of orders are not read."""


NOTHING_PERSONAL: Final = Personal()


@dataclass(frozen=True, slots=True)
class Delivery:
    """What is done about messages that do not arrive."""

    attempts: int = 3
    """So often one is asked for on one channel."""
    first_wait_ms: int = 600_000
    """How long after a failure it is asked for again."""
    factor: int = 3
    """So much longer it is after every further one."""
    keep_ms: int = 7 * DAY_MS
    """How long after a request its answer is waited for."""

    def wait_ms(self, attempt: int) -> int:
        """Say how long to wait behind the failure of an attempt, 1 and up."""
        return int(self.first_wait_ms * self.factor ** (attempt - 1))
