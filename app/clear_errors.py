"""What goes wrong in a command in, one line on stderr and exit code 1 out."""

import signal
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, NoReturn

import typer
from pydantic import ValidationError
from pydantic_core import ErrorDetails
from pydantic_settings import EnvSettingsSource

from app.runtime.errors import SegueError
from app.settings import Settings
from app.settings_file import SettingsFile, holds, read_settings_file
from schemas.policy_file import PolicyError


def read_settings() -> Settings:
    """Read environment and file; SegueError names every setting that is wrong, where it is set, and no value."""
    try:
        return Settings()
    except ValidationError as error:
        file, around = read_settings_file(), EnvSettingsSource(Settings)()
        raise SegueError("; ".join(_mistake(one, file, around) for one in error.errors())) from error


def _mistake(mistake: ErrorDetails, file: SettingsFile, around: Mapping[str, Any]) -> str:
    path = [str(part) for part in mistake["loc"]]
    what = "there is no such setting" if mistake["type"] == "extra_forbidden" else mistake["msg"]
    if file.has(path) and not holds(around, path):
        return f"{file.place(path)}: {'.'.join(path)}: {what}"
    return f"SEGUE_{'__'.join(path).upper()}: {what}"


@contextmanager
def clear_errors() -> Iterator[None]:
    """Tell a broken promise as one line, and end; SIGTERM ends a command as Ctrl-C does, and all is tidied up."""
    before = signal.signal(signal.SIGTERM, _interrupt)
    try:
        yield
    except (SegueError, PolicyError) as error:
        _fail(str(error))
    except KeyboardInterrupt:
        _fail("stopped")
    finally:
        signal.signal(signal.SIGTERM, before)


def _interrupt(*_: object) -> None:
    """End as Ctrl-C does, also where a shell lets what it runs in the background ignore that."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        raise KeyboardInterrupt
    signal.raise_signal(signal.SIGINT)


def _fail(message: str) -> NoReturn:
    sys.stderr.write(f"error: {message}\n")
    raise typer.Exit(1)
