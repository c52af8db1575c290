"""A file's name in, its open stream and what it holds out: told by its first bytes, and for text by its name."""

import gzip
import io
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO, Final, Literal, NamedTuple

from app.runtime.errors import ExtraMissing, SegueError

GZIP: Final = b"\x1f\x8b"
ZSTD: Final = b"\x28\xb5\x2f\xfd"
PARQUET: Final = b"PAR1"
BOM: Final = b"\xef\xbb\xbf"
BUFFER: Final = 1 << 18
LINES: Final = frozenset({".ndjson", ".jsonl"})

Kind = Literal["lines", "csv", "parquet"]


class Source(NamedTuple):
    """An open file."""

    name: str
    kind: Kind
    stream: BinaryIO
    """The content, unpacked."""
    raw: BinaryIO
    """The file itself: how far it has been read tells the progress."""


@contextmanager
def open_source(path: Path) -> Iterator[Source]:
    """Open a file of events; what cannot be read, here or later, is a SegueError that names it."""
    try:
        with path.open("rb", BUFFER) as raw:
            file: BinaryIO = raw
            stream = _unpacked(file, path)
            yield Source(str(path), _kind(stream, path), stream, file)
    except (EOFError, zlib.error) as error:
        raise SegueError(f"{path}: cannot be unpacked: {error}") from error
    except OSError as error:
        raise SegueError(f"{path}: cannot be read: {error.strerror or error}") from error


def need_pyarrow(path: Path) -> Any:
    """Import what reads Parquet and Zstandard."""
    try:
        import pyarrow  # noqa: ICN001, PLC0415  # of the extra `lab`
    except ImportError as error:
        raise ExtraMissing(str(path), "pyarrow", "lab") from error
    return pyarrow


def _unpacked(raw: BinaryIO, path: Path) -> BinaryIO:
    head = _peek(raw, len(ZSTD))
    if head.startswith(GZIP):
        return io.BufferedReader(gzip.GzipFile(fileobj=raw), BUFFER)
    if head == ZSTD:
        pyarrow = need_pyarrow(path)
        return io.BufferedReader(pyarrow.CompressedInputStream(raw, "zstd"), BUFFER)
    return raw


def _kind(stream: BinaryIO, path: Path) -> Kind:
    head = _peek(stream, 1024)
    if not head:
        raise SegueError(f"{path}: is empty")
    if head.startswith(PARQUET):
        return "parquet"
    suffix = next((end for end in reversed(path.suffixes) if end not in {".gz", ".zst"}), "")
    first = head.removeprefix(BOM).lstrip()[:1]
    if suffix == ".csv":
        return "csv"
    if suffix in LINES or first in {b"{", b""}:
        return "lines"
    if first == b"[":
        raise SegueError(f"{path}: is a JSON array; events stand one a line")
    if b"customer_id" in head.partition(b"\n")[0]:
        return "csv"
    raise SegueError(f"{path}: is neither NDJSON nor CSV nor Parquet")


def _peek(stream: BinaryIO, size: int) -> bytes:
    assert isinstance(stream, io.BufferedReader)
    return stream.peek(size)[:size]
