"""Random logs in, the laws of lives and rewards demanded of the oracle itself."""

from collections import Counter
from dataclasses import replace
from itertools import pairwise
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from .events import cancellation, engaged, erasure, order, profile, refund
from .orders import Event
from .profiles import profiles
from .reward_rules import Limit, OnTransition, RewardRule
from .rewards import Reward, rewards
from .scales import DAY_MS
from .seed import SEED
from .timeline import CustomerTimeline, timeline

T0 = 1_291_191_960_000
NEVER = T0 + 10_000 * DAY_MS
EVERY_MOVE = RewardRule("moved", OnTransition(), give={}, limit=Limit(2))
POLICY = replace(SEED, rewards=(*SEED.rewards, EVERY_MOVE))
FREE = replace(POLICY, rewards=tuple(replace(rule, limit=None) for rule in POLICY.rewards))
WORDS = ("order", "order", "engaged", "engaged", "engaged", "refund", "cancellation", "profile", "erasure")


@st.composite
def logs(draw: st.DrawFn, words: tuple[str, ...] = WORDS) -> list[Event]:
    """In the order in which all occurred; nothing else occurs at the instant at which an erasure does."""
    at, log = T0, list[Event]()
    for number, word in enumerate(draw(st.lists(st.sampled_from(words), min_size=1, max_size=14))):
        last_erased = bool(log) and log[-1]["type"] == "customer_erased"
        apart = word == "erasure" or last_erased
        at += draw(st.sampled_from([1, DAY_MS, 20 * DAY_MS, 91 * DAY_MS] + ([] if apart else [0, 0])))
        log.append(_record(word, str(number), at, draw(st.integers(0, 6))))
    return log


def _record(word: str, name: str, at: int, number: int) -> Event:
    match word:
        case "order":
            return order(name, at, number * 10_000)
        case "engaged":
            return engaged(name, at, rating=number or None)
        case "refund":
            return refund(name, None if number < 2 else str(number), at, number * 3_000)
        case "cancellation":
            return cancellation(str(number), at)
        case "profile":
            return profile(name, at, "push" if number % 2 else None, email=number > 2)
        case _:
            return erasure(name, at)


def ann(log: list[Event], as_of: int = NEVER) -> tuple[CustomerTimeline | None, list[Reward], Event | None]:
    return timeline(log, POLICY, as_of).get("ann"), rewards(log, POLICY, as_of), profiles(log).get("ann")


def after_last_erasure(log: list[Event]) -> int:
    return max((n for n, event in enumerate(log, start=1) if event["type"] == "customer_erased"), default=0)


@given(log=logs(), data=st.data())
def test_repeating_any_record_changes_nothing(log: list[Event], data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(log) - 1))
    again = data.draw(st.integers(place + 1, len(log)))
    assert ann([*log[:again], log[place], *log[again:]]) == ann(log)


@given(log=logs(tuple(word for word in WORDS if word != "erasure")), data=st.data())
def test_permuting_engagement_changes_no_decision_where_no_limit_binds(log: list[Event], data: st.DataObject) -> None:
    told = iter(data.draw(st.permutations([event for event in log if event["type"] == "engaged"])))
    permuted = [next(told) if event["type"] == "engaged" else event for event in log]
    assert timeline(permuted, FREE, NEVER) == timeline(log, FREE, NEVER)
    free = [Counter(map(_decision, rewards(events, FREE, NEVER))) for events in (log, permuted)]
    assert free[0] == free[1]
    bound = [Counter((one.rule, one.effective_at, one.outcome) for one in ann(events)[1]) for events in (log, permuted)]
    assert bound[0] == bound[1]


def _decision(reward: Reward) -> tuple[Any, ...]:
    return reward.rule, reward.occasion, reward.outcome, reward.effective_at, reward.expires_at


@given(log=logs(), data=st.data())
def test_what_occurred_before_an_erasure_never_comes_back(log: list[Event], data: st.DataObject) -> None:
    erased = after_last_erasure(log)
    if erased:
        word, number = data.draw(st.sampled_from(WORDS[:-1])), data.draw(st.integers(0, 6))
        before = log[erased - 1]["occurred_at"] - data.draw(st.sampled_from([1, DAY_MS]))
        late = data.draw(st.integers(erased, len(log)))
        assert ann([*log[:late], _record(word, "late", before, number), *log[late:]]) == ann(log)


@given(logs())
def test_a_life_after_an_erasure_is_that_of_a_new_customer(log: list[Event]) -> None:
    erased = after_last_erasure(log)
    known, decided, held = ann(log)
    anew, decided_anew, held_anew = ann(log[erased:])
    assert held == held_anew
    if known is not None and anew is not None:
        assert (known.state, known.known) == (anew.state, anew.known)
        later = known.transitions[len(known.transitions) - len(anew.transitions) :]
        assert [{**move, "sequence": 0} for move in later] == [{**move, "sequence": 0} for move in anew.transitions]
    before = rewards(log[:erased], POLICY, NEVER)
    known_before = {(one.rule, one.occasion) for one in before}
    assert decided == before + [one for one in decided_anew if (one.rule, one.occasion) not in known_before]


@given(logs())
def test_the_sequence_has_no_gap_and_transitions_chain_across_erasures(log: list[Event]) -> None:
    known = ann(log)[0]
    moves = () if known is None else known.transitions
    assert [move["sequence"] for move in moves] == list(range(1, len(moves) + 1))
    for one, other in pairwise(moves):
        assert one["to"] == other["from"]
        assert one["effective_at"] < other["effective_at"]
    for event in log:
        if event["type"] == "customer_erased":
            standing = [move for move in moves if move["effective_at"] <= event["occurred_at"]]
            assert not standing or standing[-1]["to"] is None


@given(log=logs(), data=st.data())
def test_an_earlier_as_of_gives_a_prefix(log: list[Event], data: st.DataObject) -> None:
    as_of = data.draw(st.sampled_from([event["occurred_at"] for event in log])) + data.draw(st.integers(-1, 1))
    (known, decided, _), (until, decided_until, _) = ann(log), ann(log, as_of)
    assert decided_until == [one for one in decided if one.effective_at <= as_of]
    if known is not None and until is not None:
        assert until.transitions == tuple(move for move in known.transitions if move["effective_at"] <= as_of)


@given(logs())
def test_no_occasion_is_decided_twice_and_no_limit_is_exceeded(log: list[Event]) -> None:
    decided = ann(log)[1]
    assert max(Counter((one.rule, one.occasion) for one in decided).values(), default=1) == 1
    ends = [event["occurred_at"] for event in log if event["type"] == "customer_erased"]
    for rule in (rule for rule in POLICY.rewards if rule.limit is not None):
        granted = [one.effective_at for one in decided if one.rule == rule.id and one.outcome == "granted"]
        for at in granted:
            life = [g for g in granted if sum(e < g for e in ends) == sum(e < at for e in ends)]
            assert _inside(rule, at, life) <= _times(rule)


def _inside(rule: RewardRule, at: int, granted: list[int]) -> int:
    per_ms = None if rule.limit is None else rule.limit.per_ms
    return sum(earlier <= at and (per_ms is None or at - earlier < per_ms) for earlier in granted)


def _times(rule: RewardRule) -> int:
    assert rule.limit is not None
    return rule.limit.times
