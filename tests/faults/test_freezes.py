"""Coordinators die between the chunks of a freeze, workers leave and join: every version is that of a full sort."""

import time
from pathlib import Path
from typing import Final

import pytest

from schemas.control import CutPointsRecord, FreezesRecord, decode_control
from schemas.freezes import decode_chunk
from tests.faults.disks import disk_faults
from tests.faults.fleet import PARTITIONS, Fleet, fleet
from tests.faults.programme import STOOD_STILL
from tests.faults.verdict import log_faults
from tests.kafka.audit import GRACE_MS
from tests.kafka.closing import closed, without_closing
from tests.kafka.feeding import sent
from tests.kafka.reading import Read, read_all, read_now
from tests.kafka.shop import Shop, open_shop
from tests.kafka.simulated import simulated
from tests.kafka.year import shop_year
from tests.kafka.year_policies import DRIFTING

pytestmark = [pytest.mark.kafka, pytest.mark.faults]
LOOK_S: Final = 0.05
SHOWN: Final = 5


def test_cut_points_survive_their_coordinators(apache_kafka: str, tmp_path: Path) -> None:
    shop = open_shop(apache_kafka, PARTITIONS)
    told = list(closed(shop, shop_year()))
    as_of = told[-1].at - GRACE_MS
    policy = tmp_path / "policy.yaml"
    policy.write_text(DRIFTING, "utf-8")
    records = [sent(shop, one) for one in told]
    told_policy = {"SEGUE_POLICY": str(policy)}
    with fleet(shop, tmp_path / "workers", records, ("ann", "bob", "cyd"), settings=told_policy) as running:
        running.wait_until_worked(0.15)
        first = kill_between_chunks(running)
        running.wait_until_worked(0.3)
        running.leave(next(name for name in running.workers))
        running.start("dan")
        running.wait_until_worked(0.4)
        kill_between_chunks(running)
        running.start(first)
    left = left_wrong(running)
    assert not left, "\n".join(left)
    wanted = simulated(tmp_path / "simulated", policy, (one.event for one in told), as_of)
    told_control = control(read_all(shop, shop.topics.control))
    versions = [record for record in told_control if isinstance(record, CutPointsRecord)]
    found = [(one.version, one.frozen_at, one.effective_at, one.frequency, one.monetary) for one in versions]
    expected = [
        (one["version"], one["frozen_at"], one["effective_at"], tuple(one["frequency"]), tuple(one["monetary"]))
        for one in wanted.cut_points
    ]
    assert found[: len(expected)] == expected
    moves = [one.payload for one in without_closing(read_all(shop, shop.topics.transitions))]
    published = {move["transition_id"]: move["sequence"] for move in moves if "transition_id" in move}
    assert published == {move["transition_id"]: move["sequence"] for move in wanted.transitions}


def left_wrong(running: Fleet) -> list[str]:
    """Name what is wrong with what the workers have left on disks and in logs, and held in the end."""
    changelog = read_all(running.shop, running.shop.topics.changelog)
    return [
        *disk_faults(running.disks(), changelog),
        *running.too_much(),
        *log_faults(running.root, STOOD_STILL),
    ]


def kill_between_chunks(running: Fleet) -> str:
    """SIGKILL the coordinator while some partitions have told of a freeze and it has not been decided."""

    def caught() -> str | None:
        name = coordinator(running)
        worker = running.workers[name]
        worker.freeze()
        time.sleep(LOOK_S)  # what it has asked for already may still be committed
        if undecided(running.shop):
            return name
        worker.thaw()
        return None

    name: str = running.wait_for(caught, "a freeze that is not decided", every_s=0.1)  # type: ignore[assignment]  # waits for a name
    running.kill(name)
    return name


def coordinator(running: Fleet) -> str:
    """Name the worker that decides freezes: the last one that has said so."""
    said = {
        name: max((told["timestamp"] for told in worker.told("freezes are decided here")), default="")
        for name, worker in running.workers.items()
    }
    return max(said, key=lambda name: said[name])


def undecided(shop: Shop) -> bool:
    """Look whether some, not all, partitions have closed a freeze that has led to nothing yet.

    Transactions of a coordinator that stands still are open: who waits for their markers sees it sent away.
    """
    told = control(read_now(shop, shop.topics.control))
    decided = max((record.decided for record in told if isinstance(record, FreezesRecord)), default=0)
    chunks = [decode_chunk(one.value or b"") for one in read_now(shop, shop.topics.freezes)]
    closed_by = {chunk.partition for chunk in chunks if chunk.at > decided and chunk.last}
    return 0 < len(closed_by) < PARTITIONS


def control(records: list[Read]) -> list[object]:
    return [decode_control(one.key, one.value) for one in records]
