"""Faults of the connections between workers and broker; new ones are well when a fault has ended."""

from typing import Final

from tests.faults.ground import Ground

TIMES: Final = 5
DELAY_S: Final = 0.05
SLOWLY: Final = 0.05
"""Share of the load that is worked over slow connections."""


def all_connections_are_cut_again_and_again(ground: Ground) -> None:
    for _ in range(TIMES):
        ground.proxy.cut()
        ground.running.wait_moved()


def all_connections_are_slow_for_a_while(ground: Ground) -> None:
    ground.proxy.slow_down(DELAY_S)
    ground.running.wait_until_worked(ground.running.worked() + SLOWLY)
    ground.proxy.slow_down(0)


def all_connections_are_dead_and_nobody_is_told(ground: Ground) -> None:
    ground.proxy.half_open()
