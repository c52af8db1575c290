"""A published segmentation of UCI Online Retail in quintiles, and what `segue simulate` makes of the same orders.

What was published are figures of ten segments. The method that gives them is repeated in SQL, and says what there is to
say of each of the 4,338 customers. Its quintiles of frequency are not compared: they part customers who ordered equally
often by their ids, and equal values always get equal scores here.
"""

import math
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

from schemas.policy_file import parse_policy
from tests.builders import DAY
from tests.literature.differences import differences
from tests.literature.published_segments import Segmentation, published, segmentation
from tests.literature.shop_orders import write_orders
from tests.simulate.files import Results, simulated

AS_OF: Final = 1_323_561_600_000  # 2011-12-11T00:00:00Z, midnight in London too
QUINTILES: Final = parse_policy(
    """
version: 1
id: published-quintiles
currency: GBP
scores:
  recency:  {quantiles: [20%, 40%, 60%, 80%], initial: [1d, 2d, 3d, 4d], method: linear, unit: day}
  monetary: {quantiles: [20%, 40%, 60%, 80%], initial: [1, 2, 3, 4], method: linear}
cut_points: {min_customers: 1000000}  # none but the version that is frozen at the very end
segments:
  - {id: everyone, label: Everyone, otherwise: true}
""",
    "published-quintiles.yaml",
)


@pytest.fixture(scope="module")
def retail(shared_data: Path) -> Path:
    return shared_data / "uci_online_retail"


@pytest.fixture(scope="module")
def method(retail: Path) -> Iterator[Segmentation]:
    with segmentation(retail / "online_retail.parquet") as found:
        yield found


@pytest.fixture(scope="module")
def results(retail: Path, tmp_path_factory: pytest.TempPathFactory) -> Results:
    place = tmp_path_factory.mktemp("published")
    assert write_orders(retail / "online_retail.parquet", place / "orders.csv") == 18_532
    return simulated(place / "out", place / "orders.csv", policy=QUINTILES, as_of=AS_OF, refreeze=True)


def test_the_method_gives_what_was_published(retail: Path, method: Segmentation) -> None:
    """But for one line of 18 pounds, of a champion, which this copy of the data lacks."""
    expected, found = published(retail / "published_segments.csv"), method.segments
    champions = expected["champions"]
    mean = champions.monetary_mean - 18 / champions.customers
    expected["champions"] = champions._replace(monetary_mean=mean)
    assert len(found) == 10
    assert found == {segment: pytest.approx(figures, rel=0, abs=1e-6) for segment, figures in expected.items()}


def test_every_customer_has_the_published_quintiles_of_recency_and_monetary(
    method: Segmentation, results: Results
) -> None:
    theirs = {str(customer.id): (customer.r, customer.m) for customer in method.customers}
    ours = {customer: (int(row["r"]), int(row["m"])) for customer, row in results.segments.items()}
    assert len(ours) == 4_338
    assert differences(ours, theirs) == (0, {})


def test_every_customer_has_the_published_days_orders_and_pence(method: Segmentation, results: Results) -> None:
    """Elapsed days are those of London's wall clock here, summer time or not: nobody buys between midnight and one."""
    theirs = {
        str(customer.id): (customer.recency, customer.frequency, round(100 * customer.monetary))
        for customer in method.customers
    }
    ours = {
        customer: (int(row["recency_ms"]) // DAY, int(row["frequency"]), int(row["monetary_minor"]))
        for customer, row in results.segments.items()
    }
    assert differences(ours, theirs) == (0, {})


def test_cut_points_are_the_edges_of_the_published_quintiles(method: Segmentation, results: Results) -> None:
    """In whole milliseconds and pence: an edge between two values that customers have is published as its floor."""
    [version] = results.json("cut_points.json")
    assert (version["frozen_at"], version["effective_at"]) == (AS_OF, AS_OF)
    assert version["recency"] == [138 * DAY // 10, 33 * DAY, 72 * DAY, 180 * DAY]
    assert version["recency"] == [round(days * DAY) for days, _ in method.edges]
    assert version["monetary"] == [math.floor(100 * pounds) for _, pounds in method.edges]
