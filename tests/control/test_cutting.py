"""Cut points out of chunks: exactly what sorting everybody gives."""

from array import array
from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from math import floor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.control.collecting import Misfit, Values
from app.control.cutting import cut
from schemas.instants import DAY_MS
from schemas.policy import Policy
from schemas.scales import Quantiles, RecencyScale, Scale, Thresholds
from tests.builders import SEED

SHARES = st.lists(st.fractions(Fraction(1, 1000), 1), min_size=1, max_size=8, unique=True).map(sorted)
QUANTILES = st.builds(
    lambda shares, method: Quantiles(tuple(shares), method), SHARES, st.sampled_from(["nearest_rank", "linear"])
)
FIXED = Thresholds((1,), at_least=True)
VALUES = st.lists(st.integers(0, 5) | st.integers(0, 2**63), min_size=1, max_size=40)


def policy(recency: Quantiles | None, frequency: Quantiles | None, monetary: Quantiles | None) -> Policy:
    return replace(
        SEED, recency=RecencyScale((1,), recency), frequency=Scale(FIXED, frequency), monetary=Scale(FIXED, monetary)
    )


@given(QUANTILES, st.lists(st.integers(0, 20 * DAY_MS), min_size=1, max_size=40), st.data())
def test_ages_in_whole_days_are_cut_as_if_the_rest_of_a_day_were_none(
    recency: Quantiles, ages: list[int], data: st.DataObject
) -> None:
    of_first = data.draw(st.lists(st.booleans(), min_size=len(ages), max_size=len(ages)))
    chunks = [
        Values(array("Q", sorted(age for age, here in zip(ages, of_first, strict=True) if here is which)), None, None)
        for which in (True, False)
    ]
    whole_days = replace(SEED, recency=RecencyScale((1,), recency, whole_days=True))
    found = cut(replace(whole_days, frequency=Scale(FIXED, None), monetary=Scale(FIXED, None)), chunks)
    assert found.recency == by_sorting([age // DAY_MS * DAY_MS for age in ages], recency)


def by_sorting(values: Sequence[int], quantiles: Quantiles) -> tuple[int, ...]:
    """Sort everybody, and do as the definitions say."""
    values, found = sorted(values), []
    for share in quantiles.shares:
        if quantiles.method == "nearest_rank":
            found.append(next(v for v in values if sum(w <= v for w in values) >= share * len(values)))
        else:
            place = (len(values) - 1) * share
            low, rest = floor(place), place - floor(place)
            high = values[min(low + 1, len(values) - 1)]
            found.append(floor(values[low] + rest * (high - values[low])))
    return tuple(found)


@given(QUANTILES, QUANTILES, VALUES, st.data())
def test_cut_points_of_chunks_are_those_of_a_full_sort(
    recency: Quantiles, monetary: Quantiles, ages: list[int], data: st.DataObject
) -> None:
    sums = data.draw(st.lists(st.integers(0, 2**40), min_size=len(ages), max_size=len(ages)))
    belongs = data.draw(st.lists(st.integers(0, 4), min_size=len(ages), max_size=len(ages)))
    chunks = [
        Values(*(array("Q", sorted(v for v, b in zip(of, belongs, strict=True) if b == n)) if of else None
                 for of in (ages, None, sums)))
        for n in range(5)
    ]  # fmt: skip
    found = cut(policy(recency, None, monetary), chunks)
    assert found.recency == by_sorting(ages, recency)
    assert found.frequency is None
    assert found.monetary == by_sorting(sums, monetary)
    assert found.customers == len(ages)


def test_a_score_that_was_not_told_is_no_version() -> None:
    thirds = Quantiles((Fraction(1, 3),))
    with pytest.raises(Misfit, match="not told"):
        cut(policy(thirds, None, None), [Values(None, None, array("Q", [1]))])


def test_whoever_holds_nothing_says_nothing() -> None:
    half = Quantiles((Fraction(1, 2),))
    found = cut(policy(half, None, None), [Values(array("H"), None, None), Values(array("H", [7]), None, None)])
    assert (found.recency, found.customers) == ((7,), 1)
