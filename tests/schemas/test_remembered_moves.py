"""Moves packed into a row: told in their order, and let go of once no late fact can reach them."""

from hypothesis import given
from hypothesis import strategies as st

from schemas.remembered_moves import RememberedMove, pack_moves, remember, unpack_moves

DAY = 86_400_000
names = st.none() | st.sampled_from(["loyal", "at_risk", "a", "x" * 64])
instants = st.integers(0, 2**53)
moves = st.builds(RememberedMove, instants, names, names, st.booleans())


def at(*instants: int) -> list[RememberedMove]:
    return [RememberedMove(instant, "recent", "loyal", silent=False) for instant in instants]


def remembered(told: list[RememberedMove], horizon: int) -> list[RememberedMove]:
    """Remember each move when it comes about."""
    packed = b""
    for move in told:
        packed = remember(packed, move.at, (move.origin, move.to), silent=move.silent, since=move.at - horizon)
    return list(unpack_moves(packed))


@given(st.lists(moves, max_size=9))
def test_unpacking_gives_the_moves_back_in_their_order(told: list[RememberedMove]) -> None:
    assert list(unpack_moves(pack_moves(told))) == told


def test_nothing_is_remembered_of_nothing() -> None:
    assert list(unpack_moves(b"")) == []


def test_the_bytes_of_a_move_are_those_on_disk() -> None:
    assert pack_moves([RememberedMove(258, None, "loyal", silent=True)]) == b"\x02\x01" + bytes(6) + b"\1\0\5loyal"
    assert pack_moves([RememberedMove(0, "loyal", None, silent=False)]) == bytes(8) + b"\0\5\0loyal"


def test_the_first_move_is_remembered_however_old() -> None:
    assert list(unpack_moves(remember(b"", 5, ("recent", "loyal"), silent=False, since=1_000))) == at(5)


def test_of_the_moves_before_the_horizon_only_the_last_is_kept() -> None:
    assert remembered(at(0, 10, 20, 95, 100), horizon=50) == at(20, 95, 100)


def test_a_move_at_the_very_beginning_of_the_horizon_lies_within_it() -> None:
    """So the one before it is the last before the horizon."""
    assert remembered(at(0, 10, 50, 100), horizon=50) == at(10, 50, 100)
    assert remembered(at(0, 10, 49, 100), horizon=50) == at(49, 100)


@given(st.lists(moves, min_size=1, max_size=9), st.integers(0, 2**53))
def test_a_horizon_keeps_every_move_in_it_and_the_one_before(told: list[RememberedMove], horizon: int) -> None:
    told.sort(key=lambda move: move.at)
    since = told[-1].at - horizon
    within = [place for place, move in enumerate(told) if move.at >= since]
    assert remembered(told, horizon) == told[max(0, within[0] - 1) :]
