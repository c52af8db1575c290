"""Records that were read in, a line of progress out."""

from app.simulate.progress import Progress


class Meter:
    """Shows how much of all that is to be read has been."""

    def __init__(self, progress: Progress, whole: int) -> None:
        self._progress = progress
        self._whole = whole
        self._read = 0

    def done(self, records: int) -> None:
        """Count some more."""
        self._read += records
        self.show("reading")

    def show(self, what: str) -> None:
        """Say what is under way."""
        self._progress.show(what, min(self._read, self._whole), self._whole)
