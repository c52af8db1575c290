"""What something is called in words in, its id out: the same words give the same id, on every replay."""

from hashlib import blake2b
from typing import Final

_EMPTY: Final = blake2b(digest_size=16)
"""To be copied: making one anew costs as much as all else."""
PLACES: Final = 2**64
"""So many a customer may have in the line from which hold-outs are taken, and an occasion in that of surprises."""


def digest(parts: str) -> str:
    """Derive an id of 32 hexadecimal digits from what it names; parts stand with NUL between them."""
    digested = _EMPTY.copy()
    digested.update(parts.encode())
    return digested.hexdigest()


def transition_id(customer: str, policy: str, effective_at: int, origin: str | None, to: str | None) -> str:
    """Derive the business identity of a transition."""
    return digest(f"{customer}\0{policy}\0{effective_at}\0{origin}\0{to}")


def reward_id(customer: str, rule: str, occasion: str) -> str:
    """Derive the identity of a reward: one occasion of one rule, for ever."""
    return digest(f"{customer}\0{rule}\0{occasion}")


def message_of_reward(reward: str) -> str:
    """Derive the identity of the message that goes with a reward."""
    return digest(f"{reward}\0message")


def request_id(customer: str, message: str, channel: str, attempt: int) -> str:
    """Derive the identity of one more request for a message."""
    return digest(f"{customer}\0{message}\0{channel}\0{attempt}")


def holdout_place(customer: str, policy: str, experiment: str) -> int:
    """Give a customer's place, 0 to PLACES - 1: one for each experiment, the same in every version of a policy."""
    return int(digest(f"{customer}\0holdout\0{policy}\0{experiment}")[:16], 16)


def variant_place(customer: str, policy: str, experiment: str) -> int:
    """Give her place among the variants: another one than that for hold-outs, and as lasting."""
    return int(digest(f"{customer}\0variant\0{policy}\0{experiment}")[:16], 16)


def chance_place(customer: str, policy: str, rule: str, occasion: str) -> int:
    """Give the place of an occasion of a rule, 0 to PLACES - 1: the same whenever it is asked for."""
    return int(digest(f"{customer}\0chance\0{policy}\0{rule}\0{occasion}")[:16], 16)


def turn_place(customer: str, rule: str, turn: int, offer: str) -> str:
    """Give the place of an offer in one round of a customer through what a rule offers: a text to be sorted by."""
    return digest(f"{customer}\0turn\0{rule}\0{turn}\0{offer}")


def brink_id(customer: str, policy: str, due_at: int, to: str) -> str:
    """Derive the identity of an announced move; its clearing carries the same."""
    return digest(f"{customer}\0brink\0{policy}\0{due_at}\0{to}")
