"""What a stall is: nothing committed for a time while lag grows, and nobody else is waited for."""

from dataclasses import replace

from app.runtime.stalling import Sight, Standstill, is_stalled, look

SECONDS = 300.0


def sight(committed: int, end: int | None, to_restore: float = 0, waits: int = 0) -> Sight:
    return Sight({"orders": committed}, None if end is None else {"orders": end}, to_restore, waits)


def stalled(*looks: tuple[float, Sight]) -> bool:
    """Look again and again; tells whether the last look shows a stall."""
    standstill: Standstill | None = None
    found = False
    for now, seen in looks:
        standstill = look(standstill, seen, now)
        found = is_stalled(standstill, seen, now, SECONDS)
    return found


def test_nothing_committed_while_lag_grows_is_a_stall_after_its_time() -> None:
    assert stalled((0, sight(5, 9)), (300, sight(5, 10)))
    assert not stalled((0, sight(5, 9)), (299.9, sight(5, 10)))


def test_lag_that_does_not_grow_is_no_stall() -> None:
    assert not stalled((0, sight(5, 9)), (900, sight(5, 9)))


def test_a_partition_that_is_level_does_not_stand_still_however_long() -> None:
    idle = (0, sight(9, 9)), (3_600, sight(9, 9))
    assert not stalled(*idle, (3_601, sight(9, 10)))
    assert stalled(*idle, (3_601, sight(9, 10)), (3_900, sight(9, 10))), "one order that nobody works is lag that grew"


def test_every_commit_begins_the_time_anew() -> None:
    assert not stalled((0, sight(5, 9)), (200, sight(6, 90)), (499, sight(6, 900)))
    assert stalled((0, sight(5, 9)), (200, sight(6, 90)), (500, sight(6, 900)))


def test_while_brokers_do_not_answer_nothing_is_a_stall() -> None:
    gone = (0, sight(5, 9)), (100, sight(5, None)), (1_000, sight(5, None))
    assert not stalled(*gone)
    assert not stalled(*gone, (1_001, sight(5, 99)), (1_300, sight(5, 999)))
    assert stalled(*gone, (1_001, sight(5, 99)), (1_301, sight(5, 999)))


def test_whoever_restores_or_waits_for_others_does_not_stand_still() -> None:
    for moving in (sight(5, 10, to_restore=700), sight(5, 10, waits=1)):
        assert not stalled((0, sight(5, 9)), (200, moving), (400, moving))
        assert stalled((0, sight(5, 9)), (200, moving), (500, replace(moving, ends={"orders": 11})))


def test_a_partition_that_was_never_opened_is_stalled_when_its_log_grows() -> None:
    assert stalled((0, Sight({}, {"orders": 9})), (300, Sight({}, {"orders": 10})))


def test_the_lag_of_all_inputs_counts_and_none_pays_for_another() -> None:
    committed = {"orders": 5, "engagement": 9}
    assert Sight(committed, {"orders": 7, "engagement": 8}).lag == 2
