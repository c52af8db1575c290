"""The evidence of a customer and a policy in, everything there is to tell of her out."""

from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from agents.decisions.endings import Ending
from agents.decisions.in_force import InForce
from agents.decisions.moves import Brink, Move
from agents.decisions.whole_life import Lived, live
from app.explaining.evidence import Evidence
from app.explaining.lifting import Lift, Search
from app.explaining.reasons import RuleReason, ScoreReason, in_force, rule_reason, score_reasons, version_in_force
from app.runtime.errors import SegueError
from schemas.cut_points import CutPoints
from schemas.facts import CustomerErased, Fact
from schemas.instants import LATEST, rfc3339
from schemas.policy import Policy


class Explanation(NamedTuple):
    """One customer at an instant; of who was erased only what came after it."""

    customer_id: str
    as_of: int
    policy: Policy
    version: CutPoints | None
    """Cut points in force; None: there are none, or what the policy calls initial."""
    facts: list[Fact]
    """What occurred up to the instant, in the order in which it occurred."""
    later: int
    """So many facts occurred after it."""
    endings: Counter[Ending]
    """What became of the facts, of an erased life too."""
    lived: Lived
    scores: list[ScoreReason]
    rule: RuleReason | None
    """The rule that matches; she stands elsewhere only while a least stay holds her. None: she has no segment."""
    past: list[Move]
    announced: Brink | None
    """A move down that has been announced and is still ahead."""
    ahead: list[Move | Brink]
    """Every move and announcement that silence will bring, with the cut points in force."""
    lifts: list[Lift]
    notes: list[str]


def explain(customer_id: str, evidence: Evidence, first: Policy) -> Explanation:
    """Live her, and on through silence to the end; SegueError if nothing of her is there to explain.

    `first` is the policy from the beginning on; the evidence knows which ones came later.
    """
    as_of = evidence.as_of
    facts = [fact for fact in evidence.facts if fact.occurred_at <= as_of]
    rollouts = [rollout for rollout in evidence.rollouts if rollout.effective_at <= as_of]
    versions = InForce(first, list(in_force(evidence.cut_points, as_of)), rollouts=rollouts)
    lived = live(customer_id, facts, versions, as_of)
    shown = _of_this_life(facts, lived)
    if not shown:
        raise SegueError(_nothing(customer_id, as_of, lived))
    judge, measures = versions.at(as_of), lived.standing.measures
    policy, version = judge.policy, version_in_force(evidence.cut_points, judge.version)
    return Explanation(
        customer_id=customer_id,
        as_of=as_of,
        policy=policy,
        version=version,
        facts=sorted(shown, key=lambda fact: fact.occurred_at),
        later=len(evidence.facts) - len(facts),
        endings=Counter(lived.endings),
        lived=lived,
        scores=score_reasons(measures, policy, version),
        rule=rule_reason(lived.row, as_of, judge, measures),
        past=_past(lived),
        announced=_announced(lived),
        ahead=_ahead(customer_id, facts, versions, as_of),
        lifts=Search(customer_id, facts, versions, as_of, lived).lifts(),
        notes=evidence.notes,
    )


def _of_this_life(facts: Sequence[Fact], lived: Lived) -> list[Fact]:
    """Leave out what an erasure has taken away, and the erasure itself."""
    start, newest = 0, 0
    for number, fact in enumerate(facts, 1):
        if isinstance(fact, CustomerErased) and fact.occurred_at > newest:
            start, newest = number, int(fact.occurred_at)
    erased_at = lived.row.erased_at
    return [fact for fact in facts[start:] if fact.occurred_at >= erased_at and not isinstance(fact, CustomerErased)]


def _nothing(customer_id: str, as_of: int, lived: Lived) -> str:
    if lived.row.erased_at:
        return f"customer {customer_id} was erased at {rfc3339(lived.row.erased_at)}: nothing is known since"
    return f"customer {customer_id}: no fact up to {rfc3339(as_of)}; the first one came later"


def _past(lived: Lived) -> list[Move]:
    """Give the moves of this life: it begins where an erasure has ended the one before."""
    moves = (told for told in lived.publications if isinstance(told, Move))
    return [move for move in moves if move.effective_at >= lived.row.floor and move.cause.type != "erasure"]


def _announced(lived: Lived) -> Brink | None:
    """Find the newest announcement of what is announced now."""
    row = lived.row.brink
    if row is None:
        return None
    brinks = (told for told in reversed(lived.publications) if isinstance(told, Brink))
    return next(brink for brink in brinks if (brink.due_at, brink.to) == (row.due, row.to))


def _ahead(customer_id: str, facts: Sequence[Fact], versions: InForce, as_of: int) -> list[Move | Brink]:
    """Live on without a fact more, as far as time is written; what silence brings, it brings once."""
    told = live(customer_id, facts, versions, LATEST).publications
    return [one for one in told if isinstance(one, Move | Brink) and one.effective_at > as_of]
