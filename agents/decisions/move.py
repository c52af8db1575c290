"""A change of segment, as the timeline makes it.

A plain class and no msgspec struct: compiled, its fields are read by their place in memory, some twenty times a move.
"""

from mypy_extensions import mypyc_attr

from schemas.measures import Measures
from schemas.transitions import Cause, Next

_Fields = tuple[
    str, int, str | None, str | None, Cause, Measures, Measures, int, Next | None, int, bool, str | None, bool
]


@mypyc_attr(acyclic=True)
class Move:
    """A change of segment, effective at the first millisecond at which the new one holds; nobody changes it."""

    __slots__ = (
        "after",
        "before",
        "cause",
        "customer_id",
        "cut_points_version",
        "effective_at",
        "from_segment",
        "late",
        "next",
        "sequence",
        "silent",
        "supersedes",
        "to_segment",
    )

    def __init__(  # noqa: PLR0917  # a record: its fields in their order
        self,
        customer_id: str,
        sequence: int,
        from_segment: str | None,
        to_segment: str | None,
        cause: Cause,
        before: Measures,
        after: Measures,
        effective_at: int,
        next: Next | None,  # noqa: A002  # the word of the wire
        cut_points_version: int = 0,
        late: bool = False,  # noqa: FBT001, FBT002  # the same
        supersedes: str | None = None,
        silent: bool = False,  # noqa: FBT001, FBT002
    ) -> None:
        self.customer_id = customer_id
        self.sequence = sequence
        """0 for a silent one: it is not published."""
        self.from_segment = from_segment
        self.to_segment = to_segment
        self.cause = cause
        self.before = before
        self.after = after
        self.effective_at = effective_at
        self.next = next
        self.cut_points_version = cut_points_version
        self.late = late
        """Whether it took effect before what had been published of her already."""
        self.supersedes = supersedes
        """The id of the earliest transition that was taken back for it."""
        self.silent = silent

    def told_late(self, sequence: int, supersedes: str | None) -> "Move":
        """Give the same move as one that a late fact has brought."""
        move = Move(*self._fields())
        move.sequence, move.late, move.supersedes = sequence, True, supersedes
        return move

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Move) and self._fields() == other._fields()

    def __hash__(self) -> int:
        return hash((self.customer_id, self.effective_at, self.sequence))

    def __repr__(self) -> str:
        return f"Move{self._fields()}"

    def _fields(self) -> _Fields:
        return (
            self.customer_id,
            self.sequence,
            self.from_segment,
            self.to_segment,
            self.cause,
            self.before,
            self.after,
            self.effective_at,
            self.next,
            self.cut_points_version,
            self.late,
            self.supersedes,
            self.silent,
        )
