"""A terminal or a file in, how to mark what goes up and what goes down out."""

import os
from dataclasses import dataclass
from typing import Self, TextIO


@dataclass(frozen=True, slots=True)
class Style:
    """Marks for one stream; the defaults are for a plain file."""

    color: bool = False
    up: str = "↑"
    down: str = "↓"
    bar: str = "█"
    nothing: str = "·"
    pound: str = "£"

    @classmethod
    def of(cls, stream: TextIO) -> Self:
        """Colours for a terminal unless NO_COLOR is set, plain letters where nothing else can be written."""
        color = stream.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
        try:
            "↑↓█·£".encode(stream.encoding or "ascii")
        except (UnicodeEncodeError, LookupError):
            return cls(color, "+", "-", "#", ".", "GBP ")
        return cls(color)

    def fit(self, text: str, stream: TextIO) -> str:
        """Leave out what the stream cannot write: labels of a policy may be in any script."""
        encoding = stream.encoding or "ascii"
        return text.replace("£", self.pound).encode(encoding, "replace").decode(encoding)

    def heading(self, text: str) -> str:
        """Make a heading stand out."""
        return self._painted("1", text)

    def better(self, text: str) -> str:
        """Paint what is good for the shop."""
        return self._painted("32", text)

    def worse(self, text: str) -> str:
        """Paint what is not."""
        return self._painted("31", text)

    def _painted(self, code: str, text: str) -> str:
        return f"\x1b[{code}m{text}\x1b[0m" if self.color else text
