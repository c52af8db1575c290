"""Faults of the broker: each begins on workers under load and ends with the broker back."""

from typing import Final

from tests.brokers.cluster import wait_until_led_by_others, wait_whole
from tests.faults.ground import Ground, last

TRANSACTION_S: Final = 3
"""Transaction timeout of the trials whose fault is to be longer."""
BRIEFLY_TRANSACTED: Final = {"SEGUE_TRANSACTIONS__TIMEOUT_MS": str(TRANSACTION_S * 1000)}
AWAY_S: Final = 75
"""Longer than sessions (6 s), than a start of a producer (30 s) and than any request (40 s)."""
FROZEN_S: Final = 20


def the_broker_is_killed_and_comes_back(ground: Ground) -> None:
    ground.running.at_rest(ground.broker.kill)
    ground.broker.start()


def the_broker_stays_away_longer_than_every_timeout(ground: Ground) -> None:
    ground.running.at_rest(ground.broker.stop)
    last(AWAY_S)
    ground.broker.start()


def the_broker_freezes_past_sessions_and_transactions(ground: Ground) -> None:
    ground.broker.freeze()
    last(FROZEN_S)
    ground.broker.thaw()


def each_of_three_brokers_is_killed_in_turn(ground: Ground) -> None:
    """Whoever leads a partition, coordinates a transaction or the group, or is the controller: each is lost once."""
    for broker in ground.cluster:
        broker.kill()
        wait_until_led_by_others(ground.cluster, broker)
        ground.running.wait_moved()
        broker.start()
        wait_whole(ground.cluster)
        ground.running.assert_under_load()
