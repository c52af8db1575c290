"""What came of customers in, one by one in any order; the files of a result, sorted, out."""

from pathlib import Path
from typing import Final

import msgspec
from msgspec import UNSET

from agents.decisions.moves import Brink, BrinkCleared, Move
from agents.decisions.whole_life import Lived
from agents.events import Events
from agents.reward_publishing import RewardPublisher
from app.simulate.sorting import LIMIT, LineSorter
from app.simulate.spool import Spool
from app.simulate.target import BRINKS, REWARDS, SEGMENTS, TRANSITIONS
from schemas.policy import Policy
from schemas.topics import Topics

HEADER: Final = b"customer_id,segment,r,f,m,recency_ms,frequency,monetary_minor,last_order_at,next_at,next_to\n"

_encode: Final = msgspec.json.Encoder().encode
_BRINK: Final = b',"type":"segment.brink"}'  # `type` comes last in the order of the alphabet, which is the wire's
_CLEARED: Final = b',"type":"segment.brink_cleared"}'


class Outputs:
    """The files that grow with the customers: rewards are written where the policy has any."""

    def __init__(self, policy: Policy, as_of: int, scratch: Path, limit: int = LIMIT) -> None:
        self._events = Events(policy)
        self._rewarded = RewardPublisher(Topics(), policy) if policy.rewards else None
        self._as_of = as_of
        self._transitions = LineSorter(Spool(scratch / TRANSITIONS), limit)
        self._brinks = LineSorter(Spool(scratch / BRINKS), limit)
        self._segments = LineSorter(Spool(scratch / SEGMENTS), limit)
        self._rewards = LineSorter(Spool(scratch / REWARDS), limit)

    def take(self, customer_id: str, lived: Lived) -> None:
        """Take what came of one customer; silent moves are not written."""
        for number, told in enumerate(lived.publications):
            if isinstance(told, Move):
                if not told.silent:
                    line = _encode(self._events.transition(told))
                    self._transitions.add((told.effective_at, customer_id, told.sequence, line))
            elif isinstance(told, Brink):
                line = _encode(self._events.brink(told))[:-1] + _BRINK
                self._brinks.add((told.effective_at, customer_id, number, line))
            elif isinstance(told, BrinkCleared):
                line = _encode(self._events.brink_cleared(told))[:-1] + _CLEARED
                self._brinks.add((told.effective_at, customer_id, number, line))
        if self._rewarded is not None and lived.rewards:
            self._take_rewards(customer_id, lived, self._rewarded)
        if lived.known:
            self._segments.add((customer_id, segment_line(customer_id, lived, self._as_of)))

    def _take_rewards(self, customer_id: str, lived: Lived, publisher: RewardPublisher) -> None:
        for number, rewarded in enumerate(lived.rewards):
            for out in publisher.reward(rewarded, b"", UNSET):
                assert out.value is not None, "a reward has a value"
                line = out.value[:-1] + b',"type":"' + dict(out.headers)["ce_type"] + b'"}'
                self._rewards.add((rewarded.at, customer_id, number, line))

    def write(self, directory: Path) -> None:
        """Sort and write them all."""
        if self._rewarded is not None:
            with (directory / REWARDS).open("wb") as file:
                self._rewards.write(file)
        with (directory / TRANSITIONS).open("wb") as file:
            self._transitions.write(file)
        with (directory / BRINKS).open("wb") as file:
            self._brinks.write(file)
        with (directory / SEGMENTS).open("wb") as file:
            file.write(HEADER)
            self._segments.write(file)


def segment_line(customer_id: str, lived: Lived, as_of: int) -> bytes:
    """Write where a customer stands as a row of CSV; what is undefined is empty."""
    stands = lived.standing
    of, ahead = stands.measures, stands.next
    age = of.recency_ms
    last = "" if age is None else as_of - age
    scored = f"{_cell(of.r)},{_cell(of.f)},{_cell(of.m)},{_cell(age)}"
    following = f"{ahead.at},{ahead.to or ''}" if ahead is not None else ","
    return (
        f"{_quoted(customer_id)},{stands.segment or ''},{scored},{of.frequency},{of.monetary_minor},{last},{following}"
    ).encode()


def _cell(number: int | None) -> str:
    return "" if number is None else str(number)


def _quoted(text: str) -> str:
    """An id may hold anything but control characters, so also what CSV is made of."""
    return '"' + text.replace('"', '""') + '"' if "," in text or '"' in text else text
