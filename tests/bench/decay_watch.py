"""A topic of transitions followed by a thread; what has come, with the nanosecond at which it came, out."""

import threading
import time
from collections.abc import Callable
from types import TracebackType
from typing import Final, NamedTuple, Self

import msgspec

from tests.bench.broker import Broker, at_end

END_S: Final = 10.0


class _Told(msgspec.Struct):
    customer_id: str
    effective_at: int
    detected_at: int
    cause: dict[str, str]


class Came(NamedTuple):
    """One transition as a read_committed consumer has seen it."""

    customer: str
    effective_at: int
    detected_at: int
    arrived_ns: int
    partition: int
    order_ns: int | None
    """When the order that caused it was produced; None for a decay."""

    @property
    def arrived_at(self) -> float:
        """Epoch ms."""
        return self.arrived_ns / 1e6


class Watch:
    """Follows the topic as long as its `with` block lasts; decodes only when asked, so as not to fall behind."""

    def __init__(self, broker: Broker, topic: str) -> None:
        self._consumer = broker.reader(topic, broker.ends(topic))
        self._raw: list[tuple[int, int, bytes]] = []
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="watch", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop.set()
        self._thread.join(END_S)
        self._consumer.close()

    def __len__(self) -> int:
        return len(self._raw)

    def came(self, wanted: Callable[[Came], bool] = lambda _: True) -> list[Came]:
        """Give what has come so far."""
        return [came for raw in list(self._raw) if wanted(came := _decoded(*raw))]

    def newest(self, count: int) -> list[Came]:
        """Give the last ones that have come."""
        return [_decoded(*raw) for raw in self._raw[-count:]]

    def _run(self) -> None:
        while not self._stop.is_set():
            message = self._consumer.poll(0.1)  # not consume(n): that waits for n messages or for all of its time
            if message is not None and not at_end(message):
                self._raw.append((time.time_ns(), message.partition() or 0, message.value() or b""))


_decode = msgspec.json.Decoder(_Told).decode


def _decoded(arrived_ns: int, partition: int, value: bytes) -> Came:
    told = _decode(value)
    order = told.cause["event_id"].removeprefix("o-") if told.cause["type"] == "order" else None
    return Came(
        told.customer_id,
        told.effective_at,
        told.detected_at,
        arrived_ns,
        partition,
        int(order) if order is not None else None,
    )
