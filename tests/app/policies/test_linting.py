"""A policy looked through: what time alone does, which step up is punished, what does not run."""

import pytest

from app.policies.linting import Lint, lint
from app.policies.wording import lint_in_words
from schemas.policy_file import policy_text
from tests.builders import DAY
from tests.schemas.test_policy_file import SMALL
from tests.schemas.test_policy_packs import PACKS
from tests.schemas.test_policy_segments import KINDS, policy


def looked_through(text: str) -> Lint:
    return lint(text, "p.yaml")


def pack_looked_through(name: str) -> Lint:
    return lint(*policy_text(name))


def ways(found: Lint) -> set[tuple[str, ...]]:
    return {tuple(step.segment for step in path.steps) for path in found.decay}


def test_the_27_cells_have_exactly_one_step_up_that_lowers_the_rank() -> None:
    (warning,) = pack_looked_through("seed").warnings
    assert warning == "a higher f lowers the rank: 221 needs_attention (4) -> 231 at_risk (5)"
    assert pack_looked_through("klaviyo").warnings == [warning]


@pytest.mark.parametrize("pack", ["shopify11", "braze10"])
def test_in_the_other_packs_no_step_up_lowers_the_rank(pack: str) -> None:
    assert pack_looked_through(pack).warnings == []


@pytest.mark.parametrize("pack", PACKS)
def test_every_segment_of_a_pack_is_proven_to_be_reached(pack: str) -> None:
    found = pack_looked_through(pack)
    assert (found.reachable, found.cells) == (True, PACKS[pack])


def test_every_cell_of_the_best_recency_goes_one_way_down() -> None:
    found = pack_looked_through("seed")
    assert sorted(who for path in found.decay for who in path.who) == [
        f"f{f}m{m}" for f in (1, 2, 3) for m in (1, 2, 3)
    ]
    (way,) = [path for path in found.decay if "f2m3" in path.who]
    assert [(step.segment, step.measure, step.value) for step in way.steps] == [
        ("champions", None, None),
        ("recent", "recency", 90 * DAY + 1),
        ("needs_attention", "recency", 150 * DAY + 1),
    ]


def test_by_quantiles_the_score_falls_at_no_age_that_is_known() -> None:
    (way,) = [path for path in pack_looked_through("shopify11").decay if "f1m1" in path.who]
    assert [(step.segment, step.value) for step in way.steps[1:]] == [
        ("promising", 4),
        ("almost_lost", 3),
        ("dormant", 2),
    ]
    assert "  new -> promising at r 4 -> almost_lost at r 3 -> dormant at r 2  (f1m1)" in lint_in_words(
        pack_looked_through("shopify11")
    )


def test_whole_days_end_with_the_day() -> None:
    text = SMALL.replace("{within: [90d]}", "{within: [90d], unit: day}")
    assert [line for line in lint_in_words(looked_through(text)) if line.startswith("  ")] == [
        "  good -> rest from 91d  (f2m2)",
        "  rest  (f2m1, f1m2, f1m1)",
    ]


def test_rules_by_age_alone_have_whole_ways_too() -> None:
    found = looked_through(
        policy("when: {recency: {max: 30d}}", "when: {recency: {max: 60d}}", "when: {frequency: {min: 5}}", scores="")
    )
    assert ways(found) == {("s0", "s1", "s2"), ("s0", "s1", "rest")}
    assert found.cells is None


def test_where_several_ages_count_every_single_move_is_told() -> None:
    found = looked_through(policy("when: {recency: {max: 30d}, tenure: {min: 10d}}", scores=""))
    assert ways(found) == {("s0", "rest"), ("rest", "s0")}
    assert "  rest -> s0 with tenure from 10d" in lint_in_words(found)


def test_who_was_never_engaged_does_not_grow_older_in_it() -> None:
    found = looked_through(policy("when: {engaged: never}", "when: {engaged: {max: 30d}}", more=KINDS, scores=""))
    assert ways(found) == {("s1", "rest")}


def test_where_nothing_ages_time_moves_nobody() -> None:
    found = looked_through(policy("when: {frequency: {min: 2}}", scores=""))
    assert found.decay == []
    assert "time alone moves nobody" in lint_in_words(found)


def test_a_step_up_beside_measures_is_seen_too() -> None:
    found = looked_through(policy("when: {tenure: {max: 30d}, m: {max: 1}}"))
    assert found.warnings == ["a higher m lowers the rank: 1 s0 (1) -> 2 rest (2)"]


def test_a_threshold_that_everyone_reaches_is_odd() -> None:
    (warning,) = looked_through(
        SMALL.replace("at_least: [2]", "at_least: [1]").replace('"222"', '"222", "122"')
    ).warnings
    assert warning == "score f is never 1: everyone reaches its first threshold"
    assert looked_through(SMALL.replace("at_least: [2]", "at_least: [1]") + "window: 1d\n").warnings == []


def test_a_refresh_without_quantiles_is_odd() -> None:
    (warning,) = looked_through(SMALL + "cut_points: {refresh: 7d}\n").warnings
    assert warning == "cut_points does nothing: no score has quantiles"


def test_too_many_kinds_of_customers_are_not_looked_through_and_that_is_told() -> None:
    rules = [
        f"when: {{recency: {{max: {90 - i}d}}, tenure: {{min: {i + 1}d}}, frequency: {{min: {90 - i}}},"
        f" monetary: {{min: {90 - i}}}}}"
        for i in range(20)
    ]
    found = looked_through(policy(*rules, scores=""))
    assert not found.reachable
    assert found.warnings[0].startswith("too many kinds of customers")


def test_a_window_and_a_stay_change_what_the_ways_say() -> None:
    found = looked_through(SMALL + "window: 365d\ndwell: {down: 7d}\n")
    assert [note.split(" ", 1)[0] for note in found.notes] == ["orders", "a"]
    assert "7d" in found.notes[1]


HASTY = "journeys: [{id: j, on: {first_order: true}, stop_on: [link_clicked], steps: [%s]}]\n"


@pytest.mark.parametrize(
    ("steps", "told"),
    [
        ("{alert: look}", "p.yaml:8:12: journeys.0: journey j never waits: all its steps are taken at once"),
        (
            "{branch: {on: link_clicked, within: 1d, then: [{alert: look}]}}",
            "p.yaml:8:12: journeys.0: journey j: nobody comes to step 1.then.1: link_clicked ends the journey",
        ),
    ],
)
def test_a_journey_that_never_waits_and_a_step_that_nobody_comes_to_are_odd(steps: str, told: str) -> None:
    assert looked_through(SMALL + HASTY % steps).warnings == [told]
    assert looked_through(SMALL + HASTY % "{wait: 1d}, {alert: look}").warnings == []
