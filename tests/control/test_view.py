"""What a worker knows of the control topic: in order, or not at all."""

import pytest

from app.control.view import ControlView
from schemas.control import ControlRecord, CutPointsRecord, FreezesRecord, PolicyRecord, Unreadable
from tests.builders import DAY, T0
from tests.control.records import policy, version


def view(*records: ControlRecord) -> ControlView:
    known = ControlView()
    for record in records:
        known.take(record)
    return known


def test_policies_and_versions_stand_in_the_order_in_which_they_come_into_force() -> None:
    known = view(policy(1, 0), version(1, T0), policy(2, T0), FreezesRecord(T0), version(2, T0 + DAY))
    assert [one.number for one in known.policies] == [1, 2]
    assert [one.version for one in known.cut_points] == [1, 2]
    assert known.decided == T0


def test_a_record_that_comes_again_changes_nothing() -> None:
    known = view(policy(1, 0), policy(2, T0), policy(1, 0), version(1, T0), version(1, T0))
    assert (len(known.policies), len(known.cut_points)) == (2, 1)


def test_decided_freezes_are_never_undecided() -> None:
    assert view(FreezesRecord(T0), FreezesRecord(T0 - DAY)).decided == T0


def test_what_takes_effect_within_the_notice_of_the_last_look_is_known() -> None:
    known = view()
    assert known.known_until == 0
    known.confirmed(T0)
    assert known.known_until == T0 + 30_000


def test_a_clock_that_was_set_back_takes_back_what_it_promised() -> None:
    known = view()
    known.confirmed(T0)
    known.confirmed(T0 - DAY)
    assert known.known_until == T0 - DAY + 30_000


@pytest.mark.parametrize(
    ("records", "reason"),
    [
        ([policy(2, T0)], "policy/2 comes where policy/1 is due"),
        ([policy(1, T0)], "policy/1 is not in force from the beginning on"),
        ([policy(1, 0), policy(3, T0)], "policy/3 comes where policy/2 is due"),
        ([policy(1, 0), policy(1, 0, silent=True)], "policy/1 comes where policy/2 is due"),
        ([policy(1, 0), policy(2, T0), policy(3, T0)], "policy/3 comes into force no later"),
        ([version(2, T0)], "cut_points/2 comes where cut_points/1 is due"),
        ([version(1, T0), version(2, T0)], "cut_points/2 comes into force no later"),
    ],
)
def test_what_does_not_follow_is_refused(records: list[PolicyRecord | CutPointsRecord], reason: str) -> None:
    with pytest.raises(Unreadable, match=reason):
        view(*records)
