"""Records of the topic of rewards in, what each says out; what a life makes of rewards in the same words, beside it."""

from collections.abc import Callable, Iterable, Iterator
from typing import Final, NamedTuple

import msgspec

from agents.decisions.entries import Redeemed, Rewarded, Void
from agents.decisions.in_force import InForce
from agents.decisions.occasions import Decided
from agents.reward_publishing import RewardPublisher
from schemas.rewards import Points, RewardExpired, RewardGranted, RewardReminder, RewardRevoked, RewardWithheld
from schemas.topics import Topics

Decision = RewardGranted | RewardWithheld
Sequel = RewardReminder | RewardExpired | RewardRevoked
"""What becomes of a grant, as far as anybody is told."""
Said = Decision | Sequel
Untold = Decided | Redeemed | Void
"""What is never published among the rewards: redemptions, which are facts, and decisions that grant nothing."""
Name = tuple[str, type[Said], int]
"""What a record is told from others by, as by its `ce_id`: the reward, what became of it, the lead of a reminder."""

_READ: Final[dict[bytes, Callable[[bytes], Said]]] = {
    b"reward.granted": msgspec.json.Decoder(RewardGranted).decode,
    b"reward.withheld": msgspec.json.Decoder(RewardWithheld).decode,
    b"reward.reminder": msgspec.json.Decoder(RewardReminder).decode,
    b"reward.expired": msgspec.json.Decoder(RewardExpired).decode,
    b"reward.revoked": msgspec.json.Decoder(RewardRevoked).decode,
}


class Published(NamedTuple):
    """What was published of a customer's rewards."""

    said: list[Said]
    """In the order of the log."""
    since: int
    """What was published before this instant (epoch ms) may be gone from the topic; 0 = all of it is there."""


def read_said(kind: bytes, value: bytes) -> Said | None:
    """Read a record by its `ce_type`; None for a kind of a later version. msgspec.DecodeError for what is no reward."""
    read = _READ.get(kind)
    return read(value) if read is not None else None


def as_said(rewards: Iterable[Rewarded], in_force: InForce) -> Iterator[Said | Untold]:
    """Give what a life makes of rewards as it would be published, each by the policy of its instant."""
    topics = Topics()
    publishers = {policy.fingerprint: RewardPublisher(topics, policy) for policy in in_force.policies}
    for one in rewards:
        records = publishers[in_force.policy_at(one.at).fingerprint].reward(one, b"", 0)
        if records:
            said = read_said(dict(records[0].headers)["ce_type"], records[0].value or b"")
            assert said is not None, "what is published can be read"
            yield said
        else:
            assert isinstance(one, Untold), "everything else is published"
            yield one


def instant_of(one: Said | Untold) -> int:
    """Give the instant (epoch ms) at which it takes effect."""
    return one.at if isinstance(one, Untold) else one.effective_at


def rule_of(one: Said | Untold) -> str:
    """Name the rule; empty for a redemption of no known grant."""
    if isinstance(one, Decided):
        return one.rule.id
    return one.rule_id if isinstance(one, Redeemed | Void) else one.rule


def change_of(one: Said | Untold) -> int:
    """Say what it does to the balance of points."""
    match one:
        case RewardGranted(give=Points(points)):
            return points
        case RewardExpired() | RewardRevoked() | Redeemed():
            return -(one.points or 0)
        case _:
            return 0


def name_of(said: Said) -> Name:
    """Give what one record is told from others by."""
    return said.reward_id, type(said), said.lead_ms if isinstance(said, RewardReminder) else 0
