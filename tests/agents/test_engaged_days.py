"""Engagements that late facts may go back to: kept by their days, and let go of when nobody can ask for them."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from agents.decisions.around import EngagedAt
from agents.decisions.customer import Customer
from agents.decisions.nothing_stored import NothingStored
from agents.engaged_days import write_engaged_days
from schemas.policy import Policy
from tables.draft import Draft
from tables.keys import ENGAGED_DAY, engaged_day, nested_prefix
from tables.partition_table import PartitionTable
from tables.position import Position
from tables.stored_customer import StoredCustomer
from tests.agents.conftest import Open
from tests.agents.small_policies import small
from tests.builders import DAY, MEMORY, T0, customer_row
from tests.oracle.events import engaged, order

RULES = """\
segments: [{id: in, when: {engaged: {max: 500d}}}, {id: out, otherwise: true}, {id: prospects}]
rewards: [{id: thanks, on: {engaged: survey_answered}, give: {kind: points, points: 1}}]
"""
POLICY = small(RULES, "no_orders: prospects\nlate: {horizon: 90d}\nengagement: {kinds: [site_visited]}\n")
STAYING = small(
    RULES, "no_orders: prospects\nlate: {horizon: 90d}\nengagement: {kinds: [site_visited]}\ndwell: {up: 20d}\n"
)
DAY_0 = T0 // DAY * DAY


@pytest.fixture
def table(tmp_path: Path) -> Iterator[PartitionTable]:
    db = MEMORY.open(tmp_path / "db")
    yield PartitionTable(db)
    db.close()


def write(table: PartitionTable, policy: Policy, *days: int, kind: str = "site_visited") -> list[int]:
    """Let something act on each day, a transaction each; gives the days that are kept."""
    draft = table.begin()
    for day in days:
        customer = Customer("ann", customer_row(at=DAY_0 + day * DAY), NothingStored())
        customer.around.engaged_now.append(acted(day, kind=kind))
        write_engaged_days(draft, customer, b"ann", policy)
        table.apply(draft, Position(1, T0))
        draft = table.begin()
    return kept(draft)


def acted(day: int, ms: int = 0, kind: str = "site_visited") -> EngagedAt:
    at = DAY_0 + day * DAY + ms
    return at, at, f"e-{day}-{ms}", kind


def kept(draft: Draft) -> list[int]:
    keys = [key for key, _ in draft.rows_of(nested_prefix(ENGAGED_DAY, b"ann"))]
    return [engaged_day(key, b"ann") - DAY_0 // DAY for key in keys]


def test_what_acted_in_one_day_is_one_row_in_the_order_of_its_instants(table: PartitionTable) -> None:
    draft = table.begin()
    for now in ([acted(0, 5), acted(1, 3)], [acted(0, 9), acted(0, 1)]):
        customer = Customer("ann", customer_row(at=DAY_0 + DAY), NothingStored())
        customer.around.engaged_now += now
        write_engaged_days(draft, customer, b"ann", POLICY)
    assert kept(draft) == [0, 1]
    assert StoredCustomer(draft, b"ann").engaged_from(0) == [acted(0, 1), acted(0, 5), acted(0, 9), acted(1, 3)]


def test_the_days_within_the_horizon_are_kept_and_the_last_one_before(table: PartitionTable) -> None:
    assert write(table, POLICY, 0, 5, 9, 10, 50, 100) == [9, 10, 50, 100]


def test_a_least_stay_reaches_as_far_behind_the_horizon(table: PartitionTable) -> None:
    assert write(table, STAYING, 0, 5, 9, 10, 50, 120) == [9, 10, 50, 120]


def test_the_newest_that_counts_is_kept_though_others_followed(table: PartitionTable) -> None:
    """An answer to a survey acts, for it makes her known; but it is no engagement of those that count."""
    write(table, POLICY, 0)
    write(table, POLICY, 200, 400, kind="survey_answered")
    stored = StoredCustomer(table.begin(), b"ann", POLICY.engagement)
    assert stored.engaged_before(DAY_0 + 380 * DAY) == DAY_0


def test_a_late_order_does_not_forget_when_she_was_engaged(opened: Open) -> None:
    stage = opened(POLICY)
    stage.absorb([order("1", T0, 100), engaged("e-1", T0 + DAY, "site_visited")])
    for day in (200, 400):
        stage.absorb([engaged(f"s-{day}", T0 + day * DAY, "survey_answered")])
    assert stage.row("ann").segment == "in"
    stage.absorb([order("2", T0 + 380 * DAY, 100)])
    assert (stage.row("ann").segment, stage.row("ann").engaged) == ("in", T0 + DAY)


def test_an_engagement_that_came_beyond_the_horizon_does_not_stand_for_a_newer_one(opened: Open) -> None:
    """It acts long after it occurred: the day on which she acted last is not that of her newest engagement."""
    stage = opened(POLICY)
    stage.absorb([order("1", T0, 100), engaged("e-1", T0 + 10 * DAY, "site_visited")])
    stage.absorb([order("2", T0 + 200 * DAY, 100)])
    stage.absorb([engaged("e-0", T0 + DAY, "site_visited")])
    stage.absorb([engaged("s", T0 + 400 * DAY, "survey_answered")])
    stage.absorb([order("3", T0 + 380 * DAY, 100)])
    assert stage.row("ann").engaged == T0 + 10 * DAY
