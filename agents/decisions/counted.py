"""What of a customer counts at an instant: her row, or what was taken down of it, as the rules read them."""

from typing import NamedTuple, Protocol


class Counts(Protocol):
    """What the rules look at; a customer row is one too. Instants in ms, money in minor units."""

    @property
    def frequency(self) -> int: ...
    @property
    def known(self) -> int: ...
    @property
    def monetary(self) -> int: ...
    @property
    def counted(self) -> int: ...
    @property
    def first(self) -> int: ...
    @property
    def last(self) -> int: ...
    @property
    def engaged(self) -> int: ...
    @property
    def met(self) -> bool: ...


class Counted(NamedTuple):
    """What counted at some instant: see schemas.rows.CustomerRow for the fields."""

    frequency: int
    known: int
    monetary: int
    counted: int
    first: int
    last: int
    engaged: int
    met: bool


class Worth(NamedTuple):
    """What an order or a free refund adds to what is inside the window."""

    frequency: int
    known: int
    monetary: int


NOTHING = Worth(0, 0, 0)


def take_down(row: Counts) -> Counted:
    """Take down what counts before it changes."""
    return Counted(row.frequency, row.known, row.monetary, row.counted, row.first, row.last, row.engaged, row.met)
