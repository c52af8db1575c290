"""What would lift a customer is reckoned from what is published of her, and is what a life with more orders gives."""

from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import structs

from app.control.documents import compiled
from app.control.view import ControlView
from app.serving.answers import Lift
from app.serving.lifting import lifts
from app.serving.rows import StandingRow, standing_row
from schemas.policy import Policy
from schemas.transitions import CustomerSegment, PolicyRef
from tests.builders import DAY, SEED, T0
from tests.control.records import SEED_TEXT, policy, version
from tests.explaining.stage import explained
from tests.oracle.events import order

AT = T0 + 200 * DAY
BY_MEASURES = """
version: 1
id: small
currency: GBP
segments:
  - {id: steady, label: Steady, when: {average_order_value: {min: 40.00}, tenure: {min: 30d}, frequency: {min: 3}}}
  - {id: rich, label: Rich, when: {monetary: {min: 50.00, max: 99.99}, frequency: {min: 2}}}
  - {id: often, label: Often, when: {frequency: {min: 6}}}
  - {id: rest, label: Rest, otherwise: true}
"""
ENGAGED = BY_MEASURES.replace("frequency: {min: 6}", "engaged: {max: 30d}") + "engagement: {kinds: [review_posted]}\n"
UNKNOWN = [ENGAGED, ENGAGED.replace("{max: 30d}", "never"), BY_MEASURES.replace("small", "another")]


def known(document: str, versions: int = 0) -> ControlView:
    """Give a control topic with one policy, and versions of cut points that are what it calls initial."""
    view = ControlView()
    view.take(policy(1, 0, document=document))
    for number in range(1, versions + 1):
        view.take(version(number, number * DAY))
    return view


def lived(orders: Sequence[tuple[int, int]], by: Policy) -> tuple[StandingRow, list[Lift]]:
    """Live a customer with orders (days before AT, minor units); gives what is published, and what would lift her."""
    told = explained([order(str(number), AT - ago * DAY, minor) for number, (ago, minor) in enumerate(orders)], AT, by)
    stands = told.lived.standing
    rank = by.segment(stands.segment).rank if stands.segment is not None else None
    ref = PolicyRef(by.id, by.version)
    published = CustomerSegment(AT, "ann", 0, None, None, stands.measures, None, 0, ref, rank, stands.segment, 1)
    reached = [one for one in told.lifts if one.reached_at is not None]
    return standing_row(published), [Lift(one.segment, one.rank, one.orders, one.least, one.most) for one in reached]


LIVES = st.lists(st.tuples(st.integers(0, 190), st.integers(1, 60_000)), min_size=1, max_size=7)


@settings(max_examples=30)
@given(orders=LIVES, document=st.sampled_from([SEED_TEXT, BY_MEASURES]))
def test_what_is_reckoned_is_what_a_life_with_more_orders_gives(orders: list[tuple[int, int]], document: str) -> None:
    view = known(document)
    by = SEED if document == SEED_TEXT else compiled(view.policies[0])
    row, would_lift = lived(orders, by)
    assert lifts(view, row) == would_lift


def test_scores_are_by_the_cut_points_of_her_standing() -> None:
    row, would_lift = lived([(10, 6_000)], SEED)
    by_version = structs.replace(row, cut_points_version=1)
    assert lifts(known(SEED_TEXT, versions=1), by_version) == would_lift
    assert lifts(known(SEED_TEXT), by_version) is None, "the version is not known"


@pytest.mark.parametrize("document", UNKNOWN)
def test_nothing_is_said_where_the_rules_ask_for_what_is_not_published(document: str) -> None:
    row, _ = lived([(10, 6_000)], compiled(known(BY_MEASURES).policies[0]))
    assert lifts(known(BY_MEASURES), row) is not None
    assert lifts(known(document), row) is None
