"""The demo year at 20 instants: every customer's measures and scores are what SQL says of the same orders and refunds."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

import pytest

from agents.decisions.in_force import InForce
from agents.decisions.whole_life import live
from schemas.facts import Fact
from schemas.policy import Policy
from schemas.policy_file import load_policy
from tests.builders import DAY, SEED, fact_of
from tests.literature import demo_year, lives
from tests.literature.demo_year import BOUGHT, FIRST, INSTANTS
from tests.literature.differences import differences
from tests.literature.lives import Year
from tests.literature.sql_scores import FIFTHS, INITIAL, LIFETIME, THIRDS, Shop, shop

SHOPIFY: Final = load_policy("shopify11")


@dataclass(frozen=True)
class Both:
    """One year under one window, looked at by both."""

    sql: Shop
    facts: Mapping[str, Sequence[Fact]]
    year: Year
    window_ms: int | None

    def under(self, pack: Policy) -> Policy:
        return replace(pack, window_ms=self.window_ms)


@pytest.fixture(scope="module")
def plain() -> list[demo_year.Event]:
    return demo_year.plain()


@pytest.fixture(
    scope="module",
    params=[(None, False), (365, False), (90, False), (365, True)],
    ids=["lifetime", "365d", "90d", "365d with refunds that name their order"],
)
def both(request: pytest.FixtureRequest, plain: list[demo_year.Event]) -> Iterator[Both]:
    days, settled = request.param
    window_ms = None if days is None else days * DAY
    events = demo_year.settled(plain) if settled else plain
    facts: dict[str, list[Fact]] = {}
    for event in events:
        facts.setdefault(event["customer_id"], []).append(fact_of(event))
    policy = replace(SEED, window_ms=window_ms, rewards=())
    with shop(events, INSTANTS) as sql:
        sql.look(LIFETIME if window_ms is None else window_ms)
        yield Both(sql, facts, lives.year(facts, policy, INSTANTS), window_ms)


def test_scores_by_the_initial_cut_points_are_those_of_sql(both: Both) -> None:
    ours = lives.scores(both.year, both.under(SEED))
    assert len({now for now, _ in ours}) == len(INSTANTS) == 20
    assert differences(ours, both.sql.scores(INITIAL)) == (0, {})


@pytest.mark.parametrize(("pack", "columns"), [(SEED, THIRDS), (SHOPIFY, FIFTHS)], ids=["thirds", "fifths"])
def test_scores_by_cut_points_frozen_at_the_instant_are_those_of_sql(both: Both, pack: Policy, columns: str) -> None:
    policy = both.under(pack)
    ours = lives.scores(both.year, policy, list(lives.frozen(both.year, policy)))
    assert differences(ours, both.sql.scores(columns)) == (0, {})


def test_cut_points_are_the_discrete_quantiles_of_sql(both: Both) -> None:
    thirds, fifths = "[0.33, 0.67]", "[0.2, 0.4, 0.6, 0.8]"
    for pack, shares in ((SEED, thirds), (SHOPIFY, fifths)):
        for now, version in lives.frozen(both.year, both.under(pack)):
            assert version.frequency == both.sql.cut_points("frequency", shares)[now]
            assert version.monetary == both.sql.cut_points("monetary", shares)[now]
            if pack is SHOPIFY:
                assert version.recency == both.sql.cut_points("recency", shares)[now]


def test_a_whole_life_comes_to_the_same(both: Both) -> None:
    """Everyone's, from nothing up to one of the instants, which take turns."""
    policy = replace(both.under(SEED), rewards=())
    in_force = {now: InForce(policy, [version]) for now, version in lives.frozen(both.year, policy)}
    ours, theirs = {}, both.sql.scores(THIRDS)
    for number, (customer, facts) in enumerate(both.facts.items()):
        now = INSTANTS[number % len(INSTANTS)]
        measures = live(customer, facts, in_force[now], now).standing.measures
        ours[now, customer] = lives.scored_by(measures)
    assert len(ours) == 4_372
    assert differences(ours, {key: theirs.get(key) for key in ours}) == (0, {})
