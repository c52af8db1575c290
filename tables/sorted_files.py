"""Ascending rows in, a file of them out that a database takes over: they pass its memtable and its log."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from rocksdict import IngestExternalFileOptions, Rdict, SstFileWriter

from tables.rocks import file_options


@contextmanager
def sorted_file(db: Rdict, path: Path) -> Iterator[Any]:
    """Give a file for ascending rows to put or delete, at least one; the database takes it over when the block ends."""
    with written(path) as file:
        yield file
    take_over(db, path)


@contextmanager
def written(path: Path) -> Iterator[Any]:
    """Give a file for ascending rows to put or delete, at least one; what a kill has left there is written over."""
    file = SstFileWriter(file_options())
    file.open(str(path))
    yield file
    file.finish()


def take_over(db: Rdict, path: Path) -> None:
    """Let a database take a file as its own; it lies on the database's disk, and is gone afterwards."""
    how = IngestExternalFileOptions()
    how.set_move_files(True)
    db.ingest_external_file([str(path)], how)
