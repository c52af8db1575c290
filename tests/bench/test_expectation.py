"""The bench's rule in, the oracle's timeline demanded."""

from collections import Counter
from dataclasses import replace
from pathlib import Path

from schemas.policy_file import load_policy
from schemas.scales import RecencyScale, Scale, Thresholds
from tests.bench import rule
from tests.bench.expectation import GRACE_MS, expected
from tests.bench.orders import Order, orders, partition_of, wire
from tests.oracle import SEED, at_least, timeline
from tests.oracle.events import order

POLICY = Path(__file__).with_name("policy.yaml")
FIXED = replace(SEED, frequency=at_least(*rule.ORDERS), monetary_minor=at_least(*rule.SPENT_MINOR))


def test_the_fold_tells_what_the_oracle_tells() -> None:
    placed = list(orders(2_000))
    newest = {partition_of(o.customer): o.at for o in placed}
    events = [order(o.number, o.at, o.amount_minor, customer_id=o.customer) for o in placed]
    told = timeline(events, FIXED, lambda customer: newest[partition_of(customer)] - GRACE_MS)
    found = Counter(
        (customer, move["from"], move["to"], move["effective_at"])
        for customer, of_customer in told.items()
        for move in of_customer.transitions
    )
    assert expected(placed, decays_at_end=True) == found
    ways = {
        rule.direction(rule.Move(origin, target, at)) for _, origin, target, at in expected(placed, decays_at_end=True)
    }
    assert ways == {"entry", "up", "down"}


def test_the_policy_file_says_the_same() -> None:
    policy = load_policy(str(POLICY))
    placed = {cell: one.segment for one in policy.rules for cell in one.cells or ()}
    assert {cell: segment for segment, cells in rule.CELLS.items() for cell in cells} == placed
    assert policy.recency == RecencyScale(rule.WITHIN_MS)
    assert policy.frequency == Scale(Thresholds(rule.ORDERS, at_least=True))
    assert policy.monetary == Scale(Thresholds(rule.SPENT_MINOR, at_least=True))
    assert policy.grace_ms == GRACE_MS


def test_an_order_has_the_size_of_the_job() -> None:
    assert 150 <= len(wire(Order("o-000000001", "c-00000001", 1_700_000_000_000, 12_345))) <= 180
