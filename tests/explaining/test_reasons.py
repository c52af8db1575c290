"""A customer and a policy in; which bounds made her scores and which rule her segment, in words, out."""

import pytest

from schemas.policy import Policy
from tests.builders import DAY, T0
from tests.explaining.stage import explained, part, policy_of
from tests.oracle.events import engaged, order
from tests.oracle.orders import Event

REST = "segments: [{id: all, label: All, otherwise: true}]\n"
AT_LEAST = policy_of(f"scores: {{frequency: {{at_least: [2, 4]}}, monetary: {{at_least: [10.50]}}}}\n{REST}")
AGES = policy_of(f"scores: {{recency: {{within: [30d, 60d]}}}}\n{REST}")
DAYS = policy_of(f"scores: {{recency: {{within: [30d, 60d], unit: day}}}}\n{REST}")


def orders(*amounts: int) -> list[Event]:
    return [order(str(number), T0, amount) for number, amount in enumerate(amounts)]


@pytest.mark.parametrize(
    ("amounts", "frequency", "monetary"),
    [
        ((1_000,), "frequency 1 is below 2, so f = 1 of 3", "monetary 10.00 GBP is below 10.50 GBP, so m = 1 of 2"),
        (
            (525, 525),
            "frequency 2 is at least 2 but below 4, so f = 2 of 3",
            "monetary 10.50 GBP is at least 10.50 GBP, so m = 2 of 2",
        ),
        (
            (1, 1, 1, 1),
            "frequency 4 is at least 4, so f = 3 of 3",
            "monetary 0.04 GBP is below 10.50 GBP, so m = 1 of 2",
        ),
    ],
)
def test_a_threshold_is_passed_by_reaching_it(amounts: tuple[int, ...], frequency: str, monetary: str) -> None:
    assert part(explained(orders(*amounts), T0, AT_LEAST), "Measures and scores")[2:] == [frequency, monetary]


@pytest.mark.parametrize(
    ("policy", "age", "words"),
    [
        (AGES, 0, "recency 0s is within 30d, so r = 3 of 3"),
        (AGES, 30 * DAY, "recency 30d is within 30d, so r = 3 of 3"),
        (AGES, 30 * DAY + 1, "recency 30d1ms is over 30d but within 60d, so r = 2 of 3"),
        (AGES, 45 * DAY + 5_400_000, "recency 45d1h is over 30d but within 60d, so r = 2 of 3"),
        (AGES, 61 * DAY, "recency 61d is over 60d, so r = 1 of 3"),
        (DAYS, 31 * DAY - 1, "recency 30d in whole days is within 30d, so r = 3 of 3"),
        (DAYS, 31 * DAY, "recency 31d in whole days is over 30d but within 60d, so r = 2 of 3"),
    ],
)
def test_an_age_at_its_bound_keeps_the_better_score(policy: Policy, age: int, words: str) -> None:
    assert part(explained(orders(1), T0 + age, policy), "Measures and scores")[-1] == words


BY_MEASURES = policy_of("""
scores: {frequency: {at_least: [2]}}
segments:
  - {id: worthy, label: Worthy, when: {average_order_value: {min: 50.00}, tenure: {min: 10d, max: 20d}}}
  - {id: awake, label: Awake, when: {engaged: {max: 7d}, f: {max: 1}, monetary: {max: 9.99}}}
  - {id: silent, label: Silent, when: {engaged: never}}
  - {id: rest, label: Rest, otherwise: true}
engagement: {kinds: [site_visited]}
""")
VISIT = engaged("e", T0 + 5 * DAY, "site_visited")


@pytest.mark.parametrize(
    ("events", "heading", "words"),
    [
        (
            [*orders(4_000, 8_000), VISIT],
            "Segment: Worthy (rank 1)",
            [
                "Worthy is the first that matches",
                "tenure 10d: asked for at least 10d and at most 20d",
                "average order value 60.00 GBP: asked for at least 50.00 GBP",
            ],
        ),
        (
            [*orders(999), VISIT],
            "Segment: Awake (rank 2)",
            [
                "Awake is the first that matches: not Worthy",
                "last engagement 5d ago: asked for at most 7d",
                "monetary 9.99 GBP: asked for at most 9.99 GBP",
                "f 1: asked for at most 1",
            ],
        ),
        (
            orders(999),
            "Segment: Silent (rank 3)",
            ["Silent is the first that matches: not Worthy, Awake", "never engaged, as asked for"],
        ),
        (
            [*orders(1_000), VISIT],
            "Segment: Rest (rank 4)",
            ["Rest takes who is left: not Worthy, Awake, Silent"],
        ),
    ],
)
def test_each_condition_is_told_with_her_value(events: list[Event], heading: str, words: list[str]) -> None:
    found = part(explained(events, T0 + 10 * DAY, BY_MEASURES), heading)
    assert sorted(found) == sorted(words)
    assert found[0] == words[0]


def test_who_has_no_order_is_where_the_policy_says() -> None:
    policy = policy_of(
        "no_orders: guests\nengagement: {kinds: [site_visited]}\n" + REST.replace("]", ", {id: guests}]")
    )
    assert part(explained([VISIT], T0 + 5 * DAY, policy), "Segment: guests (rank 2)") == [
        "no order that counts: the policy places such customers in guests"
    ]
