"""What was published of a customer and what the input makes of her in; the first difference out."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any, Final, NamedTuple

import msgspec

from agents.decisions.claims import order_number
from agents.decisions.ledger import again
from app.verifying.published import Reward
from app.verifying.wording import way
from schemas.digests import reward_id
from schemas.instants import rfc3339
from schemas.reward_occasions import OnEngaged, OnFirstOrder, OnNthOrder, OnOrderValue, OnTransition
from schemas.transitions import SegmentTransitioned

TOLD_BY_WHAT_HAPPENED: Final = (OnFirstOrder, OnNthOrder, OnOrderValue, OnEngaged, OnTransition)
"""What rules wait for that a reward names: an event or a transition."""
ONLY_PUBLISHED: Final = frozenset({"detected_at"})
"""Fields that only a processor knows."""


class Compared(NamedTuple):
    """What came of comparing timelines."""

    difference: str | None
    missing: tuple[SegmentTransitioned, ...] = ()
    """The moves behind the last published one: not published yet, or lost."""


def compare_moves(
    standing: Sequence[SegmentTransitioned], wanted: Sequence[SegmentTransitioned], *, exact: bool
) -> Compared:
    """Compare two timelines, both by instant: instants and segments, and if `exact` all other fields."""
    for published, move in zip(standing, wanted, strict=False):
        if _key(published) != _key(move):
            return Compared(_astray(published, move))
        wrong = unequal(published, move) if exact else None
        if wrong is not None:
            return Compared(f"sequence {published.sequence} ({way(published)}): {wrong}")
    if len(standing) > len(wanted):
        more = standing[len(wanted)]
        return Compared(f"sequence {more.sequence} ({way(more)}) was published: the input brings no such move")
    return Compared(None, tuple(wanted[len(standing) :]))


def compare_rewards(
    published: Iterable[Reward],
    wanted: Mapping[str, Reward],
    *,
    due_until: int | None,
    timed_until: int,
    of_journeys: Collection[str] = frozenset(),
) -> str | None:
    """Compare what was decided of rewards; what is due from `due_until` on need not be there yet, None = nothing need.

    `timed_until`: the same of what time brings, for which a customer may have to wait while many are due, and of the
    rules `of_journeys`.
    A reward that came twice is told by its ce_id.
    """
    found: set[str] = set()
    for reward in published:
        found.add(reward.reward_id)
        expected = wanted.get(reward.reward_id)
        if expected is None:
            return f"{_named(reward)} was published: the input brings no such reward"
        if type(expected) is not type(reward):
            return f"{_named(reward)}: the input brings the opposite, granted or withheld"
        wrong = unequal(reward, expected)
        if wrong is not None:
            return f"{_named(reward)}: {wrong}"
    for reward in wanted.values():
        late = due_until is not None and reward.effective_at < due_until
        if reward.cause.type == "time" or reward.rule in of_journeys:
            late = late and reward.effective_at < timed_until
        if late and reward.reward_id not in found:
            return f"{_named(reward)} was not published"
    return None


def unfounded(
    published: Iterable[Reward],
    ever: Collection[str],
    events: Collection[str] | None,
    numbers: Collection[int] = frozenset({1}),
    opaque: Collection[str] = frozenset(),
) -> str | None:
    """Find a reward whose id is not that of its occasion, or whose occasion never was.

    `ever`: ids of all published transitions. `events`: ids of all facts, None where they are not known. `numbers`: of
    the orders that rules wait for. `opaque`: rules whose occasions cannot be told from what is published.
    """
    rewards = list(published)
    for reward in rewards:
        if reward.rule in opaque:
            continue
        occasions = [again(one, n) for one in _occasions(reward, numbers) for n in range(len(rewards))]
        identities = (reward_id(reward.customer_id, reward.rule, one) for one in occasions)
        if reward.reward_id not in identities:
            return f"{_named(reward)} has a reward_id that is not of it"
        moved, event = reward.transition_id, reward.cause.event_id
        if events is not None and not (moved in ever if moved is not None else event in events):
            return f"{_named(reward)} is for what never was: {moved or event}"
    return None


def _occasions(reward: Reward, numbers: Collection[int]) -> Iterator[str]:
    """Give what the occasion may be called, from what is told of it: an order does not say which number it was."""
    if reward.transition_id is not None:
        yield reward.transition_id
        return
    yield reward.cause.event_id or ""
    if reward.cause.type == "order":
        yield from map(order_number, numbers)


def unequal(published: msgspec.Struct, wanted: msgspec.Struct) -> str | None:
    """Name the first field that differs, with both values; what an earlier version did not publish is none."""
    for name in published.__struct_fields__:
        found, expected = getattr(published, name), getattr(wanted, name)
        if name not in ONLY_PUBLISHED and found is not msgspec.UNSET and found != expected:
            return f"{name} is {_shown(found)}, by the input {_shown(expected)}"
    return None


def _key(move: SegmentTransitioned) -> tuple[int, str | None, str | None]:
    return move.effective_at, move.from_segment, move.to


def _astray(published: SegmentTransitioned, wanted: SegmentTransitioned) -> str:
    if published.effective_at > wanted.effective_at:
        return f"{way(wanted)} was not published, but later moves were"
    return f"sequence {published.sequence} ({way(published)}) was published: the input brings {way(wanted)} there"


def _named(reward: Reward) -> str:
    return f"reward {reward.reward_id} of rule {reward.rule} at {rfc3339(reward.effective_at)}"


def _shown(value: Any) -> str:
    return msgspec.json.encode(value).decode()
