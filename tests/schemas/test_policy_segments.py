"""Segments by measures: what the language says, what it refuses, and that nobody refused could have been reached."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.policy import Policy, SegmentRule
from schemas.policy_file import PolicyError, parse_policy
from schemas.segment_space import Space
from schemas.when import Measure, Range, When
from tests.builders import DAY
from tests.schemas.test_policy_file import mistakes

HEAD = "version: 1\nid: small\ncurrency: GBP\n"
SCORES = "scores: {recency: {within: [90d]}, frequency: {at_least: [2, 3]}, monetary: {at_least: [100.00]}}\n"
KINDS = "engagement: {kinds: [site_visited]}\n"


def policy(*rules: str, more: str = "", scores: str = SCORES) -> str:
    """Write a policy with these rules by measures, and one for whoever is left."""
    segments = "".join(f"  - {{id: s{index}, {rule}}}\n" for index, rule in enumerate(rules))
    return f"{HEAD}{scores}{more}segments:\n{segments}  - {{id: rest, otherwise: true}}\n"


def when(text: str, more: str = "") -> When:
    rule = parse_policy(policy(f"when: {{{text}}}", more=more), "p.yaml").rules[0]
    assert rule.when is not None
    return rule.when


def test_a_rule_may_ask_for_every_measure_and_score() -> None:
    text = (
        "recency: {max: 365d}, tenure: {min: 1d, max: 365d1ms}, frequency: {min: 2}, monetary: {min: 0.29, max: 5}, "
        "average_order_value: {min: 100.00}, engaged: {max: 30d}, r: {min: 2}, f: {max: 2}, m: {min: 1, max: 2}"
    )
    assert when(text, KINDS) == When(
        {
            "recency": Range(None, 365 * DAY),
            "tenure": Range(DAY, 365 * DAY + 1),
            "frequency": Range(2),
            "monetary": Range(29, 500),
            "average_order_value": Range(10_000),
            "engaged": Range(None, 30 * DAY),
            "r": Range(2),
            "f": Range(None, 2),
            "m": Range(1, 2),
        }
    )


def test_never_engaged_is_a_condition_of_its_own() -> None:
    assert when("engaged: never, recency: {min: 1d}", KINDS) == When({"recency": Range(DAY)}, never_engaged=True)


def test_each_score_is_optional_and_cells_have_the_digits_of_those_there_are() -> None:
    by_two = parse_policy(
        HEAD
        + "scores: {recency: {within: [90d]}, monetary: {at_least: [5]}}\n"
        + "segments: [{id: a, cells: ['22', '21']}, {id: b, cells: ['12', '11']}]\n",
        "p.yaml",
    )
    assert by_two.frequency is None
    assert by_two.rules[0] == SegmentRule("a", cells=frozenset({"22", "21"}))
    bare = parse_policy(policy("when: {frequency: {min: 2}}", scores=""), "p.yaml")
    assert (bare.recency, bare.frequency, bare.monetary) == (None, None, None)


def test_the_segment_without_orders_may_do_without_a_rule() -> None:
    text = policy("cells: ['222']", more="no_orders: prospects\n")
    compiled = parse_policy(text + "  - {id: prospects, label: Prospects}\n", "p.yaml")
    assert compiled.no_orders == "prospects"
    assert [rule.segment for rule in compiled.rules] == ["s0", "rest"]
    assert [(segment.id, segment.rank) for segment in compiled.segments][-1] == ("prospects", 3)
    assert parse_policy(policy("cells: ['222']", more="no_orders: rest\n"), "p.yaml").no_orders == "rest"


MISTAKES: dict[str, tuple[str, str]] = {
    "nothing asked": (policy("when: {}"), "segments.0.when: give at least one measure or score"),
    "no bound": (policy("when: {recency: {}}"), "segments.0.when.recency: give min, max or both"),
    "upside down": (policy("when: {tenure: {min: 2d, max: 1d}}"), "segments.0.when.tenure: min is above max"),
    "half an order": (
        policy("when: {frequency: {min: 1.5}}"),
        "segments.0.when.frequency.min: Input should be a valid",
    ),
    "half a penny": (policy("when: {monetary: {min: 1.005}}"), "segments.0.when.monetary.min: an amount has at most 2"),
    "half a penny each": (
        policy("when: {average_order_value: {max: 0.001}}"),
        "segments.0.when.average_order_value.max: an amount has at most 2 decimals",
    ),
    "an age in days": (policy("when: {recency: {max: 90}}"), "segments.0.when.recency.max: a duration is written"),
    "a score too high": (policy("when: {r: {min: 3}}"), "segments.0.when.r.min: r goes from 1 to 2"),
    "a score of 0": (
        policy("when: {f: {max: 0}}"),
        "segments.0.when.f.max: Input should be greater than or equal to 1",
    ),
    "no such score": (policy("when: {m: {min: 1}}", scores=""), "segments.0.when.m: there is no score m"),
    "no such measure": (policy("when: {weather: {min: 1}}"), "segments.0.when.weather: Extra inputs"),
    "engaged in nothing": (policy("when: {engaged: never}"), "segments.0.when.engaged: engagement.kinds names nothing"),
    "engaged now and then": (policy("when: {engaged: rarely}", more=KINDS), "segments.0.when.engaged: "),
    "cells of nothing": (policy("cells: ['222']", scores=""), "segments.0.cells: without scores there are no cells"),
    "too many digits": (policy("cells: ['2222']"), "segments.0.cells: there is no cell '2222'"),
    "nobody is left over": (
        policy("when: {r: {min: 2}}").replace(", otherwise: true", ", when: {r: {max: 1}}"),
        "segments: not everyone has a segment: the last rule must be otherwise: true",
    ),
    "only who did not order": (
        f"{HEAD}no_orders: a\nsegments: [{{id: a}}]\n",
        "segments: not everyone has a segment",
    ),
    "no rule": (policy("label: Nobody"), "segments.0: give exactly one of cells, when, otherwise"),
    "no such segment": (policy("cells: ['222']", more="no_orders: none\n"), "no_orders: there is no segment none"),
    "wide": (
        HEAD
        + "scores: {recency: {within: [1d, 2d, 3d, 4d]}, frequency: {at_least: [2, 3, 4, 5]}}\n"
        + "segments: [{id: a, cells: ['11']}]\n",
        "and 4 more",
    ),
}


@pytest.mark.parametrize(("text", "told"), MISTAKES.values(), ids=MISTAKES)
def test_a_mistake_is_told(text: str, told: str) -> None:
    found = mistakes(text)
    assert [line for line in found if told in line], found


UNREACHABLE: dict[str, tuple[str, ...]] = {
    "newer than the oldest order": ("when: {recency: {min: 10d}, tenure: {max: 9d}}",),
    "no order in a lifetime": ("when: {frequency: {max: 0}}",),
    "a good score at a great age": ("when: {r: {min: 2}, recency: {min: 91d}}",),
    "a high score of few orders": ("when: {f: {min: 3}, frequency: {max: 2}}",),
    "a low score of much money": ("when: {m: {max: 1}, monetary: {min: 100.00}}",),
    "shadowed": ("when: {recency: {max: 30d}}", "when: {recency: {max: 20d}, frequency: {min: 2}}"),
    "shadowed by two": ("when: {recency: {max: 30d}}", "when: {recency: {min: 30d}}", "when: {f: {min: 2}}"),
    "shadowed by cells": (
        "cells: ['211', '212', '221', '222', '231', '232']",
        "when: {recency: {max: 90d}}",
    ),
    "cells behind measures": ("when: {recency: {max: 90d}}", "cells: ['211']"),
}


@pytest.mark.parametrize("rules", UNREACHABLE.values(), ids=UNREACHABLE)
def test_a_rule_that_nobody_can_match_is_refused(rules: tuple[str, ...]) -> None:
    place = len(rules) - 1
    assert f"segments.{place}: s{place} can never be reached" in "\n".join(mistakes(policy(*rules)))


def test_nobody_is_left_for_the_last_rule() -> None:
    (line,) = mistakes(policy("when: {recency: {max: 30d}}", "when: {recency: {min: 20d}}"))
    assert line.endswith("segments.2: rest can never be reached")


def test_in_a_window_there_may_be_no_order_left() -> None:
    window = "window: 365d\n"
    assert parse_policy(policy("when: {frequency: {max: 0}}", more=window), "p.yaml").window_ms == 365 * DAY
    for nobody in (
        "when: {frequency: {max: 0}, recency: {max: 365d}}",
        "when: {frequency: {min: 1}, recency: {min: 366d}}",
        "when: {frequency: {max: 0}, monetary: {min: 1}}",
        "when: {frequency: {max: 0}, average_order_value: {max: 1}}",
    ):
        (line,) = mistakes(policy(nobody, more=window))
        assert line.endswith("s0 can never be reached"), nobody


def test_a_score_by_quantiles_may_stand_beside_any_age() -> None:
    scores = "scores: {recency: {quantiles: [50%], initial: [90d]}}\n"
    assert parse_policy(policy("when: {r: {min: 2}, recency: {min: 91d}}", scores=scores), "p.yaml").rules


ages = st.sampled_from([None, 0, 1, 2, 3])
ranges = st.tuples(ages, ages).filter(lambda ends: ends != (None, None))
conditions = st.dictionaries(
    st.sampled_from(["recency", "tenure", "frequency", "monetary", "r", "f"]), ranges, min_size=1, max_size=3
)


def written(conditions: dict[str, tuple[int | None, int | None]]) -> str:
    """Write ages in days, and everything else as it is."""
    parts = []
    for measure, ends in conditions.items():
        unit = "d" if measure in {"recency", "tenure"} else ""
        bounds = [f"{key}: {end}{unit}" for key, end in zip(("min", "max"), ends, strict=True) if end is not None]
        parts.append(f"{measure}: {{{', '.join(bounds)}}}")
    return f"when: {{{', '.join(parts)}}}"


def first(policy: Policy, customer: dict[Measure, int]) -> str:
    def holds(rule: SegmentRule) -> bool:
        if rule.when is None:
            return True
        return all(
            (bounds.low is None or bounds.low <= customer[measure])
            and (bounds.high is None or customer[measure] <= bounds.high)
            for measure, bounds in rule.when.ranges.items()
        )

    return next(rule.segment for rule in policy.rules if holds(rule))


@settings(max_examples=40)
@given(st.lists(conditions, min_size=1, max_size=4))
def test_every_customer_is_one_of_those_that_the_rules_tell_apart(
    rules: list[dict[str, tuple[int | None, int | None]]],
) -> None:
    scores = "scores: {recency: {within: [1d]}, frequency: {quantiles: [50%], initial: [2]}}\n"
    try:
        policy_ = parse_policy(policy(*map(written, rules), scores=scores), "p.yaml")
    except PolicyError:
        return
    reached = {case.segment for case in Space(policy_).cases()}
    assert reached == {rule.segment for rule in policy_.rules}
    for recency in (0, DAY // 2, DAY, DAY + 1, 3 * DAY, 9 * DAY):
        for tenure in (recency, recency + DAY, 9 * DAY):
            for frequency in (1, 2, 3, 4):
                customer: dict[Measure, int] = {"recency": recency, "tenure": tenure, "frequency": frequency}
                customer |= {"monetary": 100 * frequency, "r": 2 if recency <= DAY else 1, "f": 1 + (frequency > 2)}
                assert first(policy_, customer) in reached
