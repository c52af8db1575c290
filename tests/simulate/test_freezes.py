"""Cut points: exactly what sorting all customers at every freeze gives."""

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from math import floor
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agents.decisions.holdings import Holding
from app.runtime.errors import SegueError
from app.simulate.census import MOST_FREEZES, Census
from app.simulate.population import Frozen
from app.simulate.ranking import ABSENT, Ranking
from app.simulate.spool import Spool
from schemas.cut_points import CutPoints
from schemas.policy import Policy, Refresh
from schemas.scales import Quantiles, RecencyScale, Scale, Thresholds
from tests.builders import DAY, SEED, T0, new_directory

SHARES = st.lists(st.fractions(Fraction(1, 1000), 1), min_size=1, max_size=4, unique=True).map(sorted)
QUANTILES = st.builds(
    lambda shares, method: Quantiles(tuple(shares), method), SHARES, st.sampled_from(["nearest_rank", "linear"])
)
FIXED = Thresholds((1,), at_least=True)


@st.composite
def frozen_policies(draw: st.DrawFn) -> Policy:
    recency, frequency, monetary = (draw(st.none() | QUANTILES) for _ in range(3))
    if not (recency or frequency or monetary):
        frequency = draw(QUANTILES)
    refresh = Refresh(draw(st.sampled_from([1, 1000, DAY])), draw(st.integers(0, 10)), draw(st.integers(0, 4)))
    return replace(
        SEED,
        recency=RecencyScale((1,), recency, draw(st.booleans())),
        frequency=Scale(FIXED, frequency) if frequency or draw(st.booleans()) else None,
        monetary=Scale(FIXED, monetary),
        refresh=refresh,
    )


@st.composite
def people(draw: st.DrawFn, every: int) -> list[list[Holding]]:
    """Customers with what they hold, ascending, now and then nothing any more."""
    gaps = st.sampled_from([0, 0, 1, every // 2, every, 3 * every])
    found = []
    for _ in range(draw(st.integers(0, 6))):
        at, hers = T0 + draw(gaps), list[Holding]()
        for _ in range(draw(st.integers(0, 5))):
            at += draw(gaps)
            frequency = draw(st.integers(0, 3))
            hers.append(Holding(at, frequency, draw(st.integers(0, 10**6)) if frequency else 0, at if frequency else 0))
        found.append(hers)
    return found


def naive(everyone: Sequence[Sequence[Holding]], policy: Policy, at: int) -> Frozen | None:
    """Sort all who count."""
    held = [next((one for one in reversed(hers) if one.at <= at), None) for hers in everyone]
    counted = [one for one in held if one is not None and one.frequency >= 1]
    if not counted:
        return None
    recency, frequency, monetary = policy.recency, policy.frequency, policy.monetary
    ages = [at - one.newest for one in counted]
    if recency and recency.whole_days:
        ages = [age // DAY * DAY for age in ages]
    return Frozen(
        cuts(recency.quantiles if recency else None, ages),
        cuts(frequency.quantiles if frequency else None, [one.frequency for one in counted]),
        cuts(monetary.quantiles if monetary else None, [one.monetary for one in counted]),
    )


def cuts(quantiles: Quantiles | None, values: list[int]) -> tuple[int, ...] | None:
    return None if quantiles is None else tuple(cut(sorted(values), share, quantiles) for share in quantiles.shares)


def cut(ascending: list[int], share: Fraction, quantiles: Quantiles) -> int:
    if quantiles.method == "nearest_rank":
        return next(value for rank, value in enumerate(ascending, 1) if Fraction(rank, len(ascending)) >= share)
    place = (len(ascending) - 1) * share
    low, high = ascending[floor(place)], ascending[min(floor(place) + 1, len(ascending) - 1)]
    return floor(low + (place - floor(place)) * (high - low))


@settings(max_examples=200)
@given(st.data(), frozen_policies(), st.integers(1, 30))
def test_every_freeze_is_what_sorting_gives(data: st.DataObject, policy: Policy, limit: int) -> None:
    every = policy.refresh.every_ms
    everyone = data.draw(people(every))
    until = T0 + data.draw(st.integers(0, 20 * every))
    everyone = [[one for one in hers if one.at <= until] for hers in everyone]
    with new_directory() as directory:
        census = Census(policy, until, Spool(directory / "spool"), limit)
        for hers in everyone:
            census.add(hers)
        versions, last = census.freeze(at_the_end=True)
    assert last == naive(everyone, policy, until)
    first = min((one.at for hers in everyone for one in hers), default=until + every)
    expected = list[CutPoints]()
    for at in range(-(-first // every) * every, until + 1, every):
        held = [next((one for one in reversed(hers) if one.at <= at), None) for hers in everyone]
        frozen = naive(everyone, policy, at)
        if frozen is not None and sum(one is not None and one.frequency >= 1 for one in held) >= (
            policy.refresh.min_customers
        ):
            expected.append(CutPoints(len(expected) + 1, at, at + policy.refresh.apply_after_ms, *frozen))
    assert versions == expected


@settings(max_examples=50)
@given(st.integers(0, 2**32), st.integers(1, 3), st.sampled_from([1, 3, 50, 10**9]))
def test_ranks_are_exact_while_values_change(seed: int, marks: int, spread: int) -> None:
    """With more values than a mark ever holds, many of them equal or none."""
    chance = np.random.default_rng(seed)
    size = int(chance.integers(1, 3000))
    ranking, values = Ranking(size, marks), np.full(size, ABSENT)
    for _ in range(20):
        changed = chance.permutation(size)[: int(chance.integers(1, size + 1))]
        fresh = chance.integers(0, spread, changed.size)
        fresh[chance.random(changed.size) < 0.2] = ABSENT
        ranking.replace(changed, fresh)
        values[changed] = fresh
        present = np.sort(values[values != ABSENT])
        for mark in range(marks):
            if present.size:
                rank = min(present.size - 1, int(present.size * (mark + 0.5) / marks))
                assert ranking.at(mark, rank) == present[rank]


def test_more_freezes_than_anybody_wants_are_refused(tmp_path: Path) -> None:
    policy = replace(SEED, refresh=Refresh(1))
    census = Census(policy, T0 + MOST_FREEZES + 1, Spool(tmp_path / "spool"))
    census.add([Holding(T0, 1, 1, T0)])
    with pytest.raises(SegueError, match="longer refresh"):
        census.freeze(at_the_end=False)


def test_what_no_number_of_64_bits_holds_is_refused(tmp_path: Path) -> None:
    census = Census(SEED, T0, Spool(tmp_path / "spool"))
    with pytest.raises(SegueError, match="minor units"):
        census.add([Holding(T0, 1, 2**63, T0)])
