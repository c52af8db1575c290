"""Loads, what is expected of them, and what a comparison finds."""

from collections import Counter

import pytest

from tests.bench.expectation import Transition
from tests.bench.orders import BEGIN, PARTITIONS, partition_of
from tests.bench.peers.load import LEAST, Load, part
from tests.bench.peers.progress import Point, Positions, reached
from tests.bench.peers.verdict import Verdict, compare, oracle

SHOP = Load("shop.", 8_000, 800)
ENTERED: Transition = ("c-1", None, "recent", 1)
ROSE: Transition = ("c-1", "recent", "loyal", 2)
FELL: Transition = ("c-1", "loyal", "at_risk", 3)
WANTED = Counter([ENTERED, ROSE, FELL])


def test_a_load_is_the_same_every_time_and_in_the_order_of_time() -> None:
    placed = list(SHOP.placed())
    assert placed == list(SHOP.placed())
    assert [order.at for order in placed] == sorted(order.at for order in placed)
    assert len(placed) == SHOP.orders
    assert len({order.customer for order in placed}) > 0.99 * SHOP.customers


def test_the_oracle_sees_entries_ways_up_and_ways_down() -> None:
    moves = oracle(SHOP, timers=False)
    assert {origin is None for _, origin, _, _ in moves} == {True, False}
    placed_at = {order.at for order in SHOP.placed()}
    assert any(at not in placed_at for _, _, _, at in moves), "silence moves somebody before the next order"
    fell = [move for move in moves if (move[1], move[2]) in {("champions", "needs_attention"), ("recent", "at_risk")}]
    assert fell, "some customers stay away long enough"
    assert oracle(SHOP, timers=True) >= moves, "a clock only adds moves"


def test_who_orders_once_enters_and_does_nothing_else() -> None:
    people = Load("people.", 5_000, 5_000, once=True)
    for timers in (False, True):
        moves = oracle(people, timers=timers)
        assert moves.total() == people.customers
        assert {origin for _, origin, _, _ in moves} == {None}


def test_a_part_has_as_many_orders_a_customer() -> None:
    small = part(Load("shop.", 500_000, 100_000), 20)
    assert (small.prefix, small.orders, small.customers) == ("shop-20.", 25_000, 5_000)
    assert part(SHOP, 1) == SHOP
    assert part(SHOP, 20).orders == LEAST


def test_probes_ask_every_partition_and_come_after_everything() -> None:
    last = max(order.at for order in SHOP.placed())
    first, second = SHOP.probes(0), SHOP.probes(1)
    assert {partition_of(order.customer) for order in first} == set(range(PARTITIONS))
    assert last < min(order.at for order in first) < min(order.at for order in second)
    assert not {order.customer for order in first} & {order.customer for order in second}


def test_all_told_once_and_in_order_is_right() -> None:
    assert compare(WANTED, [ENTERED, ROSE, FELL]) == Verdict(3, 0, 0, 0)


@pytest.mark.parametrize(
    ("told", "verdict"),
    [
        ([], Verdict(0, 3, 0, 0)),
        ([ENTERED, FELL], Verdict(2, 1, 0, 1)),
        ([ENTERED, ROSE, ROSE, FELL], Verdict(4, 0, 1, 1)),
        ([ENTERED, FELL, ROSE], Verdict(3, 0, 0, 2)),
        ([ENTERED, ROSE, ("c-1", "loyal", "at_risk", 4)], Verdict(3, 1, 1, 0)),
        ([ENTERED, ROSE, FELL, ("c-2", None, "recent", 1)], Verdict(4, 0, 1, 0)),
    ],
)
def test_what_is_wrong_is_counted(told: list[Transition], verdict: Verdict) -> None:
    assert compare(WANTED, told) == verdict


def test_progress_is_what_moves_prove_of_every_partition() -> None:
    placed = list(SHOP.placed())
    of = {partition: [o for o in placed if partition_of(o.customer) == partition] for partition in (0, 1)}
    told = [(2_000, of[0][4].number), (1_000, of[0][1].number), (3_000, of[0][3].number), (4_000, of[1][0].number)]
    curve = Positions(placed).curve(told)
    assert curve == [Point(1.0, 2), Point(2.0, 5), Point(4.0, 6)]
    assert reached(curve, 3) == Point(2.0, 5)
    with pytest.raises(RuntimeError, match="never"):
        reached(curve, 7)


def test_orders_begin_where_the_bench_begins() -> None:
    assert next(SHOP.placed()).at == BEGIN
