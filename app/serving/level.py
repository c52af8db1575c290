"""How far each partition has been read and when that was the end in, `as_of` and whether all is read out."""

from typing import Final, NamedTuple

Place = tuple[str, int]
"""Topic and partition."""


class End(NamedTuple):
    """Where a log ended for readers of what is committed, when a fetch that was sent at an instant was answered."""

    offset: int
    asked_at: int


UNASKED: Final = 0
"""No fetch has told that end: it is known before the first."""


class Level:
    """Everything published up to `as_of` (epoch ms) is in the view; 0 before all was read once."""

    def __init__(self) -> None:
        self._ends: dict[Place, End] = {}
        self._reached: dict[Place, int] = {}
        self._positions: dict[Place, int] = {}
        self.newest_record_at: int | None = None
        self.indexed = True
        """Whether what was read can be asked for."""
        self._as_of: int | None = 0
        """None: to be looked for anew; every answer says it more than once."""

    def assign(self, places: list[Place]) -> None:
        """Begin with partitions of which nothing is known; what `as_of` was stays true."""
        self._ends.clear()
        self._reached = {place: self._reached.get(place, 0) for place in places}
        self._as_of = None
        self._positions = {place: self._positions.get(place, 0) for place in places}

    def forget(self) -> None:
        """Begin anew: nothing is read."""
        self._ends.clear()
        self._reached = dict.fromkeys(self._reached, 0)
        self._as_of = None

    def ended(self, place: Place, end: End) -> None:
        """Hear where a log ends."""
        self._ends[place] = end

    def read_to(self, place: Place, position: int) -> None:
        """Hear how far the view has come: its next offset to read."""
        self._positions[place] = position
        end = self._ends.get(place)
        if end is not None and position >= end.offset:
            self._reached[place] = max(self._reached.get(place, 0), end.asked_at)
            self._as_of = None

    @property
    def as_of(self) -> int:
        """The instant up to which nothing published is missing."""
        if self._as_of is None:
            self._as_of = min(self._reached.values(), default=0)
        return self._as_of

    @property
    def ready(self) -> bool:
        """Whether everything was read once, and can be asked for."""
        return self.indexed and self.as_of > 0

    @property
    def partitions(self) -> int:
        """How many are read."""
        return len(self._reached)

    @property
    def behind(self) -> int:
        """Offsets between here and the ends that are known."""
        return sum(max(0, end.offset - self._positions.get(place, 0)) for place, end in self._ends.items())
