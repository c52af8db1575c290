"""What a worker decides by is what stands on the control topic, no more and no less."""

from app.control.view import ControlView
from app.runtime.rules import Rules
from schemas.control import CutPointsRecord, PolicyRecord
from tests.agents.rollouts import AGED, THIRDS
from tests.agents.small_policies import HEAD, LADDER
from tests.builders import DAY, T0
from tests.control import records


def policy(number: int, text: str, at: int, *, silent: bool = False) -> PolicyRecord:
    return records.policy(number, at, document=HEAD + text, silent=silent)


def cut_points(version: int, at: int, monetary: int, number: int) -> CutPointsRecord:
    return CutPointsRecord(version, at, at + 1, None, None, (monetary,), 100, number)


def rules(*told: PolicyRecord | CutPointsRecord) -> Rules:
    view = ControlView()
    for record in told:
        view.take(record)
    return Rules(view, scores=False)


def test_nothing_is_made_anew_while_nothing_has_come() -> None:
    made = rules(policy(1, LADDER, 0))
    before = made.in_force()
    assert made.in_force() is before
    made.view.take(policy(2, THIRDS, T0))
    assert made.in_force() is not before
    assert made.in_force().turns == [T0]


def test_a_policy_begins_with_its_own_initial_values_unless_it_has_the_same_quantiles() -> None:
    """Those of THIRDS serve it again when it comes back, and never AGED."""
    made = rules(
        policy(1, THIRDS, 0),
        cut_points(1, T0, 7_000, 1),
        policy(2, AGED, T0 + DAY),
        policy(3, THIRDS, T0 + 2 * DAY),
    ).in_force()
    assert made.turns == [T0 + 1, T0 + DAY, T0 + 2 * DAY]
    assert [made.at(at).version for at in (T0, T0 + 1, T0 + DAY, T0 + 2 * DAY)] == [0, 1, 0, 1]


def test_only_a_policy_that_came_silently_silences() -> None:
    made = rules(policy(1, LADDER, 0), policy(2, THIRDS, T0, silent=True), policy(3, LADDER, T0 + DAY)).in_force()
    assert [made.silences(at) for at in (T0 - 1, T0, T0 + DAY - 1, T0 + DAY)] == [False, True, True, False]
