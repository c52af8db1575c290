"""True decisions and spoiled ones in, exactly the spoiled parts told."""

from dataclasses import replace

from .compare_rewards import REWARDED, compare_rewards
from .events import engaged, order
from .rewards import rewards
from .seed import SEED

T0 = 1_291_191_960_000
EXPECTED = rewards([order("1", T0, 100), engaged("e", T0 + 1, rating=4)], SEED, T0 + 1)
WELCOME, REVIEW = EXPECTED


def test_true_decisions_differ_in_nothing_in_whatever_order() -> None:
    assert compare_rewards([REVIEW, WELCOME], EXPECTED) == []


def test_missing_and_repeated_decisions_are_told() -> None:
    assert compare_rewards([REVIEW], EXPECTED) == [
        "customer 'ann': welcome on first_order: decided 0 times, expected 1"
    ]
    assert compare_rewards([*EXPECTED, REVIEW], EXPECTED) == [
        "customer 'ann': review-points on engaged e: decided 2 times, expected 1"
    ]
    assert compare_rewards([WELCOME], []) == ["customer 'ann': welcome on first_order: decided 1 times, expected 0"]


def test_a_wrong_field_is_told_unless_it_is_not_compared() -> None:
    wrong = [WELCOME, replace(REVIEW, effective_at=T0 + 2)]
    assert compare_rewards(wrong, EXPECTED) == [
        f"customer 'ann': review-points on engaged e: effective_at is {T0 + 2}, expected {T0 + 1}"
    ]
    assert compare_rewards(wrong, EXPECTED, [name for name in REWARDED if name != "effective_at"]) == []
