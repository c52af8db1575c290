"""Published decisions of rules in; who was held out of what, and who was given which variant, out."""

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from app.experiments.published_rewards import RewardSeen

HELD_OUT = "holdout"


class Question(NamedTuple):
    """What is measured by itself: a rule, on all its occasions or on those of one move."""

    rule: str
    way: tuple[str | None, str | None] | None
    """From one segment to another; None = whatever the occasion is."""


class Assigned(NamedTuple):
    """A customer's first occasion, and the arm she is in."""

    at: int
    reward_id: str
    held_out: bool
    variant: str | None
    """That which she was given, or would have been."""


class Arms:
    """Collects, for each question, every customer by her first occasion: what comes later is part of what it did.

    Who was given nothing because of a limit, a budget or a cap is in the arm that she was assigned to all the same:
    it is being held out or not that chance has decided, nothing else.
    """

    def __init__(self, policy_id: str) -> None:
        self._policy_id = policy_id
        self._assigned: dict[Question, dict[str, Assigned]] = {}
        self.read = 0
        self.decided = 0
        self.other_policies = 0
        """Decisions of a policy with another id, under which others are held out."""

    def take(self, rewards: Iterable[RewardSeen]) -> None:
        """Take published rewards, in any order; the same one twice counts once."""
        for seen in rewards:
            self.read += 1
            if not seen.decides:
                continue
            if seen.policy.id != self._policy_id:
                self.other_policies += 1
                continue
            self.decided += 1
            assigned = Assigned(seen.effective_at, seen.reward_id, seen.reason == HELD_OUT, seen.variant)
            for question in _asked(seen):
                customers = self._assigned.setdefault(question, {})
                before = customers.get(seen.customer_id)
                if before is None or assigned[:2] < before[:2]:
                    customers[seen.customer_id] = assigned

    def questions(self) -> Iterator[tuple[Question, dict[str, Assigned]]]:
        """Give those of rules from which anybody was held out, each with its customers; by rule and move.

        Where all occasions of a rule are one move, that is no question of its own.
        """
        by_move = Counter(question.rule for question in self._assigned if question.way is not None)
        for question in sorted(self._assigned, key=_order):
            everybody = self._assigned[Question(question.rule, None)]
            if question.way is not None and by_move[question.rule] == 1:
                same = len(everybody) == len(self._assigned[question])
            else:
                same = False
            if not same and any(one.held_out for one in everybody.values()):
                yield question, self._assigned[question]


def _asked(seen: RewardSeen) -> Iterator[Question]:
    yield Question(seen.rule, None)
    if seen.from_segment is not None or seen.to is not None:
        yield Question(seen.rule, (seen.from_segment, seen.to))


def _order(question: Question) -> tuple[str, bool, str, str]:
    origin, target = question.way or (None, None)
    return question.rule, question.way is not None, origin or "", target or ""
