"""What a stage was given and what it has published in, the verdicts of a check on its customers out."""

from collections.abc import Iterable, Iterator, Mapping
from itertools import accumulate
from typing import Any, Final

from agents.decisions.in_force import InForce
from agents.outgoing import Outgoing
from app.simulate.spool import Spool
from app.verifying.checking import Bounds, Checker, Verdict
from app.verifying.customer_log import CustomerLog, History
from app.verifying.entries import Taken, Told
from app.verifying.lost_or_due import Candidate, State, judge
from app.verifying.recomputing import Recomputation, may_be_silent
from schemas.decoding import decode
from schemas.policy import Policy
from schemas.rejections import Rejected
from tests.agents.stage import Stage
from tests.builders import TOPICS, Rec, record
from tests.oracle.orders import Event

WHOLE: Final = Bounds(inputs_whole=True, transitions_whole=True, rewards_whole=True, linked=True)
Histories = dict[str, History]


def taken(events: Iterable[Event]) -> Iterator[Taken]:
    """Give the facts of a log as a worker has merged it."""
    records = [record(event) for event in events]
    stamps = accumulate((one.timestamp for one in records), max)
    for one, stamp in zip(records, stamps, strict=True):
        fact = decode(one, TOPICS.feeds[one.topic])
        if not isinstance(fact, Rejected):
            yield Taken(stamp, int(fact.occurred_at) > one.timestamp, fact)


def told(outgoing: Iterable[Outgoing]) -> Iterator[Told]:
    """Give the records of both outputs."""
    for out in outgoing:
        if out.topic in (TOPICS.transitions, TOPICS.rewards):
            headers = {name: value.decode() for name, value in out.headers}
            output = "transitions" if out.topic == TOPICS.transitions else "rewards"
            key = (out.key or b"").decode()
            yield Told(key, output, headers["ce_type"], headers["ce_id"], out.value or b"")  # type: ignore[arg-type]  # told apart a line above


def gathered(spool: Spool, events: Iterable[Event], outgoing: Iterable[Outgoing], limit: int = 1_000_000) -> Histories:
    """Gather everything by customer."""
    log = CustomerLog(spool, limit)
    log.add(taken(events))
    log.add(told(outgoing))
    return dict(log.customers())


def checked(histories: Histories, policy: Policy, until: int, bounds: Bounds = WHOLE) -> dict[str, Verdict]:
    """Check every customer."""
    in_force = InForce(policy)
    bounds = bounds._replace(linked=not may_be_silent(in_force, ()))
    checker = Checker(Recomputation(TOPICS, in_force, until), bounds)
    return {customer: checker.check(customer, history) for customer, history in histories.items()}


def lost(stage: Stage, verdicts: Mapping[str, Verdict]) -> dict[str, str]:
    """Ask the state of a stage for those of whom moves are missing at the end."""
    candidates = {
        customer: Candidate(verdict.missing[0], verdict.last, verdict.as_of)
        for customer, verdict in verdicts.items()
        if verdict.missing
    }
    state = State(candidates)
    state.take(rows(stage))
    return judge(candidates, state, 0)


def rows(stage: Stage) -> Iterator[Any]:
    """Give the changelog of a stage as records."""
    return (Rec(value, key) for key, value in stage._changelog)
