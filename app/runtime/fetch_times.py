"""When fetches were sent: aiokafka notes when one was answered, a clock needs the instant at which it was asked."""

import time
from collections.abc import Callable
from typing import Any

from aiokafka import TopicPartition

Told = Callable[[TopicPartition, Any, int], None]
"""Hears of a partition's state (`highwater`, `lso`) as an answered fetch left it, and when that was sent, epoch ms."""


def note_fetches(fetcher: Any, told: Told) -> None:
    """Tell of every fetch that was answered; called in the loop of the consumer that the fetcher belongs to."""
    stock = fetcher._proc_fetch_request

    async def timed(assignment: Any, node_id: int, request: Any) -> bool:
        sent_at = int(time.time() * 1000)
        woken: bool = await stock(assignment, node_id, request)
        if assignment.active:
            for topic, partitions in request.topics:
                for partition, _, _ in partitions:
                    tp = TopicPartition(topic, partition)
                    state = assignment.state_value(tp)
                    if state.timestamp is not None and state.timestamp >= sent_at and state.lso is not None:
                        told(tp, state, sent_at)
        return woken

    fetcher._proc_fetch_request = timed
