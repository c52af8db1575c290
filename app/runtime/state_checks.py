"""What a partition's state was built by, and by whom, in; a refusal with an instruction, if that is not us, out."""

from collections.abc import Collection
from pathlib import Path
from typing import Final

from aiokafka import TopicPartition

from app.runtime.errors import StateRefused
from schemas.instants import rfc3339
from schemas.rows import LAYOUT, IdentityRow, ProgressRow
from tables.codec import decode_identity, decode_sweep, encode
from tables.keys import IDENTITY, PROGRESS, SWEEP
from tables.partition_table import PartitionTable

OTHER_ROWS: Final = (
    "the state holds rows of another version of Segue. Operator action: run the version that wrote them, or choose a "
    "new SEGUE_APP_ID to build the state again from the topics."
)
LOST_ROWS: Final = (
    "Without them order ids and paid occasions are forgotten, and would count again. Operator action: stop all "
    "workers; let `segue topics apply` set cleanup.policy to compact; put the data directory back that had this "
    "partition last, or, where there is none, choose a new SEGUE_APP_ID to build the state again from the topics."
)


def check_turns(table: PartitionTable, turns: Collection[int]) -> None:
    """Refuse a control topic that has not what the state has been judged by."""
    stored = table.get(SWEEP)
    at = decode_sweep(stored).at if stored is not None else 0
    if at and at not in turns:
        raise StateRefused(
            f"the state has been judged by what came into force at {rfc3339(at)}, which the control topic does not "
            "have any more. Operator action: restore the control topic, or choose a new SEGUE_APP_ID to build the "
            "state again from the topics."
        )


def check_layout(progress: ProgressRow) -> None:
    """Refuse rows that a later version may have written: what is new in them would be lost with the next order."""
    if progress.layout > LAYOUT:
        raise StateRefused(
            f"the rows of the state have layout {progress.layout}, this version of Segue writes {LAYOUT}: it would "
            "drop what is new in them. Operator action: run the version that wrote them, or a later one, here too; to "
            "go back, choose a new SEGUE_APP_ID to build the state again from the topics."
        )


def check_grown(changelog: TopicPartition, held: int, begins: int, reached: int) -> None:
    """Refuse a changelog whose next rows stand where older ones have stood: it is another one under the same name.

    `held` is the position of the rows that are in hand, `begins` and `reached` are what was just acknowledged.
    """
    if begins < held:
        raise shorter(changelog, held, reached)


def shorter(changelog: TopicPartition, position: int, end: int) -> StateRefused:
    """Say that a changelog has not the rows that this worker has of it."""
    return StateRefused(
        f"{changelog.topic}[{changelog.partition}] ends at {end}, the local store is at {position}: the changelog "
        "was deleted or created again. Operator action: stop all workers; if the changelog is right, delete the "
        "data directory; if it is lost, choose a new SEGUE_APP_ID to build the state again from the topics."
    )


def immovable(database: Path, error: OSError) -> StateRefused:
    """Say that local state which must not be used any more cannot be moved out of the way."""
    return StateRefused(
        f"the local store {database} must not be used any more and cannot be moved aside: {error.strerror}. Operator "
        "action: let the worker's user write to that directory, or delete the store while the worker is stopped: it is "
        "restored from the changelog."
    )


def check_begins(changelog: TopicPartition, begins: int, position: int) -> None:
    """Refuse a changelog that begins behind the rows that a store has of it.

    Compaction leaves a log's beginning where it is: what moves it is retention, or whoever deletes records.
    """
    if position < begins:
        raise StateRefused(
            f"{changelog.topic}[{changelog.partition}] begins at {begins}, the local store is at {position}: rows "
            f"between them were deleted, by retention or by hand. {LOST_ROWS}"
        )


def check_identity(table: PartitionTable, expected: IdentityRow) -> None:
    """Refuse state that is not ours, or has lost whose it is; a table without rows is new."""
    stored = table.get(IDENTITY)
    if stored is not None:
        check_stored_identity(stored, expected)
    elif table.get(PROGRESS) is not None:
        raise StateRefused(f"the state has no identity, which its first transaction wrote: rows are lost. {LOST_ROWS}")


def check_stored_identity(stored: bytes, expected: IdentityRow) -> None:
    """Refuse the identity row of another deployment, policy, secret or version; StateRefused says which."""
    if stored == encode(expected):
        return
    found = decode_identity(stored)
    if found.rows != expected.rows:
        raise StateRefused(OTHER_ROWS)
    if found.policy != expected.policy:
        raise StateRefused(
            "the state was built by another policy. Operator action: give the policy that built it, or choose a "
            "new SEGUE_APP_ID to build the state again from the topics."
        )
    if found.secret != expected.secret:
        raise StateRefused(
            "the state marks erased customers under another secret. Operator action: give the SEGUE_ERASURE_SECRET "
            "(and SEGUE_APP_ID) with which it was built: under another one, who was erased would come back."
        )
    raise StateRefused(
        f"the changelog belongs to {found.app} with {found.partitions} partitions, of which it is number "
        f"{found.partition}. Operator action: keep SEGUE_APP_ID and the number of partitions as they were, or choose a "
        "new SEGUE_APP_ID."
    )
