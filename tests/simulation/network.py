"""Requests of processes in, their answers out, late, and now and then not at all."""

import asyncio
from collections.abc import Callable
from contextvars import Context
from dataclasses import dataclass
from random import Random
from typing import Any, Literal, TypeVar

from aiokafka.errors import KafkaConnectionError, KafkaError, RequestTimedOutError

from tests.simulation.process import Process

T = TypeVar("T")
Request = Literal["init", "register", "send", "offsets", "commit", "fetch", "ask"]
Mishap = Literal["lost", "unanswered", "hanging"]
"""It never arrives; it arrives, and its sender is told of a failure; it arrives, and its sender never hears."""


@dataclass
class Network:
    """A request that was sent arrives even if its sender dies meanwhile."""

    loop: asyncio.AbstractEventLoop
    chance: Random
    around: Context

    def __post_init__(self) -> None:
        self.mishaps: dict[Request, list[Mishap]] = {}
        """What becomes of the next requests of a kind."""
        self.calm = False
        """Whether every request is quick and answered from now on."""

    async def call(self, process: Process, kind: Request, act: Callable[[], T]) -> T:
        """Let something happen at the broker; KafkaError as it says, or as a mishap says."""
        if not process.alive:
            raise KafkaConnectionError("this process is dead and only unwinds")
        waiting = self.mishaps.get(kind)
        mishap = waiting.pop() if waiting else None
        answer: asyncio.Future[T] = self.loop.create_future()
        self.loop.call_later(self._latency(), self._arrive, act, answer, mishap, context=self.around)
        return await answer

    def _arrive(self, act: Callable[[], Any], answer: "asyncio.Future[Any]", mishap: Mishap | None) -> None:
        result: Any
        try:
            result = act() if mishap != "lost" else RequestTimedOutError()
        except KafkaError as error:
            result = error
        if mishap == "unanswered":
            result = RequestTimedOutError()
        if mishap != "hanging":
            self.loop.call_later(self._latency(), self._answer, answer, result, context=self.around)

    @staticmethod
    def _answer(answer: "asyncio.Future[Any]", result: Any) -> None:
        if answer.done():
            return
        if isinstance(result, Exception):
            answer.set_exception(result)
        else:
            answer.set_result(result)

    def _latency(self) -> float:
        fast = self.chance.random()
        return 0.0003 + 0.002 * fast if fast < 0.97 or self.calm else self.chance.uniform(0.01, 0.2)
