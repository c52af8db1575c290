"""What went wrong in a partition in; why and when it opens again out, or that the worker cannot go on."""

from collections import Counter
from dataclasses import dataclass, replace
from typing import Final

from aiokafka.errors import (
    IllegalStateError,
    KafkaError,
    MessageSizeTooLargeError,
    ProducerFenced,
    RecordListTooLargeError,
)

from app.rights_check import refusal
from app.runtime.deciding import Undecided
from app.runtime.errors import InputGone, OpeningRefused, RecordRefused, SegueError, whereabouts
from app.runtime.experience import Attempt, Experience
from app.runtime.intake import Batch, Hole
from app.runtime.opening import Overtaken
from app.runtime.poison import PATIENCE
from app.runtime.settling import Unsettled
from app.runtime.transaction import OutOfTime
from app.settings import Settings
from tables.unreadable import complaint, is_of_the_store, is_unreadable

LIMIT: Final = 4
"""So often in a row the group is waited for, a session each time."""
WAITS: Final = 90
"""So often in a row others are waited for as if that were nobody's fault: a quarter of an hour of being fenced, or most
of one of brokers that answer and take nothing. After that it counts as standing still, see `app.runtime.watchdog`."""


@dataclass(frozen=True, slots=True)
class Reopening:
    """Why a partition opens again, and what it waits for."""

    reason: str
    seconds: float
    error: str = ""
    for_others: bool = False
    """Whether brokers or another owner are waited for: this worker is not at fault."""


class Failures:
    """Answers every failure of one partition; it outlives the openings that are the answer."""

    def __init__(self, partition: int, settings: Settings, experience: Experience) -> None:
        self._partition = partition
        self._settings = settings
        self._poison = experience.poison
        self._portion = experience.portion
        self._session_seconds = settings.kafka.session_timeout_ms / 1000
        self._in_a_row = Counter[str]()
        self._waits = 0

    def opened(self) -> None:
        """Note that the partition could be opened."""
        del self._in_a_row["overtaken"]

    def began(self) -> None:
        """Note that all inputs of the partition are read."""
        del self._in_a_row["unassigned"]

    def committed(self) -> None:
        """Note that a transaction has committed."""
        self._waits = 0
        del self._in_a_row["slow"]

    def answer(self, error: Exception, attempt: Attempt) -> Reopening:
        """Decide; SegueError when opening again would help nobody.

        `attempt`: the transaction that was in hand; an empty one when there was none.
        """
        refused = refusal(self._settings.kafka, error)
        if refused is not None:
            raise refused from error
        reopening = self._answer(error, attempt)
        if not reopening.for_others or reopening.reason == "unsettled":
            return reopening
        self._waits += 1
        return reopening if self._waits <= WAITS else replace(reopening, for_others=False)

    def _answer(self, error: Exception, attempt: Attempt) -> Reopening:
        match error:
            case ProducerFenced():
                # Opening at once, a worker that has lost the partition would fence its rightful owner: wait until
                # the group tells.
                return Reopening("fenced", self._session_seconds, for_others=True)
            case Overtaken():
                return self._again("overtaken", error, OpeningRefused(_disagreement(self._partition, error)))
            case IllegalStateError():
                # An input is not ours: the group is between two assignments, or the topic is not there any more.
                return self._again("unassigned", error, InputGone(self._partition, error))
            case Unsettled():
                # A newer owner is at work, or an operator settles it: the other partitions go on.
                return Reopening("unsettled", self._session_seconds, str(error), for_others=True)
            case Hole():
                return Reopening("hole", 0.1, str(error))
            case _ if is_unreadable(error):
                return Reopening("unreadable", 0.1, complaint(error))
            case _ if is_of_the_store(error):
                # Once a write has failed, RocksDB takes no more until it is opened again.
                return Reopening("store", 0.5, complaint(error))
            case _ if isinstance(error, KafkaError) and error.retriable:
                return Reopening("error", 0.5, whereabouts(error), for_others=True)
            case _:
                return self._of_the_batch(error, attempt)

    def _of_the_batch(self, error: Exception, attempt: Attempt) -> Reopening:
        """Answer what another batch may not meet: the same one would fail for ever."""
        match error:
            case Undecided(batch=batch, __cause__=Exception() as cause):
                self._blame(batch, cause)
                return Reopening("undecided", 0.1, whereabouts(cause))
            case MessageSizeTooLargeError() | RecordListTooLargeError():
                # The brokers are well, and will say the same of the same records for ever.
                self._blame(attempt.batch, error)
                return Reopening("too_large", 0.5, whereabouts(error))
            case OutOfTime():
                # Another owner may be at work after all: it is given the time that it has when fenced.
                self._take_less(attempt)
                return Reopening("slow", self._session_seconds)
            case _:
                self._take_less(attempt)
                slow = isinstance(error, TimeoutError) and attempt.batch is not None
                return Reopening("slow" if slow else "error", 0.5, whereabouts(error))

    def _blame(self, batch: Batch | None, cause: Exception) -> None:
        """Suspect the records; those of no batch were moved by time alone."""
        if batch is not None:
            self._poison.failed(batch, type(cause).__name__)
            self._refuse_poison()

    def _take_less(self, attempt: Attempt) -> None:
        """Answer what fewer records may not meet; a record is to blame only if it alone has taken all the time."""
        if attempt.batch is None:
            return
        if not self._poison.alone:
            self._portion.failed()
            if self._portion.exhausted:
                self._poison.part(attempt.batch)
        elif attempt.deciding_s >= self._settings.transactions.limit_seconds:
            self._in_a_row["slow"] += 1
            if self._in_a_row["slow"] >= PATIENCE:
                self._blame(attempt.batch, TimeoutError())

    def _again(self, reason: str, error: Exception, refusal: SegueError) -> Reopening:
        """Wait a session for the group; give up when that has been in vain too often."""
        self._in_a_row[reason] += 1
        if self._in_a_row[reason] >= LIMIT:
            raise refusal from error
        return Reopening(reason, self._session_seconds, str(error), for_others=True)

    def _refuse_poison(self) -> None:
        poison = self._poison
        if poison.condemned is None or self._settings.poison != "stop":
            return
        topic, offset = poison.condemned
        raise RecordRefused(
            f"{topic}[{self._partition}] offset {offset} cannot be decided: {poison.reason}; everything before it is "
            "committed. Operator action: tell us, with the log lines before this one; SEGUE_POISON=dead_letter sets "
            "such records aside and goes on."
        )


def _disagreement(partition: int, error: Overtaken) -> str:
    return (
        f"partition {partition}: {error}, and nobody else owns it. Operator action: stop all workers; if the changelog "
        "was lost or the group's offsets were reset by hand, choose a new SEGUE_APP_ID to build the state again."
    )
