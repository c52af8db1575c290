"""What is gathered of a customer on its way to her check: facts that a worker has taken, records that it has sent."""

from typing import Literal

from msgspec import Struct

from schemas.facts import Fact

Output = Literal["transitions", "rewards"]
"""The outputs that are checked."""


class Taken(Struct, frozen=True, gc=False, tag_field="type", tag="taken"):
    """A fact before the position that a worker has reached."""

    stamp: int
    """Epoch ms of its record, or of one before it in its partition if that is later: inputs are merged by it."""
    ahead: bool
    """Whether it occurred after the time of its own record: it may have waited for the clock."""
    fact: Fact

    @property
    def customer_id(self) -> str:
        """Whose it is."""
        return self.fact.customer_id

    @property
    def at(self) -> int:
        """When it occurred, epoch ms."""
        return int(self.fact.occurred_at)


class Told(Struct, frozen=True, gc=False, tag_field="type", tag="told"):
    """A committed record of an output, as it lies in the log."""

    customer_id: str
    output: Output
    kind: str
    """Its `ce_type`; empty where it has none."""
    ce_id: str
    value: bytes


Entry = Taken | Told
