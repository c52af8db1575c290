"""What fetches told of a log with open transactions in, the moment up to which all of it has been worked out."""

from hypothesis import given
from hypothesis import strategies as st

from agents.decisions.open_transactions import MARKS, OpenTransactions
from agents.run import LogEnd

LIMIT = 900_000


def test_a_log_that_is_readable_to_its_end_is_confirmed_as_of_the_newest_fetch() -> None:
    log = OpenTransactions(LIMIT)
    assert log.confirmed_at(5, 1_000, [LogEnd(5, 1_000, 5)]) == 1_000
    assert log.confirmed_at(5, 1_100, [LogEnd(5, 1_100, 5)]) == 1_100
    assert log.held_ms(1_100) == 0


def test_an_open_transaction_holds_at_the_last_fetch_before_it() -> None:
    log = OpenTransactions(LIMIT)
    log.confirmed_at(5, 1_000, [LogEnd(5, 1_000, 5)])
    for at in range(1_100, 9_000, 100):
        assert log.confirmed_at(5, at, [LogEnd(5, at, 6 + at // 1_000)]) == 1_000
        assert log.held_ms(at) == at - 1_100


def test_once_it_ends_all_is_confirmed_as_of_the_newest_fetch() -> None:
    log = OpenTransactions(LIMIT)
    log.confirmed_at(5, 1_000, [LogEnd(5, 1_000, 8)])
    assert log.confirmed_at(9, 2_000, [LogEnd(9, 2_000, 9)]) == 2_000
    assert log.held_ms(2_000) == 0


def test_transactions_that_overlap_without_end_let_the_clock_follow_one_transaction_behind() -> None:
    log = OpenTransactions(LIMIT)
    for n in range(1, 200):  # at each fetch the one of the fetch before has ended, and the next is open
        confirmed = log.confirmed_at(n, n * 100, [LogEnd(n, n * 100, n + 1)])
        assert confirmed == (n - 1) * 100


def test_held_for_the_limit_it_goes_on_that_far_behind() -> None:
    log = OpenTransactions(LIMIT)
    log.confirmed_at(5, 1_000, [LogEnd(5, 1_000, 5)])
    log.confirmed_at(5, 1_100, [LogEnd(5, 1_100, 8)])
    assert log.confirmed_at(5, 1_099 + LIMIT, [LogEnd(5, 1_099 + LIMIT, 8)]) == 1_000
    assert log.confirmed_at(5, 1_100 + LIMIT, [LogEnd(5, 1_100 + LIMIT, 8)]) == 1_100
    assert log.confirmed_at(5, 2_000 + LIMIT, [LogEnd(5, 2_000 + LIMIT, 9)]) == 2_000


def test_of_a_transaction_that_was_open_before_the_first_fetch_nothing_is_confirmed_until_the_limit() -> None:
    log = OpenTransactions(LIMIT)
    assert log.confirmed_at(5, 1_000, [LogEnd(5, 1_000, 8)]) == 0
    assert log.confirmed_at(5, 999 + LIMIT, [LogEnd(5, 999 + LIMIT, 8)]) == 0
    assert log.confirmed_at(5, 1_000 + LIMIT, [LogEnd(5, 1_000 + LIMIT, 8)]) == 1_000


def test_what_is_on_its_way_to_the_task_does_not_hold() -> None:
    log = OpenTransactions(LIMIT)
    in_hand, newest = LogEnd(5, 1_000, 5), LogEnd(9, 1_100, 9)
    assert log.confirmed_at(5, 1_000, [in_hand, newest]) == 1_000
    assert log.held_ms(1_000) == 0


ends = st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5)), min_size=1, max_size=60)


@given(ends, st.integers(0, 2_000))
def test_it_never_passes_a_moment_at_which_more_had_been_written_unless_the_limit_is_over(
    steps: list[tuple[int, int]], limit: int
) -> None:
    log, at, stable, written = OpenTransactions(limit), 0, 0, 0
    before, seen = 0, [(0, 0)]
    for behind, more in steps:
        at, written = at + 100, written + more
        stable = max(stable, written - behind)
        seen.append((at, written))
        confirmed = log.confirmed_at(stable, at, [LogEnd(stable, at, written)])
        exact = max((when for when, end in seen if end <= stable), default=0)
        assert confirmed >= before
        assert exact <= confirmed <= max(exact, at - limit)
        before = confirmed


def test_what_is_remembered_stays_small() -> None:
    log = OpenTransactions(10**9)
    for n in range(1, 5 * MARKS):
        assert log.confirmed_at(0, n, [LogEnd(0, n, n)]) == 0
    assert len(log._ahead) <= MARKS
    assert log.held_ms(5 * MARKS) == 5 * MARKS - 1
    half = log.confirmed_at(2 * MARKS, 5 * MARKS, [LogEnd(2 * MARKS, 5 * MARKS, 5 * MARKS)])
    assert 1.9 * MARKS < half <= 2 * MARKS
