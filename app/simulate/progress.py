"""What is done and what there is to do in, one line that is rewritten out: on a terminal only."""

import time
from typing import Final, TextIO

from app.demo.style import Style

REWRITTEN_SECONDS: Final = 0.1
BAR: Final = 30


class Progress:
    """Silent unless the stream is a terminal."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._shown = stream.isatty()
        self._style = Style.of(stream)
        self._next = 0.0
        self._width = 0

    def show(self, what: str, done: int, whole: int) -> None:
        """Say how far a part of the work has come; what comes too soon after another is left out."""
        if not self._shown or time.monotonic() < self._next:
            return
        self._next = time.monotonic() + REWRITTEN_SECONDS
        share = min(1.0, done / whole) if whole else 1.0
        bar = self._style.bar * round(BAR * share)
        text = f"{what:<10} {bar:<{BAR}} {share:>4.0%}"
        self._stream.write(f"\r{self._style.better(text) if self._style.color else text:<{self._width}}")
        self._stream.flush()
        self._width = max(self._width, len(text))

    def clear(self) -> None:
        """Leave the line empty."""
        if self._width:
            self._stream.write(f"\r{'':<{self._width}}\r")
            self._stream.flush()
            self._width = 0
