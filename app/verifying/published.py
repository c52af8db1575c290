"""Records of the outputs as they lie in the log in, what they say out; what cannot be read is a breach."""

from collections.abc import Iterable
from typing import Final, NamedTuple

import msgspec

from app.verifying.entries import Told
from schemas.rewards import RewardGranted, RewardWithheld
from schemas.transitions import SegmentRetracted, SegmentTransitioned

Change = SegmentTransitioned | SegmentRetracted
"""What takes a sequence number."""
Reward = RewardGranted | RewardWithheld

_transitioned: Final = msgspec.json.Decoder(SegmentTransitioned)
_retracted: Final = msgspec.json.Decoder(SegmentRetracted)
_granted: Final = msgspec.json.Decoder(RewardGranted)
_withheld: Final = msgspec.json.Decoder(RewardWithheld)
OTHERS: Final = frozenset(
    {
        "segment.brink",
        "segment.brink_cleared",
        "segment.scores_changed",
        "reward.reminder",
        "reward.expired",
        "reward.revoked",
    }
)
"""Types whose records are only looked at for whether they came twice."""


class Numbered(NamedTuple):
    """A transition or retraction with the id of its record."""

    ce_id: str
    change: Change


class Published(NamedTuple):
    """What was published of one customer, in the order of the log."""

    changes: list[Numbered]
    rewards: list[Reward]
    wrong: str | None
    """The first record that is none of Segue's, names somebody else, or came twice."""


def read_published(customer_id: str, told: Iterable[Told]) -> Published:
    """Read what was told of a customer; what comes after a breach is read all the same."""
    published = Published([], [], None)
    wrong: str | None = None
    seen: set[str] = set()
    for one in told:
        fault = _read(one, published, customer_id) or (f"{_named(one)} came twice" if one.ce_id in seen else None)
        wrong = wrong or fault
        seen.add(one.ce_id)
    return published._replace(wrong=wrong)


def _read(one: Told, published: Published, customer_id: str) -> str | None:
    """Take a record over; gives what is wrong with it."""
    if one.kind in OTHERS:
        return None
    try:
        said = _decode(one)
    except msgspec.DecodeError as error:  # a value of another shape is one too
        return f"{_named(one)} cannot be read: {error}"
    if said is None:
        return f"{_named(one)} is no record of Segue's"
    if said.customer_id != customer_id:
        return f"{_named(one)} is of another customer than its key"
    if isinstance(said, SegmentTransitioned | SegmentRetracted):
        published.changes.append(Numbered(one.ce_id, said))
    else:
        published.rewards.append(said)
    return None


def _decode(one: Told) -> Change | Reward | None:
    match one.output, one.kind:
        case "transitions", "segment.transitioned":
            return _transitioned.decode(one.value)
        case "transitions", "segment.retracted":
            return _retracted.decode(one.value)
        case "rewards", "reward.granted" | "reward.withheld":
            return read_reward(one.value, granted=one.kind == "reward.granted")
        case _:
            return None


def read_reward(value: bytes, *, granted: bool) -> Reward:
    """Read a reward as it was published; msgspec.DecodeError for what is none."""
    return (_granted if granted else _withheld).decode(value)


def _named(one: Told) -> str:
    return f"the {one.kind or 'nameless'} record with ce_id {one.ce_id or 'missing'}"
