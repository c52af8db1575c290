"""Random histories in, the laws of design section 6 demanded of the oracle itself."""

import random
from dataclasses import replace
from itertools import starmap

import pytest

from .brinks import brinks
from .definition import by_definition
from .events import cancellation, money, order, refund
from .facts import facts
from .freezes import freezes
from .history import History
from .orders import Entry, Event
from .policy import Policy
from .scales import DAY_MS, at_least
from .score_changes import score_changes
from .seed import SEED
from .timeline import timeline

T0 = 1_291_191_960_000
NEVER = T0 + 10_000 * DAY_MS
DAYS = 30 * DAY_MS
SEEDS = range(40)
POLICIES = (
    SEED,
    replace(SEED, refunded="keep", zero_value="count", frequency=at_least(2, 3), window_ms=40 * DAY_MS),
    replace(SEED, dwell_up_ms=DAY_MS, dwell_down_ms=45 * DAY_MS, brink_ms=(20 * DAY_MS, DAY_MS), no_orders="inactive"),
)


@pytest.mark.parametrize("policy", POLICIES)
@pytest.mark.parametrize("seed", SEEDS)
def test_running_totals_equal_the_definition(seed: int, policy: Policy) -> None:
    entries = starmap(Entry, enumerate(_random_events(random.Random(seed))))
    known = facts(entries, policy)
    history = History(known, policy)
    for fact in known.acting:
        for at in (fact.acts_at + late + near for late in (0, 40 * DAY_MS) for near in (-1, 0, 1)):
            assert history.at(at) == by_definition(known, policy, at)


@pytest.mark.parametrize("policy", POLICIES)
@pytest.mark.parametrize("seed", SEEDS)
def test_the_order_of_arrival_and_repetition_are_no_matter(seed: int, policy: Policy) -> None:
    dice = random.Random(seed)
    events = _random_events(dice)
    found = timeline(events, policy, NEVER)
    again = events + dice.choices(events, k=3)
    dice.shuffle(again)
    assert timeline(again, policy, NEVER) == found
    assert brinks(again, policy, NEVER) == brinks(events, policy, NEVER)
    assert score_changes(again, policy, NEVER) == score_changes(events, policy, NEVER)
    assert freezes(again, replace(policy, min_customers=1), T0 + DAYS) == freezes(
        events, replace(policy, min_customers=1), T0 + DAYS
    )


@pytest.mark.parametrize("policy", POLICIES)
@pytest.mark.parametrize("seed", SEEDS)
def test_an_earlier_as_of_gives_a_prefix_and_transitions_chain(seed: int, policy: Policy) -> None:
    events = _random_events(random.Random(seed))
    found, told = timeline(events, policy, NEVER)["ann"].transitions, brinks(events, policy, NEVER)["ann"]
    for number, move in enumerate(found):
        assert move["from"] == (found[number - 1]["to"] if number else None)
        until = timeline(events, policy, move["effective_at"])["ann"]
        assert until.transitions == found[: number + 1]
        assert (until.state.segment, until.state.next) == (move["to"], move["next"])
        assert until.state.measures == move["after"]
        announced = [brink for brink in told if brink["effective_at"] <= move["effective_at"]]
        assert brinks(events, policy, move["effective_at"])["ann"] == announced


@pytest.mark.parametrize("policy", POLICIES)
@pytest.mark.parametrize("seed", SEEDS)
def test_the_forecast_is_what_silence_brings(seed: int, policy: Policy) -> None:
    events = _random_events(random.Random(seed))
    for move in timeline(events, policy, NEVER)["ann"].transitions:
        known = [event for event in events if event["occurred_at"] <= move["effective_at"]]
        later = timeline(known, policy, NEVER)["ann"].transitions[move["sequence"] :]
        assert move["next"] == ({"at": later[0]["effective_at"], "to": later[0]["to"]} if later else None)


def _random_events(dice: random.Random) -> list[Event]:
    def at() -> int:
        return T0 + dice.choice([1, DAY_MS, 30 * DAY_MS]) * dice.randrange(20)

    events: list[Event] = []
    for number in range(dice.randrange(1, 12)):
        currency = dice.choice(["GBP", "GBP", "EUR"])
        base = {"base_total": money(dice.randrange(900))} if dice.random() < 0.5 else {}
        events.append(order(str(number), at(), dice.randrange(0, 40_000, 4_000), currency, **base))
    for number in range(dice.randrange(8)):
        amount = money(dice.randrange(20_000), dice.choice(["GBP", "EUR"]))
        events.append(refund(f"r{number}", dice.choice([None, "0", "1", "2", "99"]), at(), 0, amount=amount))
    return events + [cancellation(number, at()) for number in ("0", "3", "98") if dice.random() < 0.5]
