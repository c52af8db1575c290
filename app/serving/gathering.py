"""Records of standings in, files of sorted rows out: the newest of each customer, in whatever process reads them."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from app.serving import keys
from app.serving.gathered import Gathered, Heard
from app.serving.level import Place
from app.serving.rows import encode_row
from app.serving.standings import read_standings
from tables.sorted_files import written

GATHERED: Final = 100_000
"""Rows of one file, some 20 MiB of memory; fewer would make files that each look-up goes through until compaction."""
MARKED: Final = 1_000


class Gatherer:
    """Keeps the newest row of each customer until there are many."""

    def __init__(self, files: Iterator[Path], most: int = GATHERED) -> None:
        self._files, self._most = files, most
        self._begin()

    def _begin(self) -> None:
        self._rows: dict[bytes, bytes | None] = {}
        self._positions: dict[Place, int] = {}
        self._records = 0
        self._heard = Heard()

    def take(self, records: list[Any], place: Place, position: int) -> None:
        """Take what one fetch brought of a partition; `position` is the next offset to read."""
        rows = self._rows
        for customer, now in read_standings(records, self._heard).items():
            rows[customer] = encode_row(now) if now is not None else None
        self._positions[place] = position
        self._records += len(records)

    @property
    def full(self) -> bool:
        """Whether there are many."""
        return len(self._rows) >= self._most

    def write(self) -> Gathered:
        """Write what there is, and begin anew."""
        customers = sorted(self._rows)
        file = self._written(customers) if customers else None
        gathered = Gathered(file, self._positions, self._records, self._heard, customers[::MARKED])
        self._begin()
        return gathered

    def _written(self, customers: list[bytes]) -> Path:
        path, rows, family = next(self._files), self._rows, keys.CUSTOMER
        with written(path) as file:
            for customer in customers:
                row = rows[customer]
                if row is None:
                    del file[family + customer]
                else:
                    file[family + customer] = row
        return path
