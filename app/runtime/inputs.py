"""The logs of a partition's inputs and what is in hand of them in; how far each has come, for the clock, out."""

from collections.abc import Mapping

from agents.decisions.clock import InputState, level_at
from agents.decisions.open_transactions import OpenTransactions
from app.runtime.intake import Batch
from app.runtime.opening import OpenPartition
from app.runtime.source import PartitionSource


class Inputs:
    """Follows the inputs of one partition during one lease."""

    def __init__(self, source: PartitionSource, opened: OpenPartition, hold_ms: int) -> None:
        """`hold_ms`: so long others' open transactions at the end of a log may hold the clock."""
        self._source = source
        self._opened = opened
        self._reached = dict.fromkeys(opened.positions, opened.clock)
        self._open = {topic: OpenTransactions(hold_ms) for topic in opened.positions}

    def take(self, batch: Batch | None, bound: int | None) -> list[InputState]:
        """Say how far the inputs have come with this batch; whose next record lies behind the bound has come to it."""
        if batch is not None:
            self._reach(batch.reached)
        if bound is not None:
            self._reach({topic: bound for topic, front in self._opened.intake.fronts().items() if front > bound})
        self._opened.held_ms = 0
        positions = self._opened.intake.positions()
        level = self._level_at(positions)
        return [self._state(topic, positions[topic], at) for topic, at in level.items()]

    def lagging(self, positions: dict[str, int]) -> set[str]:
        """Name the inputs of which the log may hold records behind these positions."""
        return {topic for topic, at in self._level_at(positions).items() if at is None}

    def _reach(self, instants: Mapping[str, int]) -> None:
        for topic, at in instants.items():
            self._reached[topic] = max(self._reached[topic], at)

    def _state(self, topic: str, position: int, stable_at: int | None) -> InputState:
        if stable_at is None:
            return InputState(lagging=True, reached=self._reached[topic], confirmed_at=0)
        opened, transactions = self._opened, self._open[topic]
        ends = opened.intake.log_end(topic), self._source.log_end(topic)
        confirmed_at = transactions.confirmed_at(position, stable_at, ends)
        opened.held_ms = max(opened.held_ms, transactions.held_ms(stable_at))
        return InputState(lagging=False, reached=self._reached[topic], confirmed_at=confirmed_at)

    def _level_at(self, positions: dict[str, int]) -> dict[str, int | None]:
        """Give per input the newest moment (epoch ms) at which the log held nothing behind its position.

        The newest fetch may already tell of records that are still on their way to the task. As long as they are,
        the fetch that brought the newest run in hand is the last word: else steady traffic would always lag.
        """
        intake = self._opened.intake
        return {
            topic: level_at(position, (self._source.log_end(topic), intake.log_end(topic)))
            for topic, position in positions.items()
        }
