"""What was read in, how much of it and where it was wrong out."""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from schemas.rejections import Rejected, RejectionCode


class Place(NamedTuple):
    """Where a record stands."""

    file: str
    line: int | None
    """From 1; of a CSV row the last of its lines, of Parquet the row; None: not known any more."""

    def __str__(self) -> str:
        """Name it as compilers do."""
        return self.file if self.line is None else f"{self.file}:{self.line}"


@dataclass(slots=True)
class Counts:
    """Records of the files, whatever became of them; `read` = accepted + rejected."""

    tell: Callable[[Place, Rejected], None] = lambda _place, _wrong: None
    """Is told of each record that is rejected."""
    read: int = 0
    rejected: Counter[RejectionCode] = field(default_factory=Counter)
    first: dict[RejectionCode, tuple[Place, Rejected]] = field(default_factory=dict)
    """Of every code the record that was rejected first, in that order."""

    @property
    def accepted(self) -> int:
        """How many are facts."""
        return self.read - self.rejected.total()

    def reject(self, place: Place, wrong: Rejected) -> None:
        """Count what is no fact."""
        self.rejected[wrong.code] += 1
        self.first.setdefault(wrong.code, (place, wrong))
        self.tell(place, wrong)

    def told(self) -> Iterator[str]:
        """Say in a line for each code how many there were, and what was wrong with the first."""
        for code, count in sorted(self.rejected.items()):
            place, wrong = self.first[code]
            yield f"{code} {count:,}, first at {place}: {wrong.path}: {wrong.message}"
