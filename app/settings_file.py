"""A TOML file that `SEGUE_CONFIG` names in, its settings and where each of them stands out."""

import os
import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from app.runtime.errors import SegueError

VARIABLE: Final = "SEGUE_CONFIG"

_TABLE: Final = re.compile(r"\s*\[([^\[\]]+)\]")
_KEY: Final = re.compile(r"\s*((?:[\w-]+|\"[^\"]*\"|'[^']*')(?:\s*\.\s*(?:[\w-]+|\"[^\"]*\"|'[^']*'))*)\s*=")


@dataclass(frozen=True, slots=True)
class SettingsFile:
    """What a file says; without a file nothing."""

    name: str = ""
    text: str = ""
    values: Mapping[str, Any] = field(default_factory=dict)

    def has(self, path: Sequence[str]) -> bool:
        """Say whether the file sets this, a setting or a whole table."""
        return holds(self.values, path)

    def place(self, path: Sequence[str]) -> str:
        """Name the line on which something is set, or as much of its path as stands on one."""
        best, line = 0, None
        for number, written in _written(self.text):
            length = len(written)
            if best < length <= len(path) and tuple(path[:length]) == written:
                best, line = length, number
        return f"{self.name}:{line}" if line is not None else self.name


def holds(values: Mapping[str, Any], path: Sequence[str]) -> bool:
    """Say whether nested values have something at a path."""
    inner: Any = values
    for part in path:
        if not isinstance(inner, Mapping) or part not in inner:
            return False
        inner = inner[part]
    return True


def read_settings_file() -> SettingsFile:
    """Read the file that SEGUE_CONFIG names, if it names one; SegueError when that cannot be read."""
    name = os.environ.get(VARIABLE)
    if not name:
        return SettingsFile()
    try:
        text = Path(name).read_text("utf-8")
        return SettingsFile(name, text, tomllib.loads(text))
    except OSError as error:
        reason = error.strerror or type(error).__name__
    except UnicodeDecodeError:
        reason = "it is no text in UTF-8"
    except tomllib.TOMLDecodeError as error:
        reason = f"it is no TOML: {error}"
    raise SegueError(
        f"the settings file {name} cannot be read: {reason}. Operator action: mend it, or name another one with "
        f"{VARIABLE} or --config."
    )


def _written(text: str) -> Iterator[tuple[int, tuple[str, ...]]]:
    """Give the path of every table and every key that begins a line, with the number of that line."""
    table: tuple[str, ...] = ()
    for number, line in enumerate(text.splitlines(), 1):
        if found := _TABLE.match(line):
            table = _parts(found[1])
            yield number, table
        elif found := _KEY.match(line):
            yield number, (*table, *_parts(found[1]))


def _parts(dotted: str) -> tuple[str, ...]:
    return tuple(part.strip().strip("\"'") for part in dotted.split("."))
