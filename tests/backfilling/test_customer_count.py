"""How many customers there are, however few can be held."""

from pathlib import Path

import pytest

from app.backfilling.customer_count import CustomerCount
from app.simulate.spool import Spool


@pytest.mark.parametrize("limit", [1, 10, 10_000])
def test_each_customer_counts_once(limit: int, tmp_path: Path) -> None:
    count = CustomerCount(Spool(tmp_path / "customers"), limit)
    for number in range(3_000):
        count.add(f"customer-{number % 701}")
    assert count.count() == 701
