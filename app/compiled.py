"""The modules on disk in; whether the hot path runs compiled out. Stale ones (older than the source) are refused."""

from collections.abc import Iterator
from importlib.machinery import EXTENSION_SUFFIXES
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parent.parent
PACKAGES: Final = ("agents", "app", "schemas", "tables")


class StaleModules(ImportError):
    """The source has changed since it was compiled: what would run is not what stands there."""


def is_compiled(root: Path = ROOT) -> bool:
    """Tell whether compiled modules run; StaleModules if any is older than any source beside them.

    A change in one module can change what was compiled into another, so all are one.
    """
    compiled = list(_files(root, EXTENSION_SUFFIXES[0]))
    if not compiled:
        return False
    oldest = min(path.stat().st_mtime for path in compiled)
    newer = [path for path in _files(root, ".py") if path.stat().st_mtime > oldest]
    if newer:
        raise StaleModules(
            f"{newer[0].relative_to(root)} is newer than the compiled modules."
            " Operator action: `make compiled`, or `make pure` to run the source itself"
        )
    return True


def _files(root: Path, suffix: str) -> Iterator[Path]:
    for package in PACKAGES:
        yield from (root / package).rglob(f"*{suffix}")
