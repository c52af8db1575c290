"""Records taken one by one, to find the one that cannot be decided: in the same order, and as patiently."""

from hypothesis import given

from agents.run import Record
from app.runtime.intake import Intake
from tests.runtime.test_intake import A, B, Script, intake, run, scripts


@given(scripts)
def test_one_by_one_records_come_in_the_order_in_which_batches_bring_them(script: Script) -> None:
    batches, singles = Intake({A: 0, B: 0}), Intake({A: 0, B: 0})
    for held in (batches, singles):
        for topic, stamps in script.stamps.items():
            held.offer(run(topic, 0, *stamps))
    whole = batches.take(99, ())
    one_by_one: list[Record] = []
    while (batch := singles.take(99, (), alone=True)) is not None:
        (record,) = batch.records
        one_by_one.append(record)
        assert batch.positions == singles.positions()
    assert one_by_one == list(whole.records if whole else ())
    assert singles.size == 0


def test_one_by_one_an_input_that_lags_is_waited_for_too() -> None:
    held = intake(run(A, 0, 10, 10, 11), run(B, 0, 11), topics=A + B)
    assert [batch.records[0].timestamp for _ in range(2) if (batch := held.take(99, B, alone=True))] == [10, 10]
    assert held.take(99, B, alone=True) is None, "what B may still bring of 11 is waited for"
