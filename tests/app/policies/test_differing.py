"""Two policies in, what is another in words out; what only looks another is none."""

from importlib import resources

import pytest

from app.policies.differing import differences
from app.policies.wording import difference_in_words
from schemas.policy_file import parse_document
from tests.schemas.test_policy_budgets import TEXT
from tests.schemas.test_policy_file import SMALL, seed
from tests.schemas.test_policy_segments import policy


def said(before: str, after: str) -> list[str]:
    """Compare two texts in words."""
    changes = differences(parse_document(before, "a.yaml"), parse_document(after, "b.yaml"))
    return [difference_in_words(change) for change in changes]


@pytest.mark.parametrize("text", [SMALL, TEXT, seed(), policy("when: {recency: {max: 30d}}")])
def test_a_policy_does_not_differ_from_itself(text: str) -> None:
    assert said(text, text) == []


def test_spelling_comments_and_order_of_no_meaning_are_no_difference() -> None:
    before = SMALL + "brink: [14d, 3d]\nengagement: {kinds: [a, b]}\n"
    after = "# new\n" + SMALL.replace("90d", "2160h").replace("100.00", '"100.0"')
    assert said(before, after + "engagement: {kinds: [b, a]}\nbrink: [72h, 14d]\nwindow: lifetime\n") == []
    assert (
        said(SMALL, SMALL.replace("{id: good", "{id: good, rank: 5").replace("{id: rest", "{id: rest, rank: 9")) == []
    )


CHANGES: dict[str, tuple[tuple[str, str], list[str]]] = {
    "ages": (("[90d, 150d]", "[180d, 365d]"), ["recency scores change after: 90d, 150d -> 180d, 365d"]),
    "unit": (("{within:", "{unit: day, within:"), ["scores.recency.unit: new: day"]),
    "quantiles": (
        ("frequency: {quantiles: [33%, 67%], initial: [1, 2]}", "frequency: {at_least: [2, 3]}"),
        [
            "scores.frequency.quantiles: gone: 33%, 67%",
            "scores.frequency.initial: gone: 1, 2",
            "frequency scores change at: new: 2, 3",
        ],
    ),
    "window": (("id: seed", "id: seed\nwindow: 365d"), ["orders count for frequency and monetary: lifetime -> 365d"]),
    "dwell": (("id: seed", "id: seed\ndwell: {down: 7d}"), ["least stay before a move down: 0s -> 7d"]),
    "brink": (("id: seed", "id: seed\nbrink: [3d, 14d]"), ["moves down are announced ahead by: new: 14d, 3d"]),
    "silence": (
        ("id: seed", "id: seed\nsilent_until: 2026-01-01T00:00:00Z"),
        ["nothing is published before: new: 2026-01-01T00:00:00.000Z"],
    ),
    "one cell": (
        ('"133"]', ']}\n  - {id: x, cells: ["133"]'),
        ["segment x: new: rank 5", "cell 133: needs_attention -> x"],
    ),
    "label": (("label: Loyal", "label: Regulars"), ["segment loyal: label: Loyal -> Regulars"]),
    "a limit": (("times: 4", "times: 5"), ["reward review-points: limit.times: 4 -> 5"]),
    "an expiry": ((", expires: 60d", ""), ["reward champion-gift: give.expires: gone: 60d"]),
    "a reward": (
        ("  - {id: welcome, on: {first_order: true}, give: {kind: points, points: 100}}\n", ""),
        ["reward welcome: gone: on.first_order true; give.kind points; give.points 100; clawback never"],
    ),
}


@pytest.mark.parametrize(("change", "words"), CHANGES.values(), ids=CHANGES)
def test_a_difference_is_said(change: tuple[str, str], words: list[str]) -> None:
    assert said(seed(), seed(change)) == words


def test_cells_that_move_are_told_together_and_to_where() -> None:
    moved = seed(('"321", "322", ', ""), ('"312", "313", ', '"312", "313", "321", "322", '))
    assert said(seed(), moved) == ["cells 322, 321: loyal -> recent"]
    assert said(moved, seed()) == ["cells 322, 321: recent -> loyal"]


def test_a_rank_is_told_only_where_someone_passes_another() -> None:
    first = SMALL.replace("{id: good", "{id: good, rank: 2").replace("{id: rest", "{id: rest, rank: 1")
    assert said(SMALL, first) == ["segment good: rank: 1 -> 2", "segment rest: rank: 2 -> 1"]


def test_another_number_of_scores_makes_other_cells() -> None:
    text = SMALL.replace("[90d]", "[90d, 180d]").replace('"222"', '"322"')
    assert said(SMALL, text) == ["recency scores change after: 90d -> 90d, 180d", "number of cells: 8 -> 12"]


def test_rules_by_measures_are_compared_one_by_one() -> None:
    before = policy("when: {recency: {max: 30d}}", "when: {frequency: {min: 2}}")
    assert said(before, before.replace("max: 30d", "max: 60d")) == ["segment s0: when.recency.max: 30d -> 60d"]
    swapped = policy("when: {frequency: {min: 2}}", "when: {recency: {max: 30d}}")
    swapped = swapped.replace("id: s0", "id: s").replace("id: s1", "id: s0").replace("id: s,", "id: s1,")
    assert said(before, swapped) == [
        "segment s0: rank: 1 -> 2",
        "segment s1: rank: 2 -> 1",
        "rules are asked in the order: s0, s1, rest -> s1, s0, rest",
    ]


def test_budgets_and_journeys_are_compared_although_they_do_not_run() -> None:
    after = (
        TEXT.replace("20000.00", "25000").replace("{wait: 14d}", "{wait: 21d}").replace("percent: 10%", "percent: 15%")
    )
    assert said(TEXT, after) == [
        "reward off: give.percent: 10% -> 15%",
        "budget year: amount: 20000 -> 25000",
        "journey back: steps.1.wait: 14d -> 21d",
    ]


def test_the_seed_and_klaviyo_differ_in_ages_shares_and_rewards_and_in_no_cell() -> None:
    klaviyo = (resources.files("schemas") / "packs" / "klaviyo.yaml").read_text("utf-8")
    found = said(seed(), klaviyo)
    assert "recency scores change after: 90d, 150d -> 180d, 365d" in found
    assert not [line for line in found if line.startswith("cell")]
