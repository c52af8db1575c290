"""The demo year at 20 instants: what SQL says of everyone's orders and refunds, and what Segue says of them."""

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
from tests.literature.demo_year import BOUGHT, FIRST, GRANTED, INSTANTS, RETURNED, SMALL, Event
from tests.literature.differences import differences
from tests.literature.lives import Year
from tests.literature.sql_scores import FIFTHS, INITIAL, LIFETIME, THIRDS, Shop, shop

CUSTOMERS: Final = 4_372
SHOPIFY: Final = load_policy("shopify11")
AGES: Final = frozenset({RETURNED - 1, BOUGHT + 90 * DAY, BOUGHT + 150 * DAY, SMALL + 150 * DAY})


@dataclass(frozen=True)
class Sight:
    """How the year is looked at."""

    name: str
    ends: frozenset[int]
    """Which instants are the last of someone's scores or sums, of those that the next millisecond follows."""
    window_ms: int | None = None
    settled: bool = False

    def of(self, pack: Policy) -> Policy:
        """Give a pack its window; scores need no rewards."""
        return replace(pack, window_ms=self.window_ms, rewards=())


SIGHTS: Final = (
    Sight("lifetime", AGES),
    Sight("365d", AGES | {FIRST + 365 * DAY}, 365 * DAY),
    Sight("90d", AGES | {FIRST + 90 * DAY, GRANTED + 90 * DAY}, 90 * DAY),
    Sight("refunds name orders", frozenset({RETURNED - 1, SMALL + 150 * DAY}), settled=True),
)


@dataclass(frozen=True)
class Both:
    """What both parties see."""

    sight: Sight
    sql: Shop
    facts: Mapping[str, Sequence[Fact]]
    year: Year


@pytest.fixture(scope="module")
def plain() -> list[Event]:
    return demo_year.plain()


@pytest.fixture(scope="module", params=SIGHTS, ids=lambda sight: sight.name)
def both(request: pytest.FixtureRequest, plain: list[Event]) -> Iterator[Both]:
    sight: Sight = request.param
    events = demo_year.settled(plain) if sight.settled else plain
    facts: dict[str, list[Fact]] = {}
    for event in events:
        facts.setdefault(event["customer_id"], []).append(fact_of(event))
    with shop(events, INSTANTS) as sql:
        sql.look(LIFETIME if sight.window_ms is None else sight.window_ms)
        yield Both(sight, sql, facts, lives.year(facts, sight.of(SEED), INSTANTS))


def test_scores_by_the_initial_cut_points_are_those_of_sql(both: Both) -> None:
    ours = lives.scores(both.year, both.sight.of(SEED))
    assert len({now for now, _ in ours}) == len(INSTANTS) == 20
    assert differences(ours, both.sql.scores(INITIAL)) == (0, {})


@pytest.mark.parametrize(("pack", "columns"), [(SEED, THIRDS), (SHOPIFY, FIFTHS)], ids=["thirds", "fifths"])
def test_scores_by_cut_points_frozen_at_the_instant_are_those_of_sql(both: Both, pack: Policy, columns: str) -> None:
    policy = both.sight.of(pack)
    ours = lives.scores(both.year, policy, lives.frozen(both.year, policy))
    assert differences(ours, both.sql.scores(columns)) == (0, {})


@pytest.mark.parametrize(
    ("pack", "shares"), [(SEED, "[0.33, 0.67]"), (SHOPIFY, "[0.2, 0.4, 0.6, 0.8]")], ids=["thirds", "fifths"]
)
def test_cut_points_are_the_discrete_quantiles_of_sql(both: Both, pack: Policy, shares: str) -> None:
    frequency, monetary = both.sql.quantiles("frequency", shares), both.sql.quantiles("monetary", shares)
    recency = both.sql.quantiles("recency", shares) if pack is SHOPIFY else dict.fromkeys(INSTANTS)
    theirs = {now: (recency[now], frequency[now], monetary[now]) for now in INSTANTS}
    versions = lives.frozen(both.year, both.sight.of(pack))
    ours = {now: (version.recency, version.frequency, version.monetary) for now, version in versions.items()}
    assert differences(ours, theirs) == (0, {})


def test_a_whole_life_from_nothing_comes_to_the_same(both: Both) -> None:
    """Every customer's, in one of the sights up to one of the instants; cut points are frozen at that instant."""
    policy, theirs = both.sight.of(SEED), both.sql.scores(THIRDS)
    versions = lives.frozen(both.year, policy)
    in_force = {now: InForce(policy, [version]) for now, version in versions.items()}
    ours = {}
    for number, (customer, facts) in enumerate(both.facts.items()):
        turn, sight = divmod(number, len(SIGHTS))
        now = INSTANTS[turn % len(INSTANTS)]
        if SIGHTS[sight] is both.sight:
            ours[now, customer] = lives.scored_by(live(customer, facts, in_force[now], now).standing.measures)
    assert len(ours) == CUSTOMERS / len(SIGHTS)
    assert differences(ours, {key: theirs.get(key) for key in ours}) == (0, {})


def test_ages_and_windows_end_between_instants_that_are_a_millisecond_apart(both: Both) -> None:
    """So zero differences means that both parties end them there."""
    seen: dict[int, dict[str, tuple[int, ...]]] = {now: {} for now in INSTANTS}
    for (now, customer), scored in both.sql.scores(INITIAL).items():
        seen[now][customer] = scored[1:]  # the age itself always changes
    assert {now for now in INSTANTS if now + 1 in seen and seen[now] != seen[now + 1]} == both.sight.ends
