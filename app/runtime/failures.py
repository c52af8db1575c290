"""What went wrong in a partition in; why and when it opens again out, or that the worker cannot go on."""

from collections import Counter
from dataclasses import dataclass
from typing import Final

from aiokafka.errors import IllegalStateError, KafkaError, ProducerFenced

from app.rights_check import refusal
from app.runtime.deciding import Undecided
from app.runtime.errors import InputGone, OpeningRefused, RecordRefused, SegueError, whereabouts
from app.runtime.intake import Hole
from app.runtime.opening import Overtaken
from app.runtime.poison import Poison
from app.runtime.settling import Unsettled
from app.settings import Settings
from tables.unreadable import complaint, is_of_the_store, is_unreadable

LIMIT: Final = 4
"""So often in a row the group is waited for, a session each time."""


@dataclass(frozen=True, slots=True)
class Reopening:
    """Why a partition opens again, and what it waits for."""

    reason: str
    seconds: float
    error: str = ""
    for_others: bool = False
    """Whether brokers or another owner are waited for: however long that takes, this worker is not at fault."""


class Failures:
    """Answers every failure of one partition; it outlives the openings that are the answer."""

    def __init__(self, partition: int, settings: Settings, poison: Poison) -> None:
        self._partition = partition
        self._settings = settings
        self._poison = poison
        self._session_seconds = settings.kafka.session_timeout_ms / 1000
        self._in_a_row = Counter[str]()

    def opened(self) -> None:
        """Note that the partition could be opened."""
        del self._in_a_row["overtaken"]

    def began(self) -> None:
        """Note that all inputs of the partition are read."""
        del self._in_a_row["unassigned"]

    def answer(self, error: Exception) -> Reopening:
        """Decide; SegueError when opening again would help nobody."""
        refused = refusal(self._settings.kafka, error)
        if refused is not None:
            raise refused from error
        match error:
            case ProducerFenced():
                # A newer owner, or our own transaction timed out: the two look the same. Opening at once, a
                # worker that has lost the partition would fence its rightful owner: wait until the group tells.
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
            case Undecided(batch=batch, __cause__=Exception() as cause):
                self._poison.failed(batch, type(cause).__name__)
                self._refuse_poison()
                return Reopening("undecided", 0.1, whereabouts(cause))
            case _ if is_unreadable(error):
                return Reopening("unreadable", 0.1, complaint(error))
            case _ if is_of_the_store(error):
                # Once a write has failed, RocksDB takes no more until it is opened again.
                return Reopening("store", 0.5, complaint(error))
            case _:
                unreachable = isinstance(error, KafkaError) and bool(error.retriable)
                return Reopening("error", 0.5, whereabouts(error), for_others=unreachable)

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
