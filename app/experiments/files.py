"""Files of published rewards and of events in, what they tell to whoever measures out."""

from collections.abc import Collection
from pathlib import Path

from app.experiments.arms import Arms
from app.experiments.published_rewards import read_rewards
from app.simulate.counts import Counts
from app.simulate.fact_log import FactLog
from app.simulate.intake import read_files
from app.simulate.progress import Progress


class Written:
    """What somebody has written down; SegueError for a file that cannot be read."""

    def __init__(self, events: tuple[Path, ...], rewards: tuple[Path, ...], currency: str, progress: Progress) -> None:
        """`currency`: that of tables which name none."""
        self._events = events
        self._rewards = rewards
        self._currency = currency
        self._progress = progress

    def rewards(self, arms: Arms) -> None:
        """Tell what was published of rewards."""
        arms.take(read_rewards(self._rewards))

    def facts(self, log: FactLog, wanted: Collection[str]) -> None:
        """Tell what customers did, the wanted ones at least."""
        read_files(self._events, self._currency, log, self._progress, Counts())
