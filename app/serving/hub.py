"""Moves as they are written in, each stream of events out; a client that does not read is dropped, nobody waits."""

import asyncio
import base64
import binascii
from hashlib import blake2b
from typing import Any, Final

import msgspec

from app.serving import keys
from app.serving.draft import News
from app.serving.rows import TYPES, json_of
from app.serving.view import View
from tables.scanning import scan

QUEUED: Final = 1_000
"""So many events wait for a client, at most."""
PAGE: Final = 200

_encode: Final = msgspec.msgpack.Encoder().encode
_decode: Any = msgspec.msgpack.Decoder(tuple[bytes, dict[int, int]]).decode


class Subscriber:
    """One client's queue; `dropped` once it was full, `ended` when it was let go."""

    def __init__(self) -> None:
        self.queue: asyncio.Queue[bytes] = asyncio.Queue(QUEUED)
        self.dropped = False
        self.ended = False

    def offer(self, event: bytes) -> None:
        """Hand an event over, or drop the client."""
        try:
            self.queue.put_nowait(event)
        except asyncio.QueueFull:
            self.dropped = True


class Hub:
    """Hands news of a view to all who listen. An event's id says how far each partition had been told.

    So an id is good at every copy of the read side. Events may come twice after a return, never too few.
    """

    def __init__(self, view: View) -> None:
        self._view = view
        self._topic = next(topic for topic, source in view.sources.items() if source == "moves")
        self._mark = blake2b(self._topic.encode(), digest_size=4).digest()
        self.subscribers: set[Subscriber] = set()
        self.events = 0
        """Handed over since start, to all clients together."""
        view.listeners.append(self._publish)
        view.forgetting.append(self.let_go)

    def place(self) -> dict[int, int]:
        """Say how far the view has been read, by partition."""
        return {number: offset for (topic, number), offset in self._view.positions.items() if topic == self._topic}

    @property
    def longest_id(self) -> int:
        """So many characters no id of an event exceeds, whatever the offsets: 14 bytes a partition, in base64."""
        return 64 + 20 * len(self.place())

    def join(self) -> Subscriber:
        """Listen from now on."""
        subscriber = Subscriber()
        self.subscribers.add(subscriber)
        return subscriber

    def leave(self, subscriber: Subscriber) -> None:
        """Listen no longer."""
        self.subscribers.discard(subscriber)

    def let_go(self) -> None:
        """End all streams. Who comes back with an id goes on from there, as soon as the view is level."""
        for subscriber in self.subscribers:
            subscriber.ended = True
            subscriber.offer(b"")
        self.subscribers.clear()

    def _publish(self, news: list[News]) -> None:
        if not self.subscribers:
            return
        place = self.place()
        for one in news:
            place[one.partition] = one.offset + 1
            event = self.event(place, one.kind, one.value)
            for subscriber in self.subscribers:
                subscriber.offer(event)
                self.events += 1

    def event(self, place: dict[int, int], kind: str, told: bytes) -> bytes:
        """Write an event."""
        name = base64.urlsafe_b64encode(_encode((self._mark, place))).rstrip(b"=")
        return b"id: %b\nevent: %b\ndata: %b\n\n" % (name, kind.encode(), told)

    def read_id(self, text: str) -> dict[int, int] | None:
        """Read how far a client has been told; None: by another deployment, or longer ago than is kept."""
        try:
            mark, told = _decode(base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True))
        except (binascii.Error, ValueError, msgspec.DecodeError):
            return None
        here = self.place()
        kept = self._view.news.since
        if mark != self._mark or any(told.get(number, 0) < kept.get(number, 0) for number in here):
            return None
        return {number: told.get(number, 0) for number in here}

    def missed(self, told: dict[int, int], until: dict[int, int]) -> list[bytes]:
        """Give the next events between two places, and move `told` on; none: nothing is missing any more."""
        for partition, offset in sorted(told.items()):
            end = keys.place(partition, until.get(partition, 0))
            found = list(scan(self._view.db, keys.place(partition, offset), end, PAGE))
            if found:
                return [event for key in found if (event := self._again(told, key)) is not None] or [b": \n\n"]
            told[partition] = max(offset, until.get(partition, 0))
        return []

    def _again(self, told: dict[int, int], key: bytes) -> bytes | None:
        """Tell a move again; None: it has been erased while this was looked at."""
        partition, offset = keys.read_place(key)
        told[partition] = offset + 1
        at: Any = self._view.db.get(key)
        kept: Any = self._view.db.get(at) if at is not None else None
        if kept is None:
            return None
        return self.event(told, TYPES[kept[:1]], json_of(kept))
