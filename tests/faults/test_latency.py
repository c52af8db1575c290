"""A quantile is laid through the bucket in which it lies, of what came between two looks only."""

from math import inf, isnan

import pytest

from tests.faults.latency import quantile, quantiles

BEFORE = {0.1: 50.0, 0.5: 100.0, 1.0: 100.0, inf: 100.0}


def test_half_of_what_came_since_the_first_look() -> None:
    after = {0.1: 50.0, 0.5: 180.0, 1.0: 200.0, inf: 200.0}
    assert quantile(0.5, BEFORE, after) == pytest.approx(0.1 + 0.4 * 50 / 80)
    assert quantile(0.9, BEFORE, after) == pytest.approx(0.5 + 0.5 * 10 / 20)


def test_what_lies_beyond_the_last_bound_is_told_as_that_bound() -> None:
    assert quantile(0.5, BEFORE, BEFORE | {inf: 110.0}) == 1.0


def test_without_a_transaction_there_is_no_quantile() -> None:
    with pytest.raises(ValueError, match="no transaction"):
        quantile(0.5, BEFORE, BEFORE)


def test_a_stretch_without_a_transaction_leaves_the_others_told() -> None:
    after = BEFORE | {0.5: 110.0, 1.0: 110.0, inf: 110.0}
    nothing, something = quantiles(0.5, [BEFORE, BEFORE, after])
    assert isnan(nothing)
    assert something == quantile(0.5, BEFORE, after)
