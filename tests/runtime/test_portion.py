"""How much a partition takes at once after what was too much: less and less, and soon all of it again."""

from hypothesis import given
from hypothesis import strategies as st

from app.runtime.portion import PATIENCE, Portion

MOST = 5_000


@given(st.integers(1, 100_000), st.integers(1, 100_000))
def test_a_portion_that_is_not_too_much_is_found_soon_and_never_lost(most: int, able: int) -> None:
    portion, vain, done = Portion(most), 0, 0
    for _ in range(60):
        assert 1 <= portion.records <= most
        if portion.records > able:
            vain += 1
            portion.failed()
        else:
            done += 1
            portion.passed()
        assert not portion.exhausted
    assert done >= vain - 6, "an eighth of 100,000 for the sixth time is one; after that every second try succeeds"


def test_all_is_taken_at_once_while_all_is_well() -> None:
    portion = Portion(MOST)
    portion.passed()
    assert portion.records == MOST


def test_a_portion_of_one_is_exhausted_when_it_has_failed_as_often_as_there_is_patience() -> None:
    portion = Portion(1)
    for _ in range(PATIENCE):
        assert not portion.exhausted
        portion.failed()
    assert portion.exhausted
    portion.passed()
    assert not portion.exhausted
