"""Slices of a budget: never overspent, whatever is lost, repeated or late; all that can be paid is; all comes back."""

from collections.abc import Callable
from typing import Final

from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.budgets import Budget
from tests.control.purses import NAME, Drawing

COSTS: Final = (5, 8, 12)
PARTITIONS: Final = 4
Step = Callable[[Drawing], None]


def budget(limit: int, costs: tuple[int, ...] = COSTS) -> Budget:
    return Budget(id=NAME, limit=limit, unit="minor", until=None, costs=costs)


numbers = st.integers(0, PARTITIONS - 1)
costs = st.sampled_from(COSTS)
STEPS: st.SearchStrategy[Step] = st.one_of(
    st.builds(lambda n, cost: lambda shop: shop.occasion(n, cost), numbers, costs),
    st.builds(lambda n, cost: lambda shop: shop.occasion(n, cost, fails=True), numbers, costs),
    st.builds(lambda n: lambda shop: shop.look_again(n), numbers),
    st.builds(lambda n: lambda shop: shop.read(n), numbers),
    st.builds(lambda n: lambda shop: shop.take_back(n), numbers),
    st.just(lambda shop: shop.grant()),
    st.builds(lambda upto: lambda shop: shop.grant(upto), st.integers(0, 30)),
)


def hold(shop: Drawing) -> None:
    """State what is always true."""
    assert shop.spent <= shop.budget.limit
    assert shop.spent == sum(sum(partition.paid) for partition in shop.partitions)
    for number, partition in enumerate(shop.partitions):
        account, granted = partition.account, shop.records[-1].granted[number] if shop.records else 0
        assert account is None or account.spent + account.returned <= granted
        assert account is None or account.needed == sum(partition.waiting)
    if shop.records:
        assert shop.outstanding + shop.spent <= shop.budget.limit


def settle(shop: Drawing) -> None:
    """Let everybody hear of everything, again and again, until nothing changes."""
    for _ in range(60):
        before = len(shop.log), len(shop.records)
        for number in range(PARTITIONS):
            shop.read(number)
            shop.look_again(number)
            hold(shop)
        shop.grant()
        hold(shop)
        if (len(shop.log), len(shop.records)) == before:
            return
    raise AssertionError("it never comes to rest")


@settings(max_examples=150)
@given(st.integers(12, 150), st.lists(STEPS, max_size=60))
def test_never_is_more_spent_than_there_is_and_what_can_be_paid_is(limit: int, steps: list[Step]) -> None:
    shop = Drawing(budget(limit), PARTITIONS)
    for step in steps:
        step(shop)
        hold(shop)
    settle(shop)
    assert not any(partition.waiting for partition in shop.partitions), "every occasion is paid or refused"
    before = shop.spent
    for number in range(PARTITIONS):
        shop.occasion(number, min(COSTS))
    settle(shop)
    possible = min(PARTITIONS * min(COSTS), (limit - before) // min(COSTS) * min(COSTS))
    assert shop.spent == before + possible, "what is left is of use, wherever it was"


@settings(max_examples=50)
@given(st.integers(12, 150), st.lists(STEPS, max_size=40))
def test_slices_come_back_when_the_budget_is_over(limit: int, steps: list[Step]) -> None:
    shop = Drawing(budget(limit), PARTITIONS)
    for step in steps:
        step(shop)
    shop.over = True
    settle(shop)
    assert shop.outstanding == 0


def test_what_waits_when_the_budget_is_over_is_paid_from_what_others_hold_too_little_of() -> None:
    shop = Drawing(budget(13), PARTITIONS)
    shop.look_again(1)
    shop.grant()
    for number, cost in ((0, 5), (1, 5), (1, 8)):
        shop.occasion(number, cost)
    shop.over = True
    settle(shop)
    assert not any(partition.waiting for partition in shop.partitions)
    assert shop.outstanding == 0


def test_slices_are_few_while_there_is_plenty() -> None:
    shop = Drawing(budget(1_000_000, (1,)), PARTITIONS)
    for n in range(400):
        shop.occasion(n % PARTITIONS, 1)
        shop.grant()
        shop.read(n % PARTITIONS)
    assert len(shop.records) < 20
    assert shop.spent >= 396, "only what came before the first slice waits"


def test_the_breaker_opens_when_nothing_can_be_paid_and_closes_when_something_can() -> None:
    shop = Drawing(budget(12), PARTITIONS)
    shop.read(0)
    shop.grant()
    shop.read(0)
    shop.occasion(0, 12)
    shop.grant()
    assert shop.records[-1].broken
    shop.read(1)
    shop.occasion(1, 5)
    assert shop.partitions[1].refused == [5], "who knows that it is open does not even ask"
    shop.take_back(0)
    shop.grant()
    assert not shop.records[-1].broken
