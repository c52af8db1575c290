"""The file of tokens in, those that are valid now out: the file is looked at again when it has changed."""

from collections.abc import Callable
from pathlib import Path
from typing import Final

import structlog

from app.runtime.errors import SegueError
from app.serving.tokens import Token, read_tokens

log = structlog.get_logger("segue.serving")

LOOK_SECONDS: Final = 2.0


class Keyring:
    """Valid tokens. One taken out of the file is refused, and told no more, within LOOK_SECONDS; a broken file changes
    nothing.
    """

    def __init__(self, path: Path, now: Callable[[], float]) -> None:
        self._path, self._now = path, now
        self._tokens = read_tokens(path)
        self._stamp = self._stamped()
        self._looked_at = now()

    def tokens(self) -> tuple[Token, ...]:
        """Give the tokens that are valid now."""
        if self._now() - self._looked_at >= LOOK_SECONDS:
            self._looked_at = self._now()
            self._look()
        return self._tokens

    def _look(self) -> None:
        stamp = self._stamped()
        if stamp == self._stamp:
            return
        self._stamp = stamp
        try:
            self._tokens = read_tokens(self._path)
        except SegueError as error:
            log.error("the file of tokens cannot be used: those from before stay valid", error=str(error))  # noqa: TRY400  # the message says it all
        else:
            log.info("tokens read again", tokens=len(self._tokens))

    def _stamped(self) -> tuple[int, int, int] | None:
        try:
            stat = self._path.stat()
        except OSError:
            return None
        return stat.st_mtime_ns, stat.st_size, stat.st_ino
