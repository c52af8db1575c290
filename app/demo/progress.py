"""How far the worker is in, one line for people out: rewritten on a terminal, else repeated now and then."""

import asyncio
import sys
import time
from datetime import UTC, datetime
from typing import Final, TextIO

from app.demo.reader import Reader

REWRITTEN_SECONDS: Final = 0.1
REPEATED_SECONDS: Final = 3.0


def talk(text: str) -> None:
    """Say something that is not the result."""
    sys.stderr.write(f"{text}\n")
    sys.stderr.flush()


class ProgressLine:
    """Shows the date that the worker has reached, and the speed, until cancelled."""

    def __init__(self, events: int, reader: Reader, stream: TextIO) -> None:
        self._events = events
        self._reader = reader
        self._stream = stream
        self._terminal = stream.isatty()
        self._began = time.monotonic()
        self._width = 0

    async def run(self) -> None:
        """Show it again and again."""
        while True:
            await asyncio.sleep(REWRITTEN_SECONDS if self._terminal else REPEATED_SECONDS)
            self.show()

    def show(self, end: str = "") -> None:
        """Show it once; the longer line before is overwritten."""
        text = self._text()
        if self._terminal:
            self._stream.write(f"\r{text:<{self._width}}{end}")
            self._width = len(text)
        else:
            self._stream.write(f"{text}\n")
        self._stream.flush()

    def _text(self) -> str:
        worked = self._reader.worked.total()
        rate = worked / (time.monotonic() - self._began)
        return (
            f"  {self._date():<16}  {worked:>7,} of {self._events:,} events worked  "
            f"{len(self._reader.published):>7,} moves  {len(self._reader.rewards):>7,} rewards  {rate:>7,.0f} events/s"
        )

    def _date(self) -> str:
        """The day that the slowest partition has reached."""
        if not self._reader.clocks:
            return "starting"
        day = datetime.fromtimestamp(min(self._reader.clocks.values()) / 1000, UTC)
        return f"{day.day} {day:%B %Y}"
