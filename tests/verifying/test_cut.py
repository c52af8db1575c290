"""A cut is taken between two transactions: while one is open, or is committed meanwhile, it is looked for again."""

import asyncio
from collections.abc import Callable, Iterable
from functools import partial

from aiokafka import TopicPartition

from app.verifying.cut import Cut, Cutter
from schemas.topics import Topics

TOPICS = Topics()
COUNTS = {TOPICS.changelog: 2, TOPICS.transitions: 2, TOPICS.rewards: 1}
CHANGELOG, TRANSITIONS = TopicPartition(TOPICS.changelog, 1), TopicPartition(TOPICS.transitions, 1)
REWARDS = TopicPartition(TOPICS.rewards, 0)
ROWS, OPEN_ROWS, SENT, OPEN_SENT = 10, 12, 20, 23


class Log:
    """Ends of logs, which a worker moves when it is asked for them."""

    def __init__(self) -> None:
        self.stable = {CHANGELOG: ROWS, TRANSITIONS: SENT, REWARDS: 0}
        self.ends = dict(self.stable)
        self.meanwhile: list[Callable[[], None]] = []
        """What happens after each question for ends."""
        self.asked = 0

    def transaction(self) -> None:
        """Send rows and outputs."""
        self.ends |= {CHANGELOG: OPEN_ROWS, TRANSITIONS: OPEN_SENT}

    def commit(self, *tps: TopicPartition) -> None:
        """Write the markers of these logs."""
        for tp in tps:
            self.ends[tp] = self.stable[tp] = self.ends[tp] + 1

    def answer(self, ends: dict[TopicPartition, int], tps: Iterable[TopicPartition]) -> dict[TopicPartition, int]:
        told = {tp: ends[tp] for tp in tps}
        self.asked += 1
        if self.meanwhile:
            self.meanwhile.pop(0)()
        return told


class Consumer:
    """One that is told of ends, as aiokafka's is."""

    def __init__(self, log: Log, ends: dict[TopicPartition, int]) -> None:
        self._log = log
        self._ends = ends

    async def end_offsets(self, tps: list[TopicPartition]) -> dict[TopicPartition, int]:
        return self._log.answer(self._ends, tps)

    async def beginning_offsets(self, tps: list[TopicPartition]) -> dict[TopicPartition, int]:
        return dict.fromkeys(tps, 0)


def cut(log: Log) -> Cut:
    cutter = Cutter(TOPICS, COUNTS, Consumer(log, log.stable), Consumer(log, log.ends))
    return asyncio.run(cutter.cuts([1]))[0]


def ends(of: Cut) -> tuple[int, int, int]:
    return of.changelog.end, of.transitions.end, of.rewards.end


ROUND = 5
"""Questions for ends in one attempt."""
AFTER = (OPEN_ROWS + 1, OPEN_SENT + 1, 0)


def quiet() -> None:
    """Nothing happens."""


def test_at_rest_the_first_attempt_gives_the_ends_of_all_three_logs() -> None:
    log = Log()
    found = cut(log)
    assert ends(found) == (ROWS, SENT, 0)
    assert (found.transitions.tp, found.rewards.tp) == (TRANSITIONS, REWARDS)
    assert log.asked == ROUND


def test_an_open_transaction_is_waited_for() -> None:
    log = Log()
    log.transaction()
    log.meanwhile = [*[quiet] * ROUND, partial(log.commit, CHANGELOG, TRANSITIONS)]
    assert ends(cut(log)) == AFTER
    assert log.asked > ROUND


def test_whenever_a_transaction_comes_and_is_committed_meanwhile_rows_and_outputs_belong_together() -> None:
    for begun in range(ROUND):
        for committed in range(begun, 2 * ROUND):
            log = Log()
            log.meanwhile = [quiet] * (2 * ROUND + 1)
            log.meanwhile[begun] = log.transaction
            log.meanwhile[committed + 1] = partial(log.commit, TRANSITIONS, CHANGELOG)
            assert ends(cut(log)) in {(ROWS, SENT, 0), AFTER}, (begun, committed)


def test_whenever_the_marker_of_one_log_is_late_rows_and_outputs_belong_together() -> None:
    for first, second in ((CHANGELOG, TRANSITIONS), (TRANSITIONS, CHANGELOG)):
        for late in range(2 * ROUND):
            log = Log()
            log.transaction()
            log.meanwhile = [partial(log.commit, first)] + [quiet] * (late + 1)
            log.meanwhile.append(partial(log.commit, second))
            assert ends(cut(log)) == AFTER, (first, late)
