"""Frames of bytes in, each under a number; all frames of a number out, in the order in which they came."""

from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, NamedTuple


class _Place(NamedTuple):
    start: int
    size: int


class Spool:
    """One temporary file, made when the first frame comes; where each frame lies is held in memory."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file: BinaryIO | None = None
        self._places: dict[int, list[_Place]] = defaultdict(list)
        self._end = 0

    def add(self, number: int, frame: bytes) -> None:
        """Write a frame to the end of the file."""
        if self._file is None:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            self._file = self._path.open("w+b")
        self._file.seek(self._end)
        self._file.write(frame)
        self._places[number].append(_Place(self._end, len(frame)))
        self._end += len(frame)

    def frames(self, number: int) -> Iterator[bytes]:
        """Read back what was added under a number."""
        for place in self._places.get(number, ()):
            assert self._file is not None
            self._file.seek(place.start)
            yield self._file.read(place.size)

    def numbers(self) -> list[int]:
        """Give the numbers under which anything was added, ascending."""
        return sorted(self._places)

    def __bool__(self) -> bool:
        return bool(self._places)

    def close(self) -> None:
        """Give the space back."""
        if self._file is not None:
            self._file.close()
            self._path.unlink()
            self._file = None
        self._places.clear()
