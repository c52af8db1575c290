"""Steps in memory: in the order of their instants, each once, whatever was added and taken out."""

from hypothesis import given
from hypothesis import strategies as st

from agents.decisions.steps import Steps
from schemas.history import Kind, Step

kinds = st.sampled_from([Kind.COUNTED, Kind.REFUND])
places = st.tuples(kinds, st.integers(0, 9), st.sampled_from(["1", "2", "10"]))


@given(st.lists(st.tuples(st.booleans(), places), max_size=30), kinds, st.integers(0, 10), st.integers(0, 10))
def test_steps_are_a_sorted_set(
    done: list[tuple[bool, tuple[Kind, int, str]]], asked: Kind, start: int, end: int
) -> None:
    steps, model = Steps(), set[tuple[Kind, int, str]]()
    for adds, place in done:
        if adds:
            steps.add(*place)
            model.add(place)
        else:
            steps.discard(*place)
            model.discard(place)
    wanted = sorted(Step(at, name) for kind, at, name in model if kind is asked and start <= at < end)
    assert list(steps.steps(asked, start, end)) == wanted
    assert list(steps.steps(asked, start, end, newest_first=True)) == wanted[::-1]


def test_an_interval_begins_with_its_start_and_ends_before_its_end() -> None:
    steps = Steps()
    for at in (3, 1, 2):
        steps.add(Kind.COUNTED, at, "o")
    assert list(steps.steps(Kind.COUNTED, 1, 3)) == [Step(1, "o"), Step(2, "o")]
    assert list(steps.steps(Kind.COUNTED, 2, 2)) == []
    assert list(steps.steps(Kind.FREE, 0, 9)) == []


def test_two_at_one_instant_are_in_the_order_of_their_ids() -> None:
    steps = Steps()
    for name in ("b", "a", "b"):
        steps.add(Kind.COUNTED, 5, name)
    assert [step.id for step in steps.steps(Kind.COUNTED, 5, 6)] == ["a", "b"]
    steps.discard(Kind.COUNTED, 5, "a")
    steps.discard(Kind.COUNTED, 5, "never")
    steps.discard(Kind.FREE, 5, "b")
    assert [step.id for step in steps.steps(Kind.COUNTED, 5, 6)] == ["b"]
