"""The published summary of the CDNOW sample (purchases of 2,357 customers), and what a customer's life says of them.

The summary looks at the 39 weeks up to 30 September 1997. All purchases of a day are one, also those that cost
nothing; frequency counts the repeated ones, recency is the time from the first to the last, T from the first to the
end; both in weeks with two decimals.
"""

import csv
from collections.abc import Iterator, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Final, NamedTuple

import pytest

from agents.decisions.whole_life import live
from schemas.facts import Fact
from schemas.measures import Measures
from schemas.policy_file import parse_policy
from tests.builders import DAY, fact_of
from tests.literature.differences import differences

AS_OF: Final = 875_577_600_000  # 1997-09-30T00:00:00Z
WEEK: Final = 7 * DAY
POLICY: Final = parse_policy(
    """
version: 1
id: purchases
currency: USD
orders: {zero_value: count}
segments:
  - {id: everyone, label: Everyone, otherwise: true}
""",
    "purchases.yaml",
)


class Purchase(NamedTuple):
    """A line of the sample."""

    customer: int
    day: str
    cents: int


class Summary(NamedTuple):
    """What the published summary says of a customer; weeks."""

    frequency: int
    recency: float
    age: float


@pytest.fixture(scope="module")
def purchases(shared_data: Path) -> list[Purchase]:
    lines = (shared_data / "cdnow" / "CDNOW_sample.txt").read_text("ascii").splitlines()
    return [
        Purchase(int(customer), f"{day[:4]}-{day[4:6]}-{day[6:]}", int(100 * Decimal(dollars)))
        for _, customer, day, _, dollars in map(str.split, lines)
    ]


@pytest.fixture(scope="module")
def published(shared_data: Path) -> dict[int, Summary]:
    with (shared_data / "cdnow" / "cdnow_customers_summary.csv").open(encoding="ascii") as file:
        return {
            int(row["ID"]): Summary(int(row["frequency"]), float(row["recency"]), float(row["T"]))
            for row in csv.DictReader(file)
        }


def facts_of(purchases: Sequence[Purchase]) -> Iterator[tuple[int, list[Fact]]]:
    """Make one order of what a customer bought in a day."""
    days: dict[int, dict[str, int]] = {}
    for customer, day, cents in purchases:
        hers = days.setdefault(customer, {})
        hers[day] = hers.get(day, 0) + cents
    for customer, hers in days.items():
        yield customer, [order(str(customer), day, cents) for day, cents in hers.items()]


def order(customer: str, day: str, cents: int) -> Fact:
    return fact_of(
        {
            "type": "order_placed",
            "event_id": f"o-{day}",
            "customer_id": customer,
            "occurred_at": f"{day}T00:00:00Z",
            "order_id": day,
            "total": {"amount_minor": cents, "currency": "USD"},
        }
    )


def summary(measures: Measures) -> Summary:
    age, silence = measures.tenure_ms, measures.recency_ms
    assert age is not None
    assert silence is not None
    return Summary(measures.frequency - 1, round((age - silence) / WEEK, 2), round(age / WEEK, 2))


def test_the_sample_is_the_one_that_was_published(purchases: list[Purchase]) -> None:
    customers = {purchase.customer for purchase in purchases}
    assert (len(purchases), len(customers), sum(purchase.cents for purchase in purchases)) == (6_919, 2_357, 24_409_194)


def test_every_customer_has_the_published_frequency_and_recency(
    purchases: list[Purchase], published: dict[int, Summary]
) -> None:
    ours = {
        customer: summary(live(str(customer), facts, POLICY, AS_OF).standing.measures)
        for customer, facts in facts_of(purchases)
    }
    assert len(ours) == 2_357
    assert differences(ours, published) == (0, {})
