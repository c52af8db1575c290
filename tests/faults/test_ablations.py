"""The programme can fail: workers without one rule of the protocol are found out by the fault that the rule is for."""

from concurrent.futures import Future
from typing import Final, NamedTuple

import pytest

from tests.faults.ablated_worker import command, without_acknowledgements, without_commit_first, without_fencing
from tests.faults.of_rules import (
    a_topic_refuses_for_a_while_what_workers_send,
    a_worker_freezes_in_a_transaction_past_its_session,
    a_worker_is_killed_in_a_transaction,
)
from tests.faults.of_workers import PATIENT
from tests.faults.programme import Site, Trial, try_out
from tests.faults.whole_load import Fold, WholeLoad

pytestmark = [pytest.mark.kafka, pytest.mark.faults, pytest.mark.long_faults]
OPEN_FOR_LONG: Final = {"SEGUE_TRANSACTIONS__TIMEOUT_MS": "60000"}
"""So that the broker does not abort what a frozen worker has open before that wakes up."""
FEW: Final = {"SEGUE_TRANSACTIONS__RECORDS": "40"}
"""Transactions, each of which is slower here."""


class Ablation(NamedTuple):
    """A trial without a rule, and in which places that must show."""

    trial: Trial
    shows: frozenset[str]


ABLATIONS: Final = (
    Ablation(
        Trial(
            a_worker_freezes_in_a_transaction_past_its_session,
            settings=OPEN_FOR_LONG,
            worker=command(without_fencing),
        ),
        frozenset({"transitions", "verify"}),
    ),
    Ablation(
        Trial(
            a_worker_is_killed_in_a_transaction,
            named=("ann",),
            settings=PATIENT | FEW,
            worker=command(without_commit_first),
        ),
        frozenset({"disks"}),
    ),
    Ablation(
        Trial(a_topic_refuses_for_a_while_what_workers_send, worker=command(without_acknowledgements)),
        frozenset({"transitions", "verify"}),
    ),
)


@pytest.mark.parametrize("ablation", ABLATIONS, ids=lambda ablation: ablation.trial.worker[-1])
def test_a_worker_is_found_out(ablation: Ablation, site: Site, load: WholeLoad, folding: Future[Fold]) -> None:
    found = try_out(ablation.trial, site, load, folding)
    assert ablation.shows <= {fault.partition(": ")[0] for fault in found}, "\n".join(found)
