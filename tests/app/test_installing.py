"""What README.md says under Installing: run word for word, and true of every machine that it names."""

import os
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, Final
from urllib.parse import unquote

import pytest
from packaging.requirements import Requirement
from packaging.tags import Tag, compatible_tags, cpython_tags, mac_platforms
from packaging.utils import parse_wheel_filename

from tests.app.commands import run
from tests.kafka.worker_process import REPOSITORY

BIN: Final = Path(sys.executable).parent
FILES: Final = ("pyproject.toml", "uv.lock", "README.md", "LICENSE", "CHANGELOG.md")
PACKAGES: Final = ("app", "agents", "tables", "schemas", "deploy/examples")
REQUIRED: Final = "SEGUE_REQUIRE_KAFKA" in os.environ
NO_REGISTRY: Final = "Failed to establish a new connection"
LIMIT_S: Final = 300
PYTHONS: Final = ((3, 11), (3, 12), (3, 13), (3, 14))
GLIBC: Final = range(28, 4, -1)
"""The C library of Debian 10, Ubuntu 20.04, RHEL 8, and what is older."""
MACHINES: Final[Mapping[str, list[str]]] = {
    "Linux on x86-64": [*(f"manylinux_2_{minor}_x86_64" for minor in GLIBC), "manylinux2014_x86_64"],
    "Linux on ARM": [*(f"manylinux_2_{minor}_aarch64" for minor in GLIBC), "manylinux2014_aarch64"],
    "macOS 14 on ARM": list(mac_platforms((14, 0), "arm64")),
    "macOS 14 on Intel": list(mac_platforms((14, 0), "x86_64")),
}
NO_WHEEL: Final = {"Linux on ARM": {"faust-streaming"}}
"""What README.md says has to be built."""


def commands() -> str:
    """Give what README.md says under Installing."""
    said = (REPOSITORY / "README.md").read_text("utf-8").partition("\n## Installing\n")[2]
    return said.split("```")[1]


def environment(directory: Path) -> dict[str, str]:
    """Make a new environment, and say where commands find it; what uv needs is here since its own was made."""
    subprocess.run([sys.executable, "-m", "venv", directory / "new"], check=True, timeout=LIMIT_S)
    kept = subprocess.run([BIN / "uv", "cache", "dir"], check=True, capture_output=True, text=True)
    return {
        "PATH": f"{directory / 'new' / 'bin'}{os.pathsep}{os.environ['PATH']}",
        "HOME": str(directory),
        "UV_CACHE_DIR": kept.stdout.strip(),
        "UV_OFFLINE": "1",
        "PIP_NO_COMPILE": "1",
        "PIP_DISABLE_PIP_VERSION_CHECK": "1",
    }


def test_the_commands_of_the_readme_install_segue_from_wheels_by_their_hashes(tmp_path: Path) -> None:
    checkout = tmp_path / "checkout"
    for name in PACKAGES:
        shutil.copytree(REPOSITORY / name, checkout / name, ignore=shutil.ignore_patterns("__pycache__", "*.so"))
    for name in FILES:
        shutil.copy(REPOSITORY / name, checkout / name)
    (checkout / ".venv").symlink_to(BIN.parent)
    around = environment(tmp_path)
    assert "pip install --require-hashes --only-binary :all: -r pins.txt" in commands()
    # Something after them: bash becomes its last command, and completion asks which shell has started it.
    done = run("/bin/bash", "-e", "-c", f"{commands()}\ntrue", cwd=checkout, around=around, limit_s=LIMIT_S)
    if done.returncode and NO_REGISTRY in done.stderr and not REQUIRED:
        pytest.skip("no package registry can be reached")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "segue 0." in done.stdout
    segue = tmp_path / "new" / "bin" / "segue"
    assert (tmp_path / ".bash_completions" / "segue.sh").exists()
    assert run(segue, "policy", "lint", "seed", cwd=tmp_path, around=around, limit_s=LIMIT_S).returncode == 0
    refused = run(segue, "lift", cwd=tmp_path, around=around, limit_s=LIMIT_S)
    assert (refused.returncode, "uv export --extra lab" in refused.stderr) == (1, True)


@cache
def exported(*options: str) -> tuple[Requirement, ...]:
    """Give the pins that `uv export` writes, with the markers that say where they count."""
    said = ("export", "--frozen", "--offline", "--no-dev", "--no-emit-project", "--no-annotate", "--no-hashes")
    done = run(BIN / "uv", *said, *options, limit_s=LIMIT_S)
    assert done.returncode == 0, done.stderr
    return tuple(Requirement(line) for line in done.stdout.splitlines() if not line.startswith("#"))


@cache
def wheels() -> dict[str, frozenset[Tag]]:
    """Give what the wheels of each locked version fit."""
    packages: list[dict[str, Any]] = tomllib.loads((REPOSITORY / "uv.lock").read_text("utf-8"))["package"]
    return {
        f"{package['name']}=={package['version']}": frozenset(
            tag
            for wheel in package.get("wheels", ())
            for tag in parse_wheel_filename(unquote(wheel["url"].rpartition("/")[2]))[3]
        )
        for package in packages
    }


@pytest.mark.parametrize("python", PYTHONS, ids=lambda python: f"3.{python[1]}")
@pytest.mark.parametrize("machine", MACHINES)
def test_every_pin_has_a_wheel_where_the_readme_says_so(machine: str, python: tuple[int, int]) -> None:
    platforms, version = MACHINES[machine], f"{python[0]}.{python[1]}"
    taken = {*cpython_tags(python, platforms=platforms), *compatible_tags(python, f"cp3{python[1]}", platforms)}
    there = {
        "python_version": version,
        "python_full_version": f"{version}.0",
        "sys_platform": "darwin" if machine.startswith("macOS") else "linux",
        "platform_python_implementation": "CPython",
    }
    pins = [pin for pin in exported("--all-extras") if pin.marker is None or pin.marker.evaluate(there)]
    assert {"faust-streaming", "uvloop", "scipy", "confluent-kafka"} <= {pin.name for pin in pins}
    lacking = {pin.name for pin in pins if not wheels()[f"{pin.name}{pin.specifier}"] & taken}
    assert lacking == NO_WHEEL.get(machine, set())


def test_an_extra_is_installed_by_the_pins_that_it_adds() -> None:
    plain = {pin.name for pin in exported()}
    assert {pin.name for pin in exported("--extra", "lab")} - plain == {"numpy", "pyarrow", "scipy"}
    assert {pin.name for pin in exported("--extra", "demo")} - plain == {"confluent-kafka"}
    assert re.search(r"`--extra lab`", (REPOSITORY / "README.md").read_text("utf-8"))
