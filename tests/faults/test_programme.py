"""One fault at a time, of brokers, workers, lines and disks: what was published and kept is what the load says."""

from collections.abc import Iterator
from concurrent.futures import Future
from pathlib import Path
from typing import Final

import pytest

from tests.brokers.apache import ApacheKafka, free_port
from tests.brokers.cluster import cluster
from tests.brokers.proxy import Proxy
from tests.faults.of_brokers import (
    BRIEFLY_TRANSACTED,
    each_of_three_brokers_is_killed_in_turn,
    the_broker_freezes_past_sessions_and_transactions,
    the_broker_is_killed_and_comes_back,
    the_broker_stays_away_longer_than_every_timeout,
)
from tests.faults.of_lines import (
    all_connections_are_cut_again_and_again,
    all_connections_are_dead_and_nobody_is_told,
    all_connections_are_slow_for_a_while,
)
from tests.faults.of_stores import (
    the_disk_of_a_worker_is_full_for_a_while,
    the_stores_of_a_worker_are_spoiled_in_every_way,
)
from tests.faults.of_workers import (
    ABORTED_FIRST,
    AT_LEISURE,
    PATIENT,
    a_transaction_times_out_under_a_frozen_worker,
    a_worker_freezes_just_after_a_commit,
    a_worker_freezes_just_before_a_commit,
    a_worker_freezes_while_it_opens_its_partitions,
    a_worker_is_killed_whenever_it_opens_its_partitions,
    a_worker_is_killed_while_the_group_rebalances,
    all_but_one_leave_and_three_come,
    every_worker_is_sent_away_and_another_comes,
)
from tests.faults.programme import CUT_OFF, STOOD_STILL, UNREACHABLE, Site, Trial, try_out
from tests.faults.whole_load import Fold, WholeLoad

pytestmark = [pytest.mark.kafka, pytest.mark.faults, pytest.mark.long_faults]
TRIALS: Final = (
    Trial(the_broker_is_killed_and_comes_back, errors=UNREACHABLE + STOOD_STILL),
    Trial(
        the_stores_of_a_worker_are_spoiled_in_every_way,
        workers=("ann", "bob"),
        named=("ann",),
        settings=PATIENT,
        spoils=True,
    ),
    Trial(
        the_broker_stays_away_longer_than_every_timeout, settings=BRIEFLY_TRANSACTED, errors=UNREACHABLE + STOOD_STILL
    ),
    Trial(the_broker_freezes_past_sessions_and_transactions, settings=BRIEFLY_TRANSACTED, errors=UNREACHABLE),
    Trial(every_worker_is_sent_away_and_another_comes, settings=AT_LEISURE),
    Trial(all_but_one_leave_and_three_come),
    Trial(
        a_transaction_times_out_under_a_frozen_worker,
        settings=ABORTED_FIRST,
        proxied=True,
        errors=UNREACHABLE + STOOD_STILL,
    ),
    Trial(a_worker_freezes_just_before_a_commit, proxied=True, errors=UNREACHABLE + STOOD_STILL),
    Trial(a_worker_freezes_just_after_a_commit, proxied=True, errors=UNREACHABLE + STOOD_STILL),
    Trial(a_worker_freezes_while_it_opens_its_partitions, named=("ann",), errors=UNREACHABLE + STOOD_STILL),
    Trial(a_worker_is_killed_whenever_it_opens_its_partitions, named=("ann",)),
    Trial(a_worker_is_killed_while_the_group_rebalances),
    Trial(all_connections_are_cut_again_and_again, proxied=True, errors=UNREACHABLE),
    Trial(all_connections_are_slow_for_a_while, proxied=True, errors=UNREACHABLE),
    Trial(all_connections_are_dead_and_nobody_is_told, proxied=True, errors=UNREACHABLE + CUT_OFF),
    Trial(the_disk_of_a_worker_is_full_for_a_while),
)
LOSING_ONE_OF_THREE: Final = Trial(each_of_three_brokers_is_killed_in_turn, errors=UNREACHABLE)


@pytest.fixture
def three(apache_broker: type[ApacheKafka], tmp_path: Path) -> Iterator[Site]:
    """Three brokers: with copies of everything nothing needs to stand still when one is killed."""
    assert apache_broker, "it can run here"
    with cluster(tmp_path / "brokers") as members, Proxy(free_port(), members[0].port) as proxy:
        yield Site(members[0], proxy, tmp_path / "workers", members)


@pytest.mark.parametrize("trial", TRIALS, ids=lambda trial: trial.name)
def test_nothing_is_lost_and_nothing_is_repeated_when(
    trial: Trial, site: Site, load: WholeLoad, folding: Future[Fold]
) -> None:
    found = try_out(trial, site, load, folding)
    assert not found, "\n".join(found)


def test_nothing_is_lost_and_nothing_is_repeated_when_brokers_of_a_cluster_are_lost(
    three: Site, load: WholeLoad, folding: Future[Fold]
) -> None:
    found = try_out(LOSING_ONE_OF_THREE, three, load, folding)
    assert not found, "\n".join(found)
