"""Faust's own command line knows our agents and our table."""

from pathlib import Path

from tests.app.commands import faust


def test_agents_lists_the_orders_agent(tmp_path: Path) -> None:
    done = faust("agents", SEGUE_STATE__DIRECTORY=str(tmp_path), SEGUE_TOPIC_PREFIX="shop.")
    assert done.returncode == 0, done.stderr
    assert "orders" in done.stdout
    assert "shop.commerce.orders.v1" in done.stdout


def test_tables_lists_the_customers_table(tmp_path: Path) -> None:
    done = faust("tables", SEGUE_STATE__DIRECTORY=str(tmp_path))
    assert done.returncode == 0, done.stderr
    assert "customers" in done.stdout
