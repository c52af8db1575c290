"""Where the rules place a customer, by hand: every bound on its last and its first value beyond."""

import pytest

from agents.decisions.judging import NO_MEASURES, Judge
from schemas.customer_row import Counted
from schemas.cut_points import CutPoints
from schemas.measures import Measures
from tests.agents.small_policies import by_rule, small
from tests.builders import DAY, SEED, T0

KINDS = "engagement: {kinds: [site_visited]}\n"
SCORES = "scores: {recency: {within: [30d, 60d]}, frequency: {at_least: [2, 3]}, monetary: {at_least: [1.00, 2.00]}}\n"
TEXTS = {
    "recency": "recency: {min: 10d, max: 20d}",
    "tenure": "tenure: {min: 10d, max: 20d}",
    "engaged": "engaged: {min: 10d, max: 20d}",
    "frequency": "frequency: {min: 2, max: 4}",
    "monetary": "monetary: {min: 1.00, max: 2.00}",
    "r": "r: {min: 2, max: 2}",
    "f": "f: {min: 2, max: 2}",
    "m": "m: {min: 2, max: 2}",
}
AGES = [(10 * DAY - 1, "out"), (10 * DAY, "in"), (20 * DAY, "in"), (20 * DAY + 1, "out")]
PLACES: dict[str, list[tuple[int, str]]] = {
    "recency": AGES,
    "tenure": AGES,
    "engaged": AGES,
    "frequency": [(1, "out"), (2, "in"), (4, "in"), (5, "out")],
    "monetary": [(99, "out"), (100, "in"), (200, "in"), (201, "out")],
    "r": [(30 * DAY, "out"), (30 * DAY + 1, "in"), (60 * DAY, "in"), (60 * DAY + 1, "out")],
    "f": [(1, "out"), (2, "in"), (3, "out")],
    "m": [(99, "out"), (100, "in"), (199, "in"), (200, "out")],
}
CASES = [(measure, value, place) for measure, places in PLACES.items() for value, place in places]


def counted(frequency: int = 1, monetary: int = 100, *, known: int | None = None, **ages: int) -> Counted:
    """Somebody as of T0; ages in ms, and without one she never was engaged."""
    engaged = T0 - ages["engaged"] if "engaged" in ages else 0
    known = frequency if known is None else known
    first = T0 - ages.get("tenure", ages.get("recency", 0))
    return Counted(frequency, known, monetary, frequency, first, T0 - ages.get("recency", 0), engaged, met=True)


def having(measure: str, value: int) -> Counted:
    match measure:
        case "frequency" | "f":
            return counted(frequency=value)
        case "monetary" | "m":
            return counted(monetary=value)
        case _:
            return counted(**{"recency" if measure == "r" else measure: value})


@pytest.mark.parametrize(("measure", "value", "place"), CASES)
def test_every_bound_is_inclusive(measure: str, value: int, place: str) -> None:
    judge = Judge(by_rule(TEXTS[measure], KINDS + SCORES))
    assert judge.segment(having(measure, value), T0) == place


@pytest.mark.parametrize(("monetary", "place"), [(29_999, "out"), (30_000, "in"), (60_000, "in"), (60_001, "out")])
def test_an_average_is_compared_by_the_sum_and_never_rounded(monetary: int, place: str) -> None:
    judge = Judge(by_rule("average_order_value: {min: 100.00, max: 200.00}"))
    assert judge.segment(counted(frequency=4, monetary=monetary, known=3), T0) == place


@pytest.mark.parametrize("bound", ["min: 0.00", "max: 100.00"])
def test_no_bound_on_an_average_holds_without_an_order_of_known_amount(bound: str) -> None:
    judge = Judge(by_rule(f"average_order_value: {{{bound}}}"))
    assert judge.segment(counted(known=0, monetary=0), T0) == "out"
    assert judge.segment(counted(known=1, monetary=0), T0) == "in"


def test_a_sum_below_nothing_is_nothing() -> None:
    judge = Judge(by_rule("monetary: {max: 0.00}"))
    assert (judge.segment(counted(monetary=-5), T0), judge.segment(counted(monetary=1), T0)) == ("in", "out")
    assert judge.measure(counted(monetary=-5), T0).monetary_minor == 0


def test_a_bound_on_engagement_holds_only_for_who_was_engaged_and_never_for_who_was_not() -> None:
    bounded, never = Judge(by_rule("engaged: {max: 20d}", KINDS)), Judge(by_rule("engaged: never", KINDS))
    for of, places in ((counted(), ("out", "in")), (counted(engaged=5 * DAY), ("in", "out"))):
        assert (bounded.segment(of, T0), never.segment(of, T0)) == places
    assert Judge(by_rule("engaged: {min: 0d}", KINDS)).segment(counted(), T0) == "out"


def test_all_conditions_of_a_rule_must_hold_and_the_first_rule_that_matches_places() -> None:
    rules = "when: {frequency: {min: 2}, monetary: {min: 1.00}}}, {id: second, when: {frequency: {min: 2}}"
    judge = Judge(small(f"segments: [{{id: first, {rules}}}, {{id: rest, otherwise: true}}]\n"))
    assert judge.segment(counted(2, 100), T0) == "first"
    assert judge.segment(counted(2, 99), T0) == "second"
    assert judge.segment(counted(1, 100), T0) == "rest"


@pytest.mark.parametrize(
    ("scores", "digits"),
    [
        ("recency: {within: [30d]}, frequency: {at_least: [2]}, monetary: {at_least: [1.00]}", "rfm"),
        ("recency: {within: [30d]}, monetary: {at_least: [1.00]}", "rm"),
        ("frequency: {at_least: [2]}, monetary: {at_least: [1.00]}", "fm"),
        ("frequency: {at_least: [2]}", "f"),
    ],
)
def test_a_cell_has_the_digits_of_the_scores_there_are(scores: str, digits: str) -> None:
    best = "2" * len(digits)
    segments = f"segments: [{{id: a, cells: ['{best}']}}, {{id: b, otherwise: true}}]\n"
    judge = Judge(small(f"scores: {{{scores}}}\n" + segments))
    given = {"r": {"recency": 30 * DAY}, "f": {"frequency": 2}, "m": {"monetary": 100}}
    missed = {"r": {"recency": 30 * DAY + 1}, "f": {"frequency": 1}, "m": {"monetary": 99}}
    everything = {key: value for digit in "rfm" for key, value in given[digit].items()}
    assert judge.segment(counted(**everything), T0) == "a"
    for digit in "rfm":
        assert judge.segment(counted(**(everything | missed[digit])), T0) == ("b" if digit in digits else "a")
    measured = judge.measure(counted(**everything), T0)
    assert {digit: getattr(measured, digit) for digit in "rfm"} == {d: 2 if d in digits else None for d in "rfm"}


def test_whole_days_keep_a_score_to_the_end_of_the_day() -> None:
    text = "scores: {recency: {within: [30d], unit: day}}\nsegments: [{id: a, cells: ['2']}, {id: b, cells: ['1']}]\n"
    judge = Judge(small(text))
    assert judge.segment(counted(recency=31 * DAY - 1), T0) == "a"
    assert judge.segment(counted(recency=31 * DAY), T0) == "b"


def test_equal_values_get_equal_scores_whether_they_reach_a_threshold_or_pass_a_cut_point() -> None:
    quantiles = "scores: {frequency: {quantiles: [50%], initial: [2]}}\n"
    cells = "segments: [{id: a, cells: ['2']}, {id: b, cells: ['1']}]\n"
    reaching, passing = Judge(small("scores: {frequency: {at_least: [2]}}\n" + cells)), Judge(small(quantiles + cells))
    assert [reaching.segment(counted(n), T0) for n in (1, 2, 3)] == ["b", "a", "a"]
    assert [passing.segment(counted(n), T0) for n in (1, 2, 3)] == ["b", "b", "a"]


def test_cut_points_replace_what_is_initial_and_leave_what_is_fixed() -> None:
    judge = Judge(SEED, CutPoints(7, T0, T0, None, (4, 9), (20_000, 70_000)))
    assert (judge.version, judge.bounds) == (7, (90 * DAY, 150 * DAY))
    of = counted(frequency=5, monetary=20_000, recency=90 * DAY)
    assert judge.measure(of, T0) == Measures(4_000, 2, 5, 1, 20_000, 3, 90 * DAY, 90 * DAY)
    assert Judge(SEED).measure(of, T0) == Measures(4_000, 3, 5, 2, 20_000, 3, 90 * DAY, 90 * DAY)


def test_an_average_is_told_in_whole_minor_units_and_only_where_there_is_one() -> None:
    judge = Judge(SEED)
    assert judge.measure(counted(3, 200, known=3), T0).average_order_minor == 66
    assert judge.measure(counted(3, 0, known=0), T0).average_order_minor is None


def test_without_a_counted_order_only_a_policy_that_says_so_places_who_is_known() -> None:
    cells = "scores: {frequency: {at_least: [2]}}\nsegments: [{id: a, cells: ['2', '1']}, {id: prospects}]\n"
    prospects = Judge(small(cells, "no_orders: prospects\n"))
    nobody = Counted()
    known = Counted(engaged=T0, met=True)
    assert (prospects.segment(nobody, T0), prospects.segment(known, T0)) == (None, "prospects")
    assert Judge(SEED).segment(known, T0) is None
    for judge in (prospects, Judge(SEED)):
        assert judge.measure(known, T0) == NO_MEASURES
        assert judge.change_after(known, T0) is None


def test_whose_orders_all_left_the_window_is_still_placed_with_a_frequency_of_nothing() -> None:
    of = Counted(0, 0, 0, 2, T0 - 90 * DAY, T0 - 40 * DAY, 0, met=True)
    cells = "segments: [{id: a, cells: ['2']}, {id: b, cells: ['1']}]\n"
    judge = Judge(small("scores: {frequency: {at_least: [1]}}\n" + cells, "window: 30d\n"))
    assert judge.segment(of, T0) == "b"
    assert judge.measure(of, T0) == Measures(None, 1, 0, None, 0, None, 40 * DAY, 90 * DAY)
