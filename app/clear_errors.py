"""What goes wrong in a command in, one line on stderr and exit code 1 out."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NoReturn

import typer
from pydantic import ValidationError

from app.runtime.errors import SegueError
from app.settings import Settings
from schemas.policy_file import PolicyError


def read_settings() -> Settings:
    """Read the environment; SegueError names every variable that is wrong, and no value."""
    try:
        return Settings()
    except ValidationError as error:
        lines = [
            f"SEGUE_{'__'.join(str(part).upper() for part in mistake['loc'])}: {mistake['msg']}"
            for mistake in error.errors()
        ]
        raise SegueError("; ".join(lines)) from error


@contextmanager
def clear_errors() -> Iterator[None]:
    """Tell a broken promise as one line, and end."""
    try:
        yield
    except (SegueError, PolicyError) as error:
        _fail(str(error))
    except KeyboardInterrupt:
        _fail("stopped")


def _fail(message: str) -> NoReturn:
    sys.stderr.write(f"error: {message}\n")
    raise typer.Exit(1)
