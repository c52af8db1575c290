"""Intervals are those of the literature, and they cover what they say they cover."""

import numpy as np
import pytest

from app.experiments.estimates import (
    LEAST,
    Answer,
    Estimate,
    Group,
    TooFew,
    average_order,
    newcombe,
    orders_per_customer,
    retention,
    unlikely,
    welch,
)
from app.experiments.outcomes import Outcome

SLEEP = (
    [0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0],
    [1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4],
)
"""Student's sleep data; the interval is in R's documentation of `t.test`."""


def test_welchs_interval_is_that_of_students_sleep_data() -> None:
    low, high = welch(np.array(SLEEP[0]), np.array(SLEEP[1]), 0.95)
    assert (low, high) == pytest.approx((-3.3654832, 0.2054832), abs=1e-7)


@pytest.mark.parametrize(
    ("one", "other", "interval"),
    [
        ((56, 70), (48, 80), (0.0524, 0.3339)),
        ((9, 10), (3, 10), (0.1705, 0.8090)),
        ((10, 10), (0, 20), (0.6791, 1.0)),
        ((10, 10), (0, 10), (0.6075, 1.0)),
    ],
)
def test_newcombes_interval_is_that_of_his_table(
    one: tuple[int, int], other: tuple[int, int], interval: tuple[float, float]
) -> None:
    """Newcombe 1998, Statistics in Medicine 17:873-890, table II, method 10."""
    assert newcombe(one, other, 0.95) == pytest.approx(interval, abs=5e-5)


def drawn(chance: np.random.Generator, size: int, orders: float, worth: float) -> Group:
    """Draw customers: some order now and then, each at her own level of money."""
    counts = chance.poisson(orders * chance.gamma(2, 0.5, size))
    level = chance.lognormal(0, 0.3, size)
    amounts = chance.gamma(counts, worth * level)
    return Group([Outcome(int(n), int(n), round(amount)) for n, amount in zip(counts, amounts, strict=True)])


ROUNDS = 120
APART = {"orders": 0.3, "worth": 1_000 * float(np.exp(0.045)), "retention": (1 + 0.35) ** -2 - (1 + 0.5) ** -2}
"""What is true of customers drawn with 1 and 0.7 orders, worth 5,000 and 4,000: poissons and amounts of gammas."""


def test_intervals_cover_a_known_effect_as_often_as_they_say() -> None:
    chance = np.random.default_rng(9)
    inside = dict.fromkeys(APART, 0)
    for _ in range(ROUNDS):
        given, held_out = drawn(chance, 400, 1.0, 5_000), drawn(chance, 300, 0.7, 4_000)
        answers: dict[str, Answer] = {
            "orders": orders_per_customer(given, held_out, 0.95),
            "worth": average_order(given, held_out, 0.95),
            "retention": retention(given, held_out, 0.95),
        }
        for name, answer in answers.items():
            assert isinstance(answer, Estimate)
            inside[name] += answer.low <= APART[name] <= answer.high
    for name, count in inside.items():
        assert 0.9 <= count / ROUNDS <= 0.99, name


def test_too_few_customers_are_no_answer() -> None:
    many, few = Group([Outcome(1, 1, 100)] * LEAST), Group([Outcome(1, 1, 100)] * (LEAST - 1))
    for measure in (orders_per_customer, average_order, retention):
        assert measure(many, few, 0.95) == TooFew(LEAST, LEAST - 1)
        assert isinstance(measure(many, many, 0.95), Estimate)


def test_an_order_value_needs_enough_customers_who_order() -> None:
    silent = Group([Outcome(0, 0, 0)] * 1_000 + [Outcome(1, 1, 100)] * 99)
    assert average_order(silent, silent, 0.95) == TooFew(99, 99)
    assert isinstance(retention(silent, silent, 0.95), Estimate)


def test_where_nobody_differs_there_is_no_spread() -> None:
    same = Group([Outcome(2, 2, 500)] * LEAST)
    assert orders_per_customer(same, same, 0.95) == Estimate(2, 2, 0, 0)


def test_arms_that_chance_hardly_makes_are_doubted() -> None:
    assert unlikely(300, 1_000, 0.2)
    assert not unlikely(215, 1_000, 0.2)
