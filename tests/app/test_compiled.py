"""Compiled or not, what runs is the source that stands there, and it says the same."""

import os
import shutil
import subprocess
import sys
from importlib.machinery import EXTENSION_SUFFIXES
from pathlib import Path
from typing import Final

import pytest

from app.compiled import ROOT, StaleModules, is_compiled
from app.demo.shop import events

SUFFIX: Final = EXTENSION_SUFFIXES[0]
YEAR: Final = 8_000
"""Events of the demo's year: hundreds of customers with refunds and decays."""


def tree(root: Path, *, sources_at: int, compiled_at: int | None) -> Path:
    """Lay out two packages whose files were changed at these times."""
    for package in ("agents", "schemas"):
        (root / package).mkdir(parents=True)
        files = {"rows.py": sources_at} | ({f"life{SUFFIX}": compiled_at} if compiled_at is not None else {})
        for name, changed_at in files.items():
            (root / package / name).touch()
            os.utime(root / package / name, (changed_at, changed_at))
    return root


def test_without_compiled_modules_the_source_runs(tmp_path: Path) -> None:
    assert not is_compiled(tree(tmp_path, sources_at=100, compiled_at=None))


def test_compiled_modules_run_that_are_no_older_than_any_source(tmp_path: Path) -> None:
    assert is_compiled(tree(tmp_path, sources_at=100, compiled_at=100))


def test_a_source_changed_since_is_refused_with_what_to_do(tmp_path: Path) -> None:
    root = tree(tmp_path, sources_at=100, compiled_at=100)
    os.utime(root / "schemas" / "rows.py", (101, 101))
    with pytest.raises(StaleModules, match=r"schemas/rows\.py is newer .* `make compiled`"):
        is_compiled(root)


def simulated(root: Path, file: Path, out: Path) -> dict[str, bytes]:
    """Simulate with the code of a tree; gives what was written."""
    asked = (
        "simulate",
        "--policy",
        "seed",
        "--events",
        str(file),
        "--as-of",
        "2012-03-01T00:00:00Z",
        "--out",
        str(out),
    )
    command = [sys.executable, "-c", "from app.command_line import main; main()", *asked]
    subprocess.run(command, check=True, cwd=root, env=os.environ | {"PYTHONPATH": str(root)}, capture_output=True)
    return {path.name: path.read_bytes() for path in out.iterdir()}


def test_the_source_says_what_its_compiled_modules_say(tmp_path: Path) -> None:
    if not is_compiled():
        pytest.skip("nothing is compiled here: `make compiled` needs a C compiler")
    source = tmp_path / "source"
    for package in ("agents", "app", "schemas", "tables"):
        shutil.copytree(ROOT / package, source / package, ignore=shutil.ignore_patterns(f"*{SUFFIX}", "__pycache__"))
    year = tmp_path / "year.ndjson"
    year.write_bytes(b"\n".join(event.payload for _, event in zip(range(YEAR), events(), strict=False)) + b"\n")
    by_source, compiled = simulated(source, year, tmp_path / "one"), simulated(ROOT, year, tmp_path / "other")
    assert by_source == compiled
    assert len(compiled["transitions.ndjson"].splitlines()) > YEAR / 10
