"""How many records may be rejected before a feed counts as broken."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.runtime.broken_feed import BLOCKS, FeedBroken, Rejections, Slice, refuse_broken
from app.settings import DeadLetterSettings

LIMITS = DeadLetterSettings(run=5, share=0.5, over=100)
UNLIMITED = DeadLetterSettings(run=0, share=1.0, over=100)
slices = st.lists(st.builds(Slice, st.integers(0, 30), st.integers(0, 30)), max_size=200)


def counted(*told: Slice, limits: DeadLetterSettings = LIMITS) -> Rejections:
    return Rejections().after(told, limits.over)


def test_a_run_up_to_the_limit_is_sound_and_one_more_is_not() -> None:
    assert counted(*[Slice(0, 1)] * 5).broken(LIMITS) is None
    assert "6 rejected records in a row" in (counted(*[Slice(0, 1)] * 6).broken(LIMITS) or "")


def test_an_accepted_record_ends_the_run() -> None:
    assert counted(Slice(0, 5), Slice(1, 4), Slice(0, 5)).broken(LIMITS) is None


def test_the_share_is_judged_once_enough_records_were_seen() -> None:
    assert counted(Slice(1, 98)).broken(LIMITS) is None
    assert counted(Slice(49, 50), Slice(1, 0)).broken(LIMITS) is None, "a share at the limit is sound"
    assert "51 of the last 100" in (counted(Slice(49, 50), Slice(0, 1)).broken(LIMITS) or "")


def test_old_records_are_forgotten() -> None:
    bad, good = [Slice(1, 4)] * 40, [Slice(5, 0)] * 40
    assert counted(*bad, *good).broken(LIMITS) is None
    assert counted(*good, *bad).broken(LIMITS) is not None


def test_limits_can_be_switched_off() -> None:
    assert counted(*[Slice(0, 1_000)] * 50, limits=UNLIMITED).broken(UNLIMITED) is None


def test_the_refusal_names_partition_setting_and_what_to_do() -> None:
    with pytest.raises(FeedBroken, match=r"partition 3: .*SEGUE_DEAD_LETTERS__RUN=5.*Operator action: .*segue dlq"):
        refuse_broken(counted(Slice(0, 6)), LIMITS, 3)


@given(slices)
def test_counting_is_the_same_however_transactions_cut_the_slices(told: list[Slice]) -> None:
    whole, one_by_one = Rejections().after(told, LIMITS.over), Rejections()
    for each in told:
        one_by_one = one_by_one.after([each], LIMITS.over)
    assert whole == one_by_one


@given(slices)
def test_what_is_remembered_is_the_newest_records_in_few_counts(told: list[Slice]) -> None:
    limits = DeadLetterSettings(over=1_000)
    kept = Rejections().after(told, limits.over)
    total, remembered = sum(each.records for each in told), sum(block.records for block in kept.blocks)
    assert remembered == kept.seen.records
    assert min(total, limits.over) <= remembered <= limits.over + limits.over // BLOCKS + 60
    assert len(kept.blocks) <= 2 * BLOCKS + 3


@given(slices)
def test_nothing_rejected_is_never_broken(told: list[Slice]) -> None:
    assert counted(*(Slice(each.accepted, 0) for each in told)).broken(LIMITS) is None
