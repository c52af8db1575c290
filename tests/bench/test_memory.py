"""What is said of a worker's growth is what its samples hold."""

import random

from tests.bench.memory import MEBIBYTE, PER, Growth, Sample, growth


def _samples(mebibytes_per: float, swing: float) -> list[Sample]:
    dice = random.Random(1)
    return [
        Sample(n * PER // 1_000, round(MEBIBYTE * (600 + mebibytes_per * n / 1_000 + dice.uniform(-swing, swing))))
        for n in range(1_000)
    ]


def test_a_worker_that_grows_evenly_is_told_by_how_much() -> None:
    grown = growth(_samples(12, 0))
    assert (round(grown.slope, 3), round(grown.error, 3)) == Growth(12, 0)


def test_what_only_swings_is_not_told_for_growth() -> None:
    grown = growth(_samples(0, 15))
    assert abs(grown.slope) < 3 * grown.error


def test_growth_shows_through_what_swings() -> None:
    grown = growth(_samples(40, 15))
    assert grown.slope > 3 * grown.error
    assert abs(grown.slope - 40) < 3 * grown.error
