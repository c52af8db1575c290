"""`segue config`: every setting, what it is set to, and where that comes from."""

import sys
from collections.abc import Iterator, Mapping, Sequence
from typing import Annotated, Any, Final

import orjson
import typer
from pydantic_settings import EnvSettingsSource

from app.clear_errors import clear_errors, read_settings
from app.settings import Settings
from app.settings_file import SettingsFile, holds, read_settings_file

ENVIRONMENT: Final = "environment"
DEFAULT: Final = "default"


def config(
    *,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object on stdout.")] = False,
) -> None:
    """Print every setting by where it comes from (environment, then file, then default); secrets are masked."""
    with clear_errors():
        shown: dict[str, Any] = read_settings().model_dump(mode="json")
        file, around = read_settings_file(), EnvSettingsSource(Settings)()
    if as_json:
        sources = {variable(path): _source(path, around, file) for path, _ in flat((), shown)}
        told = shown | {"sources": sources}
        sys.stdout.write(orjson.dumps(told, option=orjson.OPT_SORT_KEYS | orjson.OPT_INDENT_2).decode() + "\n")
        return
    sys.stdout.writelines(f"{line}\n" for line in _lines(shown, around, file))


def variable(path: Sequence[str]) -> str:
    """Name the environment variable of a setting."""
    return f"SEGUE_{'__'.join(path).upper()}"


def _lines(shown: Mapping[str, Any], around: Mapping[str, Any], file: SettingsFile) -> Iterator[str]:
    """Write settings as their variables, under a comment that names their source."""
    by_source: dict[str, list[str]] = {}
    for path, value in flat((), shown):
        line = f"{variable(path)}={'' if value is None else value}"
        by_source.setdefault(_source(path, around, file), []).append(line)
    for source in sorted(by_source, key=lambda one: (one == DEFAULT, one != ENVIRONMENT)):
        yield f"# {source}"
        yield from by_source[source]


def _source(path: Sequence[str], around: Mapping[str, Any], file: SettingsFile) -> str:
    if holds(around, path):
        return ENVIRONMENT
    return file.name if file.has(path) else DEFAULT


def flat(path: tuple[str, ...], value: object) -> Iterator[tuple[tuple[str, ...], object]]:
    if isinstance(value, Mapping):
        for name, inner in value.items():
            yield from flat((*path, str(name)), inner)
    else:
        yield path, value
