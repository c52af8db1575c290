"""What rows are made of: a new field is a new layout, which earlier programs refuse instead of dropping it."""

from schemas.rows import LAYOUT
from tests.tables.layouts import GOLDEN, layout


def test_rows_have_the_fields_of_the_layout_that_this_program_writes() -> None:
    golden = (GOLDEN / f"{LAYOUT}.txt").read_text("utf-8").splitlines()
    assert layout() == golden, "raise LAYOUT, unless no release has it; then `python -m tests.tables.layouts`"


def test_no_layout_is_left_out_and_none_is_ahead() -> None:
    assert sorted(int(file.stem) for file in GOLDEN.iterdir()) == list(range(1, LAYOUT + 1))
