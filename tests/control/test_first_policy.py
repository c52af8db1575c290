"""The first policy of a deployment, and workers that were told of another."""

import asyncio
from pathlib import Path

import pytest

from app.control.first_policy import PolicyRefused, ensure_policy
from app.control.reader import ControlReader
from app.settings import Settings
from schemas.control import PolicyRecord
from schemas.policy_file import load_policy
from tests.control.records import SEED_TEXT, policy
from tests.control.writing import control, published, write
from tests.kafka.shop import Shop
from tests.kafka.worker_process import WorkerProcess

pytestmark = pytest.mark.kafka


@pytest.fixture
def slower(tmp_path: Path) -> str:
    file = tmp_path / "slower.yaml"
    file.write_text(SEED_TEXT.replace("90d", "91d"))
    return str(file)


async def ensured(settings: Settings, policy: str | None = None) -> ControlReader:
    """Start as a worker does that is told of a policy, or of none."""
    told = settings.model_copy(update={"policy": policy})
    reader = ControlReader(told)
    reader.start()
    try:
        await asyncio.wait_for(ensure_policy(told, reader, load_policy(told.first_policy)), 60)
    finally:
        await reader.stop()
    return reader


async def test_the_first_worker_publishes_its_policy_and_the_next_takes_it(
    shop: Shop, settings: Settings, slower: str
) -> None:
    await ensured(settings, slower)
    (first,) = published(shop)
    assert first == policy(1, 0, document=SEED_TEXT.replace("90d", "91d"))
    assert (await ensured(settings)).view.policies == (first,)
    await ensured(settings, slower)
    assert published(shop) == [first]


async def test_a_new_deployment_without_a_policy_begins_with_the_pack_seed(shop: Shop, settings: Settings) -> None:
    await ensured(settings)
    assert published(shop) == [policy(1, 0)]


async def test_a_worker_with_another_policy_is_refused_with_what_to_do(settings: Settings, slower: str) -> None:
    await ensured(settings)
    with pytest.raises(PolicyRefused, match=r"slower\.yaml .*newest is number 1 \(id seed.*segue policy promote"):
        await ensured(settings, slower)


async def test_a_worker_with_a_policy_that_was_in_force_before_is_not_refused(shop: Shop, settings: Settings) -> None:
    write(shop, shop.topics.control, control(policy(1, 0), policy(2, 10, document=SEED_TEXT + "\n")))
    assert len((await ensured(settings, "seed")).view.policies) == 2


async def test_of_workers_that_start_at_once_one_publishes(shop: Shop, settings: Settings) -> None:
    await asyncio.gather(*(ensured(settings) for _ in range(3)))
    assert published(shop) == [policy(1, 0)]


def test_the_second_of_two_workers_with_different_policies_ends_and_the_first_goes_on(
    shop: Shop, slower: str, tmp_path: Path
) -> None:
    with WorkerProcess(shop, tmp_path / "first", {"SEGUE_POLICY": "seed"}) as first:
        first.wait_ready()
        assert first.metric("segue_policy_info", policy="seed") == 1
        assert first.metric("segue_cut_points_initial") == 1
        assert first.metric("segue_cut_points_version") == 0
        with WorkerProcess(shop, tmp_path / "second", {"SEGUE_POLICY": slower}) as second:
            assert second.wait_ended() == 1
            (line,) = [line for line in second.log.splitlines() if line.startswith("error: ")]
            assert "segue policy promote" in line
        with WorkerProcess(shop, tmp_path / "third", {"SEGUE_POLICY": ""}) as third:
            third.wait_ready()
        assert first.terminate() == 0
        assert "destroyed" not in first.log
        assert "nclosed" not in first.log
    (record,) = published(shop)
    assert isinstance(record, PolicyRecord)


def test_a_control_record_that_cannot_be_read_ends_a_running_worker_with_code_70(shop: Shop, tmp_path: Path) -> None:
    with WorkerProcess(shop, tmp_path / "worker") as worker:
        worker.wait_ready()
        write(shop, shop.topics.control, [(b"moon", b'{"format":7,"kind":"moon"}')])
        assert worker.wait_ended() == 70
        (line,) = [line for line in worker.log.splitlines() if line.startswith("error: ")]
        assert "has format 7" in line
        assert "Operator action" in line
