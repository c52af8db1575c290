"""Decided and expected rewards in, readable differences out."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import fields

from .occasions import Occasion
from .rewards import Reward

Identity = tuple[str, str, Occasion]
REWARDED = tuple(field.name for field in fields(Reward))


def compare_rewards(
    decided: Iterable[Reward], expected: Iterable[Reward], compared: Collection[str] = REWARDED
) -> list[str]:
    """Each occasion is decided once; in what order is no matter."""
    found, wanted = _by_occasion(decided), _by_occasion(expected)
    differences: list[str] = []
    for identity in sorted(found.keys() | wanted.keys(), key=str):
        is_, should_be = found.get(identity, []), wanted.get(identity, [])
        if len(is_) != len(should_be):
            differences.append(f"{_told(identity)}: decided {len(is_)} times, expected {len(should_be)}")
        else:
            differences += _field_differences(is_, should_be, compared)
    return differences


def _by_occasion(rewards: Iterable[Reward]) -> dict[Identity, list[Reward]]:
    found: dict[Identity, list[Reward]] = defaultdict(list)
    for reward in rewards:
        found[reward.customer_id, reward.rule, reward.occasion].append(reward)
    return found


def _field_differences(found: list[Reward], wanted: list[Reward], compared: Collection[str]) -> list[str]:
    return [
        f"{_told((one.customer_id, one.rule, one.occasion))}: {name} is {is_}, expected {should_be}"
        for one, other in zip(wanted, found, strict=True)
        for name in compared
        if (is_ := getattr(other, name)) != (should_be := getattr(one, name))
    ]


def _told(identity: Identity) -> str:
    customer_id, rule, occasion = identity
    return f"customer {customer_id!r}: {rule} on {' '.join(map(str, occasion))}"
