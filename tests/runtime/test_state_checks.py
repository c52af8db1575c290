"""State that a worker must not touch: each kind is refused, with what the operator is to do."""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pytest

from app.runtime.errors import StateRefused
from app.runtime.state_checks import check_identity
from schemas.rows import LAYOUT, ROWS, IdentityRow, ProgressRow
from tables.codec import encode
from tables.keys import IDENTITY, PROGRESS
from tables.partition_table import PartitionTable
from tests.builders import MEMORY, T0

OURS: Final = IdentityRow("segue", 3, 8, "policy", b"secret", ROWS)
PROGRESSED: Final = encode(ProgressRow({"orders": 99}, T0, {}, LAYOUT))


@dataclass
class Holds:
    """A store with these rows."""

    directory: Path

    def __call__(self, **rows: bytes) -> PartitionTable:
        db = MEMORY.open(self.directory / "-".join(["db", *rows]))
        for name, row in rows.items():
            db.put({"identity": IDENTITY, "progress": PROGRESS}[name], row)
        return PartitionTable(db)


@pytest.fixture
def holds(tmp_path: Path) -> Holds:
    """A store to be filled."""
    return Holds(tmp_path)


def test_a_store_without_rows_is_new_and_our_own_is_taken(holds: Holds) -> None:
    check_identity(holds(), OURS)
    check_identity(holds(identity=encode(OURS), progress=PROGRESSED), OURS)


def test_progress_without_an_identity_is_refused_for_rows_are_lost(holds: Holds) -> None:
    with pytest.raises(StateRefused, match=r"no identity, .* rows are lost\. .*Operator action: stop all workers"):
        check_identity(holds(progress=PROGRESSED), OURS)


@pytest.mark.parametrize(
    ("theirs", "told"),
    [
        (IdentityRow("other", 3, 8, "policy", b"secret", ROWS), "belongs to other with 8 partitions"),
        (IdentityRow("segue", 3, 4, "policy", b"secret", ROWS), "belongs to segue with 4 partitions"),
        (IdentityRow("segue", 2, 8, "policy", b"secret", ROWS), "8 partitions, of which it is number 2"),
        (IdentityRow("segue", 3, 8, "another", b"secret", ROWS), "built by another policy"),
        (IdentityRow("segue", 3, 8, "policy", b"another", ROWS), "under another secret"),
        (IdentityRow("other", 3, 4, "another", b"another", ROWS + 1), "rows of another version of Segue"),
    ],
)
def test_state_of_another_deployment_is_refused_by_what_differs(holds: Holds, theirs: IdentityRow, told: str) -> None:
    with pytest.raises(StateRefused, match=rf"{told}.*Operator action: "):
        check_identity(holds(identity=encode(theirs), progress=PROGRESSED), OURS)
