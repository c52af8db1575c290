"""What the rules of a policy decided, customer by customer, in; what they gave, what it costs and what is owed, out."""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any, Final, NamedTuple

from agents.decisions.entries import Entry, Reminded, Rewarded, Void
from agents.decisions.occasions import Decided
from agents.decisions.outcomes import outcome
from app.simulate.budget_needs import BudgetNeeds
from schemas.policy import Policy
from schemas.reward_rules import RewardRule
from schemas.rewards import Give, Points

ENDS: Final = ("redeemed", "expired", "revoked")
MESSAGE: Final = "message"
"""The kind of what a rule gives that only asks for a message: it costs nothing."""


class Offer(NamedTuple):
    """What is counted by itself: what a rule gives to some of its customers."""

    rule: str
    variant: str | None
    give: Give | None
    price: int | None
    """What one costs, in minor units; None = unknown."""

    @property
    def kind(self) -> str:
        """What kind of thing it is."""
        return MESSAGE if self.give is None else str(self.give.__struct_config__.tag)


class Counts:
    """What became of one offer."""

    def __init__(self) -> None:
        self.granted = 0
        self.withheld: Counter[str] = Counter()
        """By why; `none` is where a table of offers has none."""
        self.ended: Counter[str] = Counter()
        """How grants ended, of ENDS; points may be redeemed little by little, and each time counts."""
        self.points_gone: Counter[str] = Counter()
        """Points that have left balances, by the same."""

    def enter(self, entry: Entry) -> None:
        """Count what became of a grant."""
        how = outcome(entry)
        if not isinstance(entry, Reminded | Void):
            self.ended[how] += 1
            self.points_gone[how] += entry.points or 0


class Pricing:
    """Counts under one policy. It prices what happened: what rewards make customers do it cannot know."""

    def __init__(self, policy: Policy) -> None:
        self.policy = policy
        self.offers: dict[Offer, Counts] = {}
        self._needs = BudgetNeeds(policy)
        self.owed = 0
        """Points in the balances of all customers."""

    def take(self, rewards: Sequence[Rewarded], balance: int) -> None:
        """Take what was decided for one customer, in order, and the points that she has in the end."""
        self.owed += balance
        counts_of: dict[str, Counts] = {}
        for one in rewards:
            if isinstance(one, Decided):
                counts = counts_of[one.reward_id] = self._counts(one.rule)
                if one.withheld is None:
                    counts.granted += 1
                    if one.draw is not None:
                        self._needs.take(one.draw, one.at)
                else:
                    counts.withheld[one.withheld] += 1
            elif one.reward_id in counts_of:  # a redemption may name what never was
                counts_of[one.reward_id].enter(one)

    def _counts(self, rule: RewardRule) -> Counts:
        offer = Offer(rule.id, rule.variant, rule.give, rule.price)
        found = self.offers.get(offer)
        if found is None:
            found = self.offers[offer] = Counts()
        return found

    def told(self) -> dict[str, Any]:
        """Give all of it as JSON; money in minor units of the policy's currency."""
        offers = list(self.offers.items())
        kinds = sorted({offer.kind for offer, counts in offers if offer.give is not None or counts.granted})
        return {
            "currency": self.policy.currency,
            **_money(offers),
            "points": _points(offers) | {"owed": self.owed},
            "budgets": self._needs.told(),
            "kinds": {kind: _amounts(one for one in offers if one[0].kind == kind) for kind in kinds},
            "rules": {rule.id: self._rule(rule, offers) for rule in self.policy.rewards},
        }

    def _rule(self, rule: RewardRule, offers: Sequence[tuple[Offer, Counts]]) -> dict[str, Any]:
        own = [one for one in offers if one[0].rule == rule.id]
        told = _amounts(own)
        if rule.variants:
            names = [variant.rule.variant for variant in rule.variants]
            names += [None] if rule.give is not None else []
            told["variants"] = {name or "": _amounts(one for one in own if one[0].variant == name) for name in names}
        return told


def _amounts(offers: Iterable[tuple[Offer, Counts]]) -> dict[str, Any]:
    """Sum offers up. What is open is neither redeemed, expired nor taken back; points are told by themselves."""
    all_of = list(offers)
    things = [counts for offer, counts in all_of if not isinstance(offer.give, Points | None)]
    withheld: Counter[str] = Counter()
    for _, counts in all_of:
        withheld.update(counts.withheld)
    told: dict[str, Any] = {
        "granted": sum(counts.granted for _, counts in all_of),
        "withheld": dict(sorted(withheld.items())),
        **{how: sum(counts.ended[how] for _, counts in all_of) for how in ENDS},
        "open": sum(counts.granted - counts.ended.total() for counts in things),
        **_money(all_of),
    }
    if any(isinstance(offer.give, Points) for offer, _ in all_of):
        told["points"] = _points(all_of)
    return told


def _money(offers: Sequence[tuple[Offer, Counts]]) -> dict[str, Any]:
    """Say what all grants cost, as far as their price is known, and what the withheld ones would have."""
    known = [(counts, offer.price) for offer, counts in offers if offer.price is not None]
    withheld: Counter[str] = Counter()
    for counts, price in known:
        withheld.update({reason: count * price for reason, count in counts.withheld.items()})
    return {
        "cost_minor": sum(counts.granted * price for counts, price in known),
        "unpriced": sum(counts.granted for offer, counts in offers if offer.price is None),
        "withheld_cost_minor": dict(sorted(withheld.items())),
    }


def _points(offers: Iterable[tuple[Offer, Counts]]) -> dict[str, int]:
    granted, gone = 0, Counter[str]()
    for offer, counts in offers:
        if isinstance(offer.give, Points):
            granted += offer.give.points * counts.granted
        gone.update(counts.points_gone)
    return {"granted": granted, **{how: gone[how] for how in ENDS}}


def cost_differences(one: Pricing | None, other: Pricing | None) -> dict[str, Any]:
    """Say what each rule of either policy grants and costs under both, and how much more under the other.

    Between two currencies there is no difference to tell.
    """
    if one is not None and other is not None and one.policy.currency != other.policy.currency:
        return {}
    here, there = (side.told()["rules"] if side is not None else {} for side in (one, other))
    return {rule: _difference(here.get(rule), there.get(rule)) for rule in dict.fromkeys([*here, *there])}


def _difference(here: dict[str, Any] | None, there: dict[str, Any] | None) -> dict[str, Any]:
    nothing = {"granted": 0, "cost_minor": 0, "unpriced": 0}
    sides = [{key: (side or nothing)[key] for key in nothing} for side in (here, there)]
    return {
        "policy": sides[0] if here is not None else None,
        "other": sides[1] if there is not None else None,
        "more": {key: sides[1][key] - sides[0][key] for key in nothing},
    }
