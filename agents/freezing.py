"""What customers hold at a freeze in, chunks for whoever makes cut points of them out; orders go on meanwhile.

Customers are walked through in the order of their keys, some in each transaction. Whoever changes before her turn has
come is taken down first, as she was at the freeze, and her row says so.
"""

from dataclasses import dataclass, field

from msgspec.structs import replace

from agents.decisions.frozen import Held
from agents.outgoing import Outgoing
from schemas.freezes import FreezeChunk, chunk_key, encode_chunk
from schemas.packed_values import pack_values
from schemas.policy import Policy
from schemas.rows import FreezeRow


@dataclass(slots=True)
class Freeze:
    """One that is under way, during one transaction."""

    row: FreezeRow
    policy: Policy
    """The one in force at the freeze."""
    held: list[Held] = field(default_factory=list)
    """What was taken down in this transaction."""

    def awaits(self, customer: bytes, until: int | None) -> bool:
        """Tell whether a customer who changes now has to be taken down first; not while she comes to the freeze."""
        return customer > self.row.cursor and until != self.row.at

    def hold(self, holds: Held | None) -> None:
        """Take down what a customer holds, if anything counts."""
        if holds is not None:
            self.held.append(holds)

    def reached(self, customer: bytes, *, last: bool) -> None:
        """Note that the turn of all customers up to one has come."""
        self.row = replace(self.row, cursor=customer, done=last)

    def publish(self, topic: str, partition: int) -> Outgoing | None:
        """Make a chunk of what was taken down; None when there is nothing to tell."""
        if not self.held and not self.row.done:
            return None
        recency, frequency, monetary = self.policy.quantiles
        values = list(zip(*self.held, strict=True)) or [(), (), ()]
        packed = [
            pack_values(sorted(column)) if wanted else None
            for column, wanted in zip(values, (recency, frequency, monetary), strict=True)
        ]
        chunk = FreezeChunk(self.row.at, partition, self.row.chunks, self.row.done, *packed)
        self.row = replace(self.row, chunks=self.row.chunks + 1)
        self.held = []
        return Outgoing(topic, chunk_key(chunk), encode_chunk(chunk), [])
