"""What was published of a customer's rewards and what her life makes of them in; all of it, each difference said, out.

A life knows all facts in the order of time, and takes budgets to have enough: what was published was decided by what
was known at that moment, and paid by what there was.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Final, NamedTuple

from app.explaining.entry_words import EntryWords
from app.explaining.said import Decision, Name, Published, Said, Sequel, Untold, instant_of, name_of
from app.explaining.wording import instant
from schemas.rewards import RewardGranted, RewardRevoked, RewardWithheld

_BY_FACTS: Final = "from before what the topic still holds: by the facts alone"
_OR_LATER: Final = "unless its instant has not been worked yet"


class Compared(NamedTuple):
    """Something that became of her rewards."""

    entry: Said | Untold
    published: bool | None
    """None: nobody publishes it, or nothing published was read, or what was is not there any more."""
    difference: str | None = None
    """How what was published differs from what her facts give when all are known; None: it does not."""


def compare(published: Published, reckoned: Sequence[Said | Untold], as_of: int, words: EntryWords) -> list[Compared]:
    """Give everything up to an instant, in the order of time; what was undone before it was granted, right behind."""
    comparison = _Comparison(published, reckoned, as_of, words)
    return sorted([*comparison.said(), *comparison.unsaid()], key=comparison.place)


class _Comparison:
    def __init__(self, published: Published, reckoned: Sequence[Said | Untold], as_of: int, words: EntryWords) -> None:
        self._since = published.since
        self._as_of = as_of
        self._words = words
        self._reckoned = reckoned
        self._said = {name_of(one): one for one in published.said if one.effective_at <= as_of}
        self._of_life = {name_of(one): one for one in reckoned if isinstance(one, Said)}
        self._published = _decisions(self._said.values())
        self._expected = _decisions(self._of_life.values())
        paid = any(isinstance(one, RewardGranted) and one.paid_by for one in self._of_life.values())
        self._order = "in the order of time, and with enough in every budget" if paid else "in the order of time"

    def said(self) -> Iterator[Compared]:
        """Give what was published."""
        for name, one in self._said.items():
            difference = self._decided(one) if isinstance(one, Decision) else self._went_on(one, name)
            yield Compared(one, published=True, difference=difference)

    def unsaid(self) -> Iterator[Compared]:
        """Give what was not: what nobody publishes, and what only her life makes."""
        for one in self._reckoned:
            if isinstance(one, Untold):
                yield Compared(one, published=None)
            elif name_of(one) not in self._said and self._concerns_her(one):
                yield self._missing(one)

    def place(self, one: Compared) -> int:
        """Say where it stands: what takes back takes effect when its cause did, which may be before the grant."""
        grant = self._published.get(one.entry.reward_id)
        return max(instant_of(one.entry), grant.effective_at if grant is not None else 0)

    def _decided(self, one: Decision) -> str | None:
        expected = self._expected.get(one.reward_id)
        if expected is None:
            return f"published, though {self._order} there is no such occasion"
        would = self._words.entry(expected)
        if isinstance(one, RewardWithheld) and one.reason == "budget" and isinstance(expected, RewardGranted):
            return f"refused by the budget: with enough in it, {would}"
        if _has_waited(one, expected):
            return f"it waited for its budget since {instant(expected.effective_at)}"
        if would == self._words.entry(one) and one.effective_at == expected.effective_at:
            return None
        at = f", at {instant(expected.effective_at)}" if one.effective_at != expected.effective_at else ""
        return f"published, though {self._order}{at}: {would}"

    def _went_on(self, one: Sequel, name: Name) -> str | None:
        """Compare what became of a grant; of one that is none by her facts the decision says so already."""
        if not isinstance(self._expected.get(one.reward_id), RewardGranted):
            return None
        expected = self._of_life.get(name)
        if expected is None:
            return f"published, though {self._order} it does not come to that"
        assert not isinstance(expected, Decision), "it has the name of a sequel"
        same = expected.points == one.points and _cause(expected) == _cause(one)
        return None if same else f"published, though {self._order}: {self._words.entry(expected)}"

    def _concerns_her(self, one: Said) -> bool:
        """Tell whether it is missing: what becomes of a grant is only where that was given, and as late as that was."""
        if isinstance(one, Decision):
            return one.reward_id not in self._published
        given, expected = self._published.get(one.reward_id), self._expected.get(one.reward_id)
        if given is None:
            return expected is not None and expected.effective_at < self._since
        late = given.effective_at - expected.effective_at if expected is not None else 0
        return isinstance(given, RewardGranted) and one.effective_at + late <= self._as_of

    def _missing(self, one: Said) -> Compared:
        if one.effective_at < self._since:
            return Compared(one, published=None, difference=_BY_FACTS)
        if isinstance(one, RewardGranted) and one.paid_by:
            why = f"its budget has not paid: it waits, or was undone before, {_OR_LATER}"
            return Compared(one, published=False, difference=why)
        return Compared(one, published=False, difference=f"it is only so {self._order}, {_OR_LATER}")


def _decisions(said: Iterable[Said]) -> dict[str, Decision]:
    return {one.reward_id: one for one in said if isinstance(one, Decision)}


def _has_waited(one: Decision, expected: Decision) -> bool:
    """Tell whether a grant differs only in that its budget had to pay for it first."""
    if not isinstance(one, RewardGranted) or not isinstance(expected, RewardGranted) or not one.paid_by:
        return False
    return (one.give, one.cause) == (expected.give, expected.cause) and one.effective_at > expected.effective_at


def _cause(one: Sequel) -> object:
    return one.cause if isinstance(one, RewardRevoked) else None
