"""What a worker has taken of a customer in; what it should have published of her by now, in full knowledge, out."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from agents.decisions.entries import Redeemed, Revoked, Rewarded, Void
from agents.decisions.in_force import InForce
from agents.decisions.moves import Move
from agents.decisions.occasions import Decided
from agents.decisions.steps_taken import Answered, StepTaken
from agents.decisions.whole_life import live
from agents.events import Events
from agents.reward_publishing import RewardPublisher
from app.verifying.entries import Taken
from app.verifying.lateness import acting
from app.verifying.published import Reward, read_reward
from schemas.topics import Topics
from schemas.transitions import SegmentTransitioned


class Expected(NamedTuple):
    """What the input makes of a customer."""

    moves: list[SegmentTransitioned]
    """Those to be published, by instant, numbered as if nothing had been late."""
    rewards: dict[str, Reward]
    """By their ids."""
    acted: list[Taken]
    """The facts that act, in the order of the log."""
    as_of: int
    """The instant up to which she is lived, epoch ms."""
    kept: list[int]
    """The instants at which rewards had something to do though nothing happened: they advance her row too."""


class Recomputation:
    """Lives customers of one partition by the policies and cut points that were in force."""

    def __init__(self, topics: Topics, in_force: InForce, until: int) -> None:
        """`until`: the instant up to which the partition's timers have come."""
        self.in_force = in_force
        self.until = until
        journeys = [journey for policy in in_force.policies for journey in policy.journeys]
        self._of_journeys = frozenset(rule for journey in journeys for rule in journey.rewards)
        self._events = {policy.fingerprint: Events(policy) for policy in in_force.policies}
        self._rewards = {policy.fingerprint: RewardPublisher(topics, policy) for policy in in_force.policies}

    def expect(self, customer_id: str, taken: Sequence[Taken]) -> Expected:
        """Live her up to where timers have come, or to her newest fact: facts that are not ahead act at once.

        What moves nobody does not bring her timeline forward either, but is rewarded; only where rewards are attentive
        does every fact.
        """
        acted = acting(taken, self.in_force.policy, every=self.in_force.attentive)
        as_of = max([self.until, *(one.at for one in acted if not one.ahead)])
        known = max([as_of, *(one.at for one in taken if not one.ahead)])
        lived = live(customer_id, [one.fact for one in taken], self.in_force, known)
        moves = [told for told in lived.publications if isinstance(told, Move) and told.effective_at <= as_of]
        rewards = [one for one in lived.rewards if isinstance(one, Decided)]
        decided = [one for one in rewards if one.told and (one.at <= as_of or self._is_by_fact(one))]
        return Expected(
            [self._transition(move) for move in moves if not move.silent],
            {one.reward_id: self._reward(one) for one in decided},
            acted,
            as_of,
            [one.at for one in (*lived.rewards, *lived.steps) if self._is_kept(one)],
        )

    def _is_kept(self, one: Rewarded | StepTaken) -> bool:
        """Tell whether time may have brought it and no fact."""
        if isinstance(one, Decided):
            return not self._is_by_fact(one) and one.move is None
        return not isinstance(one, Redeemed | Void | Revoked | Answered)

    def _is_by_fact(self, decided: Decided) -> bool:
        """Tell whether a fact alone has brought a reward, and no timer."""
        return decided.move is None and decided.cause.type != "time" and decided.rule.id not in self._of_journeys

    def _transition(self, move: Move) -> SegmentTransitioned:
        return self._events[self.in_force.policy_at(move.effective_at).fingerprint].transition(move)

    def _reward(self, decided: Decided) -> Reward:
        publisher = self._rewards[self.in_force.policy_at(decided.at).fingerprint]
        told, *_ = publisher.publish(decided, b"", 0)
        return read_reward(told.value or b"", granted=decided.granted)


def may_be_silent(in_force: InForce, silent_rollouts: Iterable[bool]) -> bool:
    """Tell whether any move can stay unpublished."""
    policies = in_force.policies
    return any(policy.silent_until or policy.refresh.silent for policy in policies) or any(silent_rollouts)
