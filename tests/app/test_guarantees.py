"""Every promise in deploy/guarantees.md names a test that is there."""

import re
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parents[2]
DOCUMENT: Final = ROOT / "deploy" / "guarantees.md"
LINKS: Final = re.findall(r"\[([^\]]+)\]\(([^)]+)\)", DOCUMENT.read_text("utf-8"))


def promises() -> list[str]:
    """Give the rows of the first table."""
    section = DOCUMENT.read_text("utf-8").partition("## Promised\n")[2].partition("\n## ")[0]
    return [line for line in section.splitlines() if line.startswith("| ") and not line.startswith("| promise")]


def test_every_path_that_is_named_is_there() -> None:
    assert [target for _, target in LINKS if not (DOCUMENT.parent / target).is_file()] == []


def test_a_test_is_named_by_its_path() -> None:
    tests = [(text, target) for text, target in LINKS if target.startswith("../tests/")]
    assert [text for text, target in tests if target != f"../{text}"] == []


def test_every_promise_is_shown_by_a_test() -> None:
    rows = promises()
    assert len(rows) > 10
    assert [row for row in rows if "(../tests/" not in row] == []
