"""Why a partition opens again in, what an operator does about it out: for errors that do not pass by themselves."""

from collections.abc import Mapping
from typing import Final

from aiokafka.errors import CorruptRecordException, InvalidTransactionTimeout

from app.runtime.failures import Reopening

_ACTIONS: Final[Mapping[str, str]] = {
    InvalidTransactionTimeout.__name__: (
        "Operator action: no producer starts while the brokers' transaction.max.timeout.ms is below "
        "SEGUE_TRANSACTIONS__TIMEOUT_MS; raise the first or lower the second (`segue doctor` tells both)."
    ),
    CorruptRecordException.__name__: (
        "Operator action: what the leader of a partition holds does not fit its checksum; let another copy lead it "
        "(kafka-leader-election.sh) and replace that broker's disk. Where no copy is whole, choose a new SEGUE_APP_ID."
    ),
}
"""By the name of what was raised, which is all that a log may tell of it."""


def advice(reopening: Reopening) -> dict[str, str]:
    """Give the field `action` of a log line; nothing where time may help."""
    name = reopening.error.partition(" ")[0] if reopening.reason == "error" else ""
    return {"action": _ACTIONS[name]} if name in _ACTIONS else {}
