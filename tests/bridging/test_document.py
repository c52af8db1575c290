"""A mapping file that cannot work: every mistake with its place, before a record is read."""

from pathlib import Path

import pytest

from app.bridging.document import load_mapping
from schemas.policy_file import PolicyError
from tests.app.commands import segue

GOOD = """\
version: 1
topics: [shop]
rules:
  - type: order_cancelled
    fields: {customer_id: $.key, occurred_at: $.value.at, order_id: $.value.id}
"""


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (("$.value.id}", "$.value[}"), ":5:"),
        (("order_id: $.value.id", "orderid: $.value.id"), "fields are missing: order_id"),
        (("order_id: $.value.id", "order_id: $.value.id, total: $.value.total"), "has no fields total"),
        (("type: order_cancelled", "ignore: true"), "either ignore, or type and fields"),
        (("topics: [shop]", "topics: []"), ":2:"),
    ],
)
def test_a_mistake_is_told_with_its_place(tmp_path: Path, change: tuple[str, str], told: str) -> None:
    path = tmp_path / "mapping.yaml"
    path.write_text(GOOD.replace(*change))
    with pytest.raises(PolicyError) as raised:
        load_mapping(str(path))
    assert f"{path}:" in str(raised.value)
    assert told in str(raised.value)


def test_the_command_refuses_a_mapping_with_a_mistake_before_it_asks_a_broker(tmp_path: Path) -> None:
    path = tmp_path / "mapping.yaml"
    path.write_text(GOOD.replace("$.value.id}", "$.value[}"))
    done = segue("bridge", "--mapping", str(path), "--check")
    assert done.returncode == 1
    assert done.stderr.startswith(f"error: {path}:5:")
    assert "Traceback" not in done.stderr


def test_a_mapping_that_can_work_is_loaded(tmp_path: Path) -> None:
    path = tmp_path / "mapping.yaml"
    path.write_text(GOOD)
    assert not load_mapping(str(path)).joins
