"""What a command has found in; a line of JSON for programs, or text for people, on stdout."""

import sys
from collections.abc import Callable, Iterable

import orjson

from app.demo.style import Style


def print_object(told: object) -> None:
    """Print it as one line of JSON."""
    sys.stdout.write(orjson.dumps(told).decode() + "\n")


def print_lines(telling: Callable[[Style], Iterable[str]]) -> None:
    """Print lines as they are told in the style of stdout, without what it cannot write."""
    style = Style.of(sys.stdout)
    sys.stdout.writelines(style.fit(f"{line}\n", sys.stdout) for line in telling(style))
