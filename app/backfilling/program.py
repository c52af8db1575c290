"""A backfill asked for in, the history of the files on the input topics and an account of it out."""

import asyncio
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal, NamedTuple

from aiokafka.errors import KafkaError

from app.backfilling import record_sorter
from app.backfilling.history import History
from app.backfilling.inputs import check_inputs
from app.backfilling.reading import read_history
from app.backfilling.record_sorter import Record
from app.backfilling.resuming import held, sent_before
from app.backfilling.sending import Reached, Sender, open_producer
from app.rights_check import check_rights
from app.runtime.errors import SegueError
from app.settings import Settings
from app.simulate.counts import Counts
from app.simulate.progress import Progress
from schemas.checking import AHEAD_MS
from schemas.instants import rfc3339
from schemas.policy import Policy
from schemas.policy_file import load_policy

SHOWN_EVERY: Final = 1_000  # records

RecordedAt = Literal["occurred", "now"]
"""Records are stamped as their file says, else with the time of the event; or all of them with that of sending."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """What is asked for."""

    files: tuple[Path, ...]
    recorded_at: RecordedAt = "occurred"
    ignore_retention: bool = False
    dry_run: bool = False
    bytes_held: int = record_sorter.LIMIT


class Outcome(NamedTuple):
    """What there is to tell when all is done."""

    job: Job
    policy: Policy
    counts: Counts
    records: dict[str, int]
    """Of every input topic."""
    customers: int
    oldest: int
    newest: int
    not_empty: list[str]
    """Topics that held other records before."""
    there: int
    """Records that a run before this one had sent."""


def run_backfill(settings: Settings, job: Job, progress: Progress) -> Outcome:
    """Do it; SegueError if it cannot be done. Nothing is sent before everything has been read and is in order."""
    policy = load_policy(settings.first_policy)
    must_keep = job.recorded_at == "occurred" and not job.ignore_retention
    with _scratch() as scratch, closing(History(scratch, job.bytes_held)) as history:
        try:
            asyncio.run(check_rights(settings, "backfill"))
            partitions = asyncio.run(check_inputs(settings, must_keep=must_keep))
            counts = read_history(job.files, policy.currency, _now() + AHEAD_MS, history, progress)
            customers = history.customers()
        except KeyboardInterrupt:
            raise SegueError("stopped: nothing was sent") from None
        if history.oldest is None or history.newest is None:
            raise SegueError(
                f"nothing can be sent: all {counts.read:,} events are rejected: {'; '.join(counts.told())}"
            )
        reached = Reached()
        if not job.dry_run:
            _Feed(settings, partitions, job.recorded_at, reached).run(history, progress)
    records = {topic: history.records[feed] for topic, feed in settings.topics.feeds.items()}
    span = history.oldest, history.newest
    there = sum(reached.there.values())
    return Outcome(job, policy, counts, records, customers, *span, sorted(reached.not_empty), there)


class _Feed:
    """The second half: a whole history goes out."""

    def __init__(self, settings: Settings, partitions: int, recorded_at: RecordedAt, reached: Reached) -> None:
        self._settings = settings
        self._partitions = partitions
        self._stamp = _as_recorded if recorded_at == "occurred" else _Clock()
        self._reached = reached

    def run(self, history: History, progress: Progress) -> None:
        """Send it; SegueError with how far it came if it does not come to its end."""
        try:
            asyncio.run(self._send(history, progress))
        except KeyboardInterrupt:
            raise SegueError(f"stopped: {self._so_far(history)}") from None
        except TimeoutError as error:
            raise SegueError(f"the brokers no longer answer: {self._so_far(history)}") from error
        except (KafkaError, OSError) as error:
            raise SegueError(f"the brokers did not take it: {type(error).__name__}; {self._so_far(history)}") from error

    async def _send(self, history: History, progress: Progress) -> None:
        topics = {feed: topic for topic, feed in self._settings.topics.feeds.items()}
        if self._stamp is _as_recorded:  # else no record is ever the same again
            newest = await held(self._settings, self._partitions)
            if newest:
                records = _shown(history, progress, "looking where to go on")
                self._reached.there = sent_before(records, newest, self._partitions)
        records = _shown(history, progress, "sending")
        async with open_producer(self._settings) as producer:
            await Sender(producer, topics, self._partitions, self._stamp, self._reached).send(records)

    def _so_far(self, history: History) -> str:
        reached = self._reached
        before = "" if reached.at is None else f", all that were recorded before {rfc3339(reached.at)}"
        return (
            f"{reached.records:,} of {history.size:,} records are in the topics for certain{before}. Operator action: "
            "run it again with the same files, and it goes on where it stopped; start no worker before it has come to "
            "its end."
        )


class _Clock:
    """The time of sending, which never goes back."""

    def __init__(self) -> None:
        self._now = 0

    def __call__(self, _: int) -> int:
        self._now = max(self._now, _now())
        return self._now


def _now() -> int:
    return time.time_ns() // 1_000_000


def _as_recorded(at: int) -> int:
    return at


def _shown(history: History, progress: Progress, what: str) -> Iterator[Record]:
    """Go through all records, and say how far it has come."""
    whole = history.size
    for number, record in enumerate(history.in_order()):
        if number % SHOWN_EVERY == 0:
            progress.show(what, number, whole)
        yield record


@contextmanager
def _scratch() -> Iterator[Path]:
    """Give a directory for what is too much for memory; nothing of it is left."""
    try:
        with tempfile.TemporaryDirectory(prefix="segue-backfill-") as name:
            yield Path(name)
    except OSError as error:
        raise SegueError(f"{tempfile.gettempdir()}: cannot be written: {error.strerror or error}") from error
