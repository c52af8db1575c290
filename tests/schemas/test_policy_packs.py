"""The shipped packs: every cell of each, and the tables of those whose groups they are."""

from collections.abc import Iterator
from importlib import resources
from itertools import product
from pathlib import Path

import pytest

from schemas.policy import Policy
from schemas.policy_file import load_policy
from tests.builders import DAY

GOLDEN = Path(__file__).parent / "golden"
PACKS = {"seed": 27, "klaviyo": 27, "shopify11": 125, "braze10": 64}


def shipped() -> Iterator[str]:
    for file in (resources.files("schemas") / "packs").iterdir():
        yield file.name.removesuffix(".yaml")


def golden(pack: str) -> dict[str, str]:
    return dict(line.split() for line in (GOLDEN / f"{pack}_cells.txt").read_text("utf-8").splitlines())


def placed(policy: Policy, cell: str) -> str:
    """Ask the rules one after the other, as they are compiled."""
    scores = dict(zip("rfm", map(int, cell), strict=True))
    for rule in policy.rules:
        if rule.cells is not None:
            matches = cell in rule.cells
        elif rule.when is not None:
            matches = all(
                (bounds.low or 1) <= scores[measure] <= (bounds.high or 9)
                for measure, bounds in rule.when.ranges.items()
            )
        else:
            matches = True
        if matches:
            return rule.segment
    raise AssertionError(cell)


def test_every_pack_has_a_golden_map() -> None:
    assert set(shipped()) == set(PACKS)


@pytest.mark.parametrize("pack", PACKS)
def test_a_pack_places_every_cell_as_its_golden_map(pack: str) -> None:
    policy, cells = load_policy(pack), golden(pack)
    assert len(cells) == PACKS[pack]
    assert {cell: placed(policy, cell) for cell in cells} == cells


@pytest.mark.parametrize("pack", PACKS)
def test_a_pack_is_named_as_its_file_and_runs_as_it_is(pack: str) -> None:
    policy = load_policy(pack)
    assert policy.id == pack
    assert {segment.rank for segment in policy.segments} == set(range(1, len(policy.segments) + 1))


def test_klaviyo_has_the_cells_of_the_seed_and_ages_of_180_and_365_days() -> None:
    policy = load_policy("klaviyo")
    assert golden("klaviyo") == golden("seed")
    assert policy.recency is not None
    assert policy.recency.bounds == (180 * DAY, 365 * DAY)
    assert policy.refresh.min_customers == 500


def test_shopify_groups_by_recency_and_the_mean_of_the_others() -> None:
    grid = {
        5: ("new", "active", "active", "champions", "champions"),
        4: ("promising", "active", "active", "loyal", "loyal"),
        3: ("almost_lost", "almost_lost", "needs_attention", "loyal", "loyal"),
        2: ("dormant", "dormant", "at_risk", "at_risk", "previously_loyal"),
        1: ("dormant", "dormant", "at_risk", "at_risk", "previously_loyal"),
    }
    fives = range(1, 6)
    assert golden("shopify11") == {
        f"{r}{f}{m}": grid[r][(f + m + 1) // 2 - 1] for r, f, m in product(fives, fives, fives)
    }


def test_shopify_calls_who_has_not_ordered_a_prospect() -> None:
    policy = load_policy("shopify11")
    assert (policy.no_orders, len(policy.segments)) == ("prospects", 11)
    assert "prospects" not in {rule.segment for rule in policy.rules}
    assert policy.recency is not None
    assert policy.recency.quantiles is not None


def test_braze_takes_the_first_group_whose_ranges_fit() -> None:
    table = (  # as published: scores from 0 to 3
        ("champions", (3, 3), (2, 3), (2, 3)),
        ("loyal_users", (2, 3), (2, 3), (1, 3)),
        ("potential_loyalists", (3, 3), (1, 3), (1, 3)),
        ("promising", (3, 3), (0, 3), (1, 3)),
        ("new_customer", (3, 3), (0, 3), (0, 3)),
        ("needing_attention", (2, 3), (0, 3), (0, 3)),
        ("cannot_lose_them", (0, 1), (2, 3), (2, 3)),
        ("at_risk", (0, 1), (1, 3), (1, 3)),
        ("about_to_sleep", (1, 1), (0, 3), (0, 3)),
        ("hibernating", (0, 0), (0, 2), (0, 3)),
    )
    cells = golden("braze10")
    for scores in product(range(4), range(4), range(4)):
        fitting = [
            group for group, *ranges in table if all(a <= x <= b for x, (a, b) in zip(scores, ranges, strict=True))
        ]
        name = "".join(str(score + 1) for score in scores)
        assert cells[name] == (fitting[0] if fitting else "hibernating")
