"""What Segue is made of: bill of materials and licences name all of the lock file, and what is copied in."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any, Final

import orjson
import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from deploy.copied_in import COPIED
from tests.deploy.asked import DEPLOY

ROOT: Final = DEPLOY.parent
VENDOR: Final = ROOT / "app" / "serving" / "page" / "vendor"
REQUIRED: Final = "SEGUE_REQUIRE_KAFKA" in os.environ
LIMIT_S: Final = 300


def run(*command: str | Path) -> str:
    """Run a command of the checkout; skipped where it wants a registry that is not there, and may be."""
    around = {name: value for name, value in os.environ.items() if not name.startswith("MAKE")}
    done = subprocess.run(command, cwd=ROOT, env=around, capture_output=True, text=True, timeout=LIMIT_S, check=False)
    if done.returncode and "Failed to fetch" in done.stderr and not REQUIRED:
        pytest.skip("no package registry can be reached")
    assert done.returncode == 0, done.stderr
    return done.stdout


def pinned() -> dict[str, str]:
    """Give the packages that a worker runs with, and their versions."""
    uv = Path(sys.executable).with_name("uv")
    said = run(uv, "export", "--frozen", "--no-dev", "--no-emit-project", "--no-annotate", "--no-hashes", "--no-header")
    pins = [Requirement(line) for line in said.splitlines()]
    return {pin.name: str(pin.specifier)[2:] for pin in pins if pin.marker is None or pin.marker.evaluate()}


def test_bill_of_materials_and_licences_name_all_that_a_worker_runs_with() -> None:
    """`make sbom` itself fails where what it has written is no CycloneDX."""
    run("/usr/bin/env", "make", "sbom", "licences")
    expected = pinned() | {work.name: work.version for work in COPIED}
    bill: dict[str, Any] = orjson.loads((ROOT / "dist" / "sbom.json").read_bytes())
    assert (bill["bomFormat"], bill["metadata"]["component"]["name"]) == ("CycloneDX", "segue")
    assert {canonicalize_name(part["name"]): part["version"] for part in bill["components"]} == expected
    assert [part["name"] for part in bill["components"] if not part.get("licenses")] == []
    _, _, *table = (ROOT / "dist" / "licences.md").read_text("utf-8").splitlines()
    cells = [[cell.strip() for cell in row.split("|")[1:4]] for row in table]
    assert {canonicalize_name(name): version for name, version, _ in cells if name != "segue"} == expected
    assert [name for name, _, licence in cells if licence in {"", "UNKNOWN"}] == []


def test_what_is_copied_in_is_told_as_it_is() -> None:
    libraries = {work.name: work for work in COPIED if work.kind == "library"}
    texts = {file.stem.lower(): file.read_text("utf-8") for file in VENDOR.glob("*.LICENSE")}
    scripts = {file.name.partition(".")[0].lower(): file.read_text("utf-8") for file in VENDOR.glob("*.js")}
    assert libraries.keys() == texts.keys() == scripts.keys()
    for name, work in libraries.items():
        assert f"v{work.version}" in scripts[name].partition("\n")[0]
        assert ("MIT License" in texts[name]) == (work.licence == "MIT")
        assert ("Redistribution and use in source and binary forms" in texts[name]) == (work.licence == "BSD-3-Clause")
    (data,) = [work for work in COPIED if work.kind == "data"]
    said = (ROOT / "app" / "demo" / "ATTRIBUTION.md").read_text("utf-8")
    assert data.url in said
    assert "CC BY 4.0" in said
