"""What became of a customer's rewards in, the balance of points after each, with what redemptions could take, out."""

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from agents.decisions.entries import Redeemed, Void
from app.explaining.comparing import Compared
from app.explaining.entry_words import EntryWords
from app.explaining.said import Said, Untold, change_of, instant_of
from schemas.rewards import Points, RewardExpired, RewardGranted, RewardRevoked


class Audited(NamedTuple):
    """An entry, and the balance of points after it."""

    entry: Said | Untold
    change: int
    balance: int
    published: bool | None = None
    difference: str | None = None
    """As of what is compared."""


def balanced(entries: Sequence[Compared], ends: Sequence[int], accounts: "Accounts | None") -> Iterator[Audited]:
    """Sum up in the order of time, from nothing behind every erasure; what was not published changes nothing.

    `accounts`: of what was published, where it was read; redemptions are told anew by them.
    """
    balance, left = 0, list(ends)
    for one in entries:
        while left and left[0] < instant_of(one.entry):
            left.pop(0)
            balance = 0
            if accounts is not None:
                accounts.forget()
        now = accounts.take(one) if accounts is not None else one
        change = change_of(now.entry) if now.published is not False else 0
        balance += change
        yield Audited(now.entry, change, balance, now.published, now.difference)


class Accounts:
    """What can be redeemed of the grants that were published."""

    def __init__(self, entries: Sequence[Compared], asked: Mapping[str, int | None], words: EntryWords) -> None:
        """`asked`: by event ids, how many points redemptions name; None = all that is left."""
        self._asked = asked
        self._words = words
        self._grants: dict[str, RewardGranted] = {}
        self._left: dict[str, int] = {}
        stand = (one.entry for one in entries if one.published is not False)
        # A redemption that came after the expiry took nothing, whenever it happened: what has expired never was spent.
        self._expired = {one.reward_id: one.points or 1 for one in stand if isinstance(one, RewardExpired)}

    def forget(self) -> None:
        """Take an erasure: nothing of before can be redeemed."""
        self._grants.clear()

    def take(self, one: Compared) -> Compared:
        """Take an entry; gives a redemption as the grants make it, else the same."""
        entry = one.entry
        if isinstance(entry, Redeemed | Void):
            found = self._redeemed(entry)
            same = (type(found), _points(found)) == (type(entry), _points(entry))
            told = None if same else f"though in the order of time: {self._words.entry(entry)}"
            return one._replace(entry=found, difference=told)
        if isinstance(entry, RewardGranted) and one.published is not False:
            self._grants[entry.reward_id] = entry
            whole = entry.give.points if isinstance(entry.give, Points) else 1
            self._left[entry.reward_id] = whole - self._expired.get(entry.reward_id, 0)
        elif isinstance(entry, RewardRevoked) and one.published is not False:
            self._grants.pop(entry.reward_id, None)
        return one

    def _redeemed(self, one: Redeemed | Void) -> Redeemed | Void:
        grant = self._grants.get(one.reward_id)
        named = (one.customer_id, one.rule_id if grant is None else grant.rule, one.reward_id, one.at)
        if grant is None or (grant.expires_at is not None and one.at > grant.expires_at):
            return Void(*named, one.event_id)
        left, of_points = self._left[one.reward_id], isinstance(grant.give, Points)
        spent = min(left, self._asked.get(one.event_id) or left) if of_points else left
        if not spent:
            return Void(*named, one.event_id)
        self._left[one.reward_id] -= spent
        return Redeemed(*named, spent if of_points else None, one.event_id)


def _points(one: Redeemed | Void) -> int | None:
    return one.points if isinstance(one, Redeemed) else None
