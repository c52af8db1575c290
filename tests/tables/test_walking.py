"""A walk sees each customer that the database knows as the table has her, wherever her newest row lies."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tables.partition_table import PartitionTable
from tables.position import Position
from tables.scanning import scan_rows
from tables.walking import customers_after
from tests.builders import MEMORY, T0, new_directory
from tests.tables.spoiling import spoil_a_block

CUSTOMERS = [b"ann", b"ann a", b"bob", b"cleo", b"dora", b"\xc3\xa9va"]
OTHERS = [b"bann", b"d\xff", b"dann\x00\x00\x00", b"oann\x001", b"p\0progress"]

changes = st.dictionaries(
    st.sampled_from([b"c" + customer for customer in CUSTOMERS] + OTHERS), st.none() | st.binary(max_size=3), max_size=5
)
steps = st.lists(st.tuples(changes, st.booleans()), max_size=6)


@settings(max_examples=80)
@given(steps, changes, st.sampled_from([b"", *CUSTOMERS, b"a", b"zz"]), st.integers(0, 7))
def test_a_walk_sees_exactly_the_rows_the_table_has_whatever_is_in_draft_memory_and_database(
    done: list[tuple[dict[bytes, bytes | None], bool]], drafted: dict[bytes, bytes | None], cursor: bytes, limit: int
) -> None:
    with new_directory() as directory:
        db = MEMORY.open(directory / "db")
        table = PartitionTable(db)
        for number, (rows, flushed) in enumerate(done, 1):
            draft = table.begin()
            draft.rows.update(rows)
            table.apply(draft, Position(number, T0))
            if flushed:
                table.flush()
        draft = table.begin()
        draft.rows.update(drafted)
        known = [customer for customer in CUSTOMERS if customer > cursor and db.get(b"c" + customer) is not None]
        expected = [(customer, draft.get(b"c" + customer)) for customer in sorted(known)]
        assert customers_after(draft, cursor, limit) == expected[:limit]
        db.close()


def test_rows_of_a_corrupt_block_are_not_taken_for_the_end(tmp_path: Path) -> None:
    db = MEMORY.open(tmp_path / "db")
    for number in range(5_000):
        db.put(b"c%04d" % number, b"v" * 100)
    db.flush()
    db.close()
    spoil_a_block(tmp_path / "db")
    db = MEMORY.open(tmp_path / "db")
    with pytest.raises(Exception, match=r"(?i)corruption|checksum"):
        scan_rows(db, b"c", b"d", 10_000)
    db.close()
