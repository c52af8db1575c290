"""A folder of releases in, the contract of each out; a checkout in, the contract that its next release will have.

`python -m tests.contracts.released` keeps the contract of the version that pyproject.toml names; releases/README.md
says when.
"""

import shutil
import tomllib
from pathlib import Path
from typing import Any, Final, NamedTuple

import orjson
from ruamel.yaml import YAML

REPOSITORY: Final = Path(__file__).parents[2]
RELEASES: Final = Path(__file__).parent / "releases"
SOURCES: Final = {
    "asyncapi.yaml": "schemas/asyncapi.yaml",
    "json": "schemas/json",
    "rows.txt": "tests/tables/golden/rows.txt",
    "layouts": "tests/tables/golden/layouts",
    "control": "tests/schemas/golden/control",
    "freeze_chunk.hex": "tests/schemas/golden/freeze_chunk.hex",
}
"""What is kept of a release, and where it stands in a checkout."""


class Contract(NamedTuple):
    """What others have come to rely on."""

    schemas: dict[str, dict[str, Any]]
    """The JSON Schema of each message."""
    channels: dict[str, dict[str, Any]]
    """The channels of the AsyncAPI document."""
    headers: dict[str, dict[str, Any]]
    """The schemas of the headers of what is published: of events, and of dead letters."""


def contract_of(document: Path, schemas: Path) -> Contract:
    """Read a contract."""
    told = YAML(typ="safe", pure=True).load(document.read_text("utf-8"))
    parts = told["components"]
    described = parts["messageTraits"] | parts["messages"]
    return Contract(
        {file.stem: orjson.loads(file.read_bytes()) for file in sorted(schemas.iterdir())},
        told["channels"],
        {name: described[name]["headers"] for name in ("cloud_event", "dead_letter")},
    )


def now() -> Contract:
    """Give the contract of this checkout."""
    return contract_of(REPOSITORY / SOURCES["asyncapi.yaml"], REPOSITORY / SOURCES["json"])


def releases() -> list[Path]:
    """Give the folders of all releases, the oldest first."""
    folders = (each for each in RELEASES.iterdir() if each.is_dir())
    return sorted(folders, key=lambda folder: tuple(map(int, folder.name.split("."))))


def released(folder: Path) -> Contract:
    """Give the contract of a release."""
    return contract_of(folder / "asyncapi.yaml", folder / "json")


def version() -> str:
    """Give the version of this checkout."""
    told: str = tomllib.loads((REPOSITORY / "pyproject.toml").read_text("utf-8"))["project"]["version"]
    return told


def files_of(place: Path) -> dict[Path, bytes]:
    """Give what a file or a folder holds, by its path within."""
    return {file.relative_to(place): file.read_bytes() for file in (place, *place.rglob("*")) if file.is_file()}


def keep() -> Path:
    """Keep what this checkout promises as that of its version."""
    folder = RELEASES / version()
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for name, source in SOURCES.items():
        copy = shutil.copytree if (REPOSITORY / source).is_dir() else shutil.copy
        copy(REPOSITORY / source, folder / name)
    return folder


if __name__ == "__main__":
    print(keep())  # noqa: T201  # a tool run by hand
