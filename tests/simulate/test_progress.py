"""The line that says how far it has come: on a terminal, and nowhere else."""

import io

import pytest

from app.simulate.progress import Progress


class Terminal(io.StringIO):
    encoding = "utf-8"

    def isatty(self) -> bool:
        return True


def test_without_a_terminal_nothing_is_said() -> None:
    stream = io.StringIO()
    progress = Progress(stream)
    progress.show("reading", 1, 2)
    progress.clear()
    assert stream.getvalue() == ""


def test_on_a_terminal_the_line_is_rewritten_and_cleared(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    stream = Terminal()
    progress = Progress(stream)
    progress.show("reading", 1, 2)
    progress.show("reading", 2, 2)  # too soon
    assert stream.getvalue().split() == ["reading", "█" * 15, "50%"]
    progress.clear()
    assert stream.getvalue().endswith("\r")
    assert "\x1b" not in stream.getvalue()


def test_colours_are_used_where_they_may_be(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm")
    stream = Terminal()
    Progress(stream).show("reading", 0, 0)
    assert "\x1b[32m" in stream.getvalue()
    assert "100%" in stream.getvalue()
