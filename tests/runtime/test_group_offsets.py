"""When the group is told how far a partition has come."""

from app.runtime.group_offsets import TELL_SECONDS, GroupOffsets

TOPIC = "orders"


def test_what_the_group_has_is_not_told_again() -> None:
    group = GroupOffsets({TOPIC: 5})
    assert not group.trails({TOPIC: 5})
    assert not group.due({TOPIC: 5}, now=1e9)


def test_the_first_news_goes_at_once_and_later_news_wait_for_their_second() -> None:
    group = GroupOffsets({TOPIC: 5})
    assert group.due({TOPIC: 6}, now=100.0)
    group.told({TOPIC: 6}, now=100.0)
    assert not group.due({TOPIC: 7}, now=100.0 + TELL_SECONDS - 0.001)
    assert group.trails({TOPIC: 7}), "a partition that closes now still tells it"
    assert group.due({TOPIC: 7}, now=100.0 + TELL_SECONDS)


def test_a_group_that_trailed_when_the_partition_opened_hears_without_new_records() -> None:
    assert GroupOffsets({TOPIC: 5}).due({TOPIC: 9}, now=0.0)
